import { nearest, type RenderRequest, type VideoProvider } from '@reelay/core'
import { type CsvError, parse } from 'csv-parse/sync'

/** One clip to render. */
export interface Row {
  /** Names the clip's file and its purchase: what was bought under an id is not bought again. */
  readonly id: string
  readonly request: RenderRequest
}

/** Something wrong with the CSV. */
export interface RowProblem {
  /** The header is line 1. */
  readonly line: number
  readonly text: string
}

const fields: Readonly<Record<string, string>> = {
  prompt: 'prompt',
  negative_prompt: 'negativePrompt',
  model: 'model',
  mode: 'mode',
  duration: 'duration',
  aspect_ratio: 'aspectRatio',
}
const columns = ['id', ...Object.keys(fields)]
const required = ['id', 'prompt']
// Ids become file names, on any system.
const idPattern = /^[a-z0-9][\w.-]{0,99}$/i

type Cells = Readonly<Record<string, string>>

/** A misspelt column that is silently ignored would buy 200 wrong clips. */
function headerProblems(header: readonly string[]): readonly string[] {
  const unknown = header.filter((name) => !columns.includes(name))
  return [
    ...unknown.map((name) => {
      const meant = nearest(name, columns)
      return `There is no column "${name}". ${meant ? `Did you mean ${meant}?` : `They are ${columns.join(', ')}.`}`
    }),
    ...required.filter((name) => !header.includes(name)).map((name) => `The column ${name} is missing.`),
  ]
}

function requestOf(cells: Cells): RenderRequest {
  const given = Object.entries(fields).flatMap(([column, field]) => {
    const cell = cells[column]
    if (cell === undefined || cell === '') return []
    return [[field, column === 'duration' ? Number(cell) : cell]]
  })
  // What is wrong with the values is for `check` to say.
  return { kind: 'text-to-video', ...Object.fromEntries(given) } as RenderRequest
}

function idProblem(id: string, seen: ReadonlyMap<string, number>): string | undefined {
  if (!idPattern.test(id))
    return `id: "${id}" cannot name a file. Use letters, digits, dots, dashes and underscores.`
  const first = seen.get(id.toLowerCase())
  return first === undefined ? undefined : `id: "${id}" is taken by line ${first}. Give every row its own.`
}

/** Reads a CSV and holds every row to what the provider can render. Sends nothing. */
export function readRows(
  csv: string,
  provider: VideoProvider,
): { readonly rows: readonly Row[]; readonly problems: readonly RowProblem[] } {
  const problems: RowProblem[] = []
  const rows: Row[] = []
  const seen = new Map<string, number>()
  const records = parse(csv, {
    bom: true,
    trim: true,
    skip_empty_lines: true,
    info: true,
    columns(header: string[]) {
      problems.push(...headerProblems(header).map((text) => ({ line: 1, text })))
      return header
    },
    skip_records_with_error: true,
    on_skip(error: CsvError | undefined) {
      if (error) problems.push({ line: Number(error.lines), text: error.message })
    },
  }) as unknown as { readonly record: Cells; readonly info: { readonly lines: number } }[]
  if (problems.some(({ line }) => line === 1)) return { rows, problems }

  for (const { record, info } of records) {
    const { id = '' } = record
    // A quoted cell may span lines, and the parser names the last.
    const line = info.lines - (Object.values(record).join('').match(/\n/g)?.length ?? 0)
    const request = requestOf(record)
    const found = [
      idProblem(id, seen),
      ...provider.check(request).map(({ field, message, fix }) => `${field}: ${message} ${fix}`),
    ].filter((text) => text !== undefined)
    problems.push(...found.map((text) => ({ line, text })))
    if (!seen.has(id.toLowerCase())) seen.set(id.toLowerCase(), line)
    rows.push({ id, request })
  }
  if (rows.length === 0 && problems.length === 0) problems.push({ line: 1, text: 'There are no rows.' })
  return { rows, problems: problems.sort((a, b) => a.line - b.line) }
}
