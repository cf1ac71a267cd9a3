import { printable } from '@reelay/core'

/** A column: its heading, its cells, and how few characters may be left of a cell. */
export interface Column {
  readonly title: string
  readonly cells: readonly string[]
  /** A longer cell is cut down to so many characters; never when absent. */
  readonly least?: number
}

const gap = 2
const indent = '  '

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`

const widest = ({ title, cells }: Column): number =>
  cells.reduce((most, cell) => Math.max(most, cell.length), title.length)

/** How wide each column is, the widest of those that may be cut giving way first; `undefined` where that does not do. */
function widthsIn(columns: readonly Column[], width: number): readonly number[] | undefined {
  const widths = columns.map(widest)
  const least = columns.map(({ least, title }, index) =>
    least === undefined ? (widths[index] ?? 0) : Math.max(least, title.length),
  )
  const total = (): number => widths.reduce((sum, one) => sum + one + gap, 0)
  while (total() > width) {
    const room = widths.map((one, index) => (one > (least[index] ?? 0) ? one : 0))
    const first = room.indexOf(Math.max(...room))
    if ((room[first] ?? 0) === 0) return undefined
    widths[first] = (widths[first] ?? 0) - 1
  }
  return widths
}

/** Each row as a block, where a terminal is too narrow for columns. */
function blocks(columns: readonly Column[]): readonly string[] {
  const [first, ...rest] = columns
  const name = Math.max(...rest.map(({ title }) => title.length))
  return (first?.cells ?? []).flatMap((cell, row) => [
    `${indent}${cell}`,
    ...rest
      .filter(({ cells }) => cells[row] !== '')
      .map(({ title, cells }) => `${indent}${indent}${title.padEnd(name)}  ${cells[row]}`),
  ])
}

/** Rows under their headings, no line longer than `width`; as blocks where that is too little. */
export function columnsIn(given: readonly Column[], width: number): readonly string[] {
  const columns = given.map((column) => ({ ...column, cells: column.cells.map((cell) => printable(cell)) }))
  const widths = widthsIn(columns, width)
  if (!widths) return blocks(columns)
  const line = (cells: readonly string[]): string =>
    `${indent}${cells.map((cell, at) => cut(cell, widths[at] ?? 0).padEnd(widths[at] ?? 0)).join(' '.repeat(gap))}`.trimEnd()
  const rows = (columns[0]?.cells ?? []).map((_, row) => columns.map(({ cells }) => cells[row] ?? ''))
  return [line(columns.map(({ title }) => title)), ...rows.map(line)]
}
