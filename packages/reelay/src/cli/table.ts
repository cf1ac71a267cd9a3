import { printable } from '@reelay/core'

/** A text in lines of at most `width` characters, broken at spaces; what has none stays whole, so that it can be copied. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

function row(name: string, value: string, indent: number, width: number): readonly string[] {
  const room = width - indent
  const [first = '', ...more] = wrapped(printable(value), room)
  const start = `  ${name.padEnd(indent - 4)}  `
  // A path or an id too long for its column gets lines of its own, from the edge on.
  if (first.length > room)
    return [`  ${name}`, `${' '.repeat(first.length + 4 > width ? 0 : 4)}${first}`, ...more]
  // An address that is too long further down begins as far left as it has to.
  const under = (line: string): string =>
    `${' '.repeat(Math.max(0, Math.min(indent, width - line.length)))}${line}`
  return [`${start}${first}`, ...more.map(under)]
}

/** Lines of `name  value`, aligned; values without end are shown without theirs. */
export function table(
  rows: readonly (readonly [string, string])[],
  width: number = Number.POSITIVE_INFINITY,
): string {
  const indent = Math.max(...rows.map(([name]) => name.length)) + 4
  return rows
    .flatMap(([name, value]) => {
      // Nobody reads a digest to its end, and no terminal of 60 columns shows it: the sidecar has it whole.
      const digest = /^[0-9a-f]{64}$/.test(value) && indent + value.length > width
      return row(name, digest ? `${value.slice(0, 16)}…` : value, indent, width)
    })
    .join('\n')
}

/** A paragraph, wrapped; its further lines hang under the first by `hang` spaces. */
export function paragraph(text: string, width: number, hang = 0): string {
  const start = /^ */.exec(text)?.[0] ?? ''
  const pad = ' '.repeat(start.length + hang)
  const [first = '', ...more] = wrapped(text.slice(start.length), width - start.length - hang)
  return [`${start}${first}`, ...more.map((line) => `${pad}${line}`)].join('\n')
}
