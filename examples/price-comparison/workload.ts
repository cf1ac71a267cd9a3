import {
  isVideoOffer,
  type Mode,
  nearest,
  type RenderRequest,
  type VideoKind,
  type VideoProvider,
} from '@reelay/core'
import { type CsvError, parse } from 'csv-parse/sync'

/** One line of a month's workload: what is rendered, and how often. */
export interface Job {
  /** Of the file; the header is line 1. */
  readonly line: number
  readonly what: string
  readonly kind: VideoKind
  /** Absent where any model will do. */
  readonly model?: string
  readonly mode: Mode
  readonly seconds: number
  readonly sound: boolean
  /** Clips a month. */
  readonly count: number
}

/** Something wrong with the file. */
export interface LineProblem {
  readonly line: number
  readonly text: string
}

type Cells = Readonly<Record<string, string>>

const columns = ['what', 'kind', 'model', 'mode', 'seconds', 'sound', 'count']
const required = ['what', 'seconds', 'count']

/** A misspelt column that is ignored in silence would price other clips than those meant. */
function headerProblems(header: readonly string[]): readonly string[] {
  const twice = header.filter((name, at) => header.indexOf(name) !== at)
  return [
    ...header
      .filter((name) => !columns.includes(name))
      .map((name) => {
        const meant = nearest(name, columns)
        return `There is no column "${name}". ${meant ? `Did you mean ${meant}?` : `They are ${columns.join(', ')}.`}`
      }),
    ...twice.map((name) => `The column ${name} is there twice.`),
    ...required.filter((name) => !header.includes(name)).map((name) => `The column ${name} is missing.`),
  ]
}

const sounds: Readonly<Record<string, boolean>> = { yes: true, no: false }

/** What somebody sells, by the names that a workload may use. */
function shelvesOf(providers: readonly VideoProvider[]) {
  // Months of clips: what has no seconds is counted otherwise.
  const offers = providers.flatMap(({ catalog }) => catalog.offers.filter(isVideoOffer))
  const named = <Name extends string>(names: readonly Name[]): readonly Name[] => [...new Set(names)].sort()
  return {
    kinds: named(offers.map(({ kind }) => kind)),
    models: ['any', ...named(offers.map(({ model }) => model))],
    modes: named(offers.map(({ mode }) => mode)),
  }
}

type Shelves = ReturnType<typeof shelvesOf>

function unknownCell(column: string, cell: string, known: readonly string[]): string {
  const meant = nearest(cell, known)
  return `${column}: nobody sells "${cell}". ${meant ? `Did you mean ${meant}?` : `Use one of ${known.join(', ')}.`}`
}

function jobOf(
  cells: Cells,
  line: number,
  { kinds, models, modes }: Shelves,
): { readonly job?: Job; readonly problems: readonly string[] } {
  // An empty cell and an absent column are the same.
  const cell = (column: string, usual = ''): string => cells[column] || usual
  const [what, model, sound] = [cell('what'), cell('model', 'any'), cell('sound', 'no')]
  const [seconds, count] = [Number(cell('seconds')), Number(cell('count'))]
  const kind = kinds.find((name) => name === cell('kind', 'text-to-video'))
  const mode = modes.find((name) => name === cell('mode', 'std'))
  const withSound = sounds[sound]
  const problems = [
    what === '' && 'what: it is empty. Say what the clips are for.',
    !kind && unknownCell('kind', cell('kind'), kinds),
    !models.includes(model) && unknownCell('model', model, models),
    !mode && unknownCell('mode', cell('mode'), modes),
    !(seconds > 0 && Number.isFinite(seconds)) &&
      `seconds: "${cell('seconds')}" is no length. Write a number such as 5.`,
    withSound === undefined && `sound: "${sound}" is neither yes nor no.`,
    !(Number.isSafeInteger(count) && count > 0) &&
      `count: "${cell('count')}" is no number of clips. Write a whole number above 0.`,
  ].filter((text) => text !== false)
  if (problems.length > 0 || !kind || !mode || withSound === undefined) return { problems }
  const named = model === 'any' ? {} : { model }
  return { job: { line, what, kind, ...named, mode, seconds, sound: withSound, count }, problems }
}

/** Reads a workload; everything wrong with it is told with its line, and then there are no jobs. */
export function readWorkload(
  csv: string,
  providers: readonly VideoProvider[],
): {
  readonly jobs: readonly Job[]
  readonly problems: readonly LineProblem[]
} {
  const problems: LineProblem[] = []
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
  const jobs: Job[] = []
  const shelves = shelvesOf(providers)
  if (problems.some(({ line }) => line === 1)) return { jobs, problems }
  for (const { record, info } of records) {
    // A quoted cell may span lines, and the parser names the last.
    const line = info.lines - (Object.values(record).join('').match(/\n/g)?.length ?? 0)
    const { job, problems: found } = jobOf(record, line, shelves)
    problems.push(...found.map((text) => ({ line, text })))
    if (job) jobs.push(job)
  }
  if (jobs.length === 0 && problems.length === 0) problems.push({ line: 1, text: 'There are no rows.' })
  return { jobs: problems.length === 0 ? jobs : [], problems: problems.sort((a, b) => a.line - b.line) }
}

/** The request that such a clip is, as far as it decides about the price. */
export function requestOf(job: Job, model: string | undefined): RenderRequest {
  const { kind, mode, seconds, sound } = job
  const shared = {
    prompt: 'A paper boat in the rain',
    mode,
    duration: seconds,
    generateAudio: sound,
    ...(model !== undefined && { model }),
  }
  // Nobody fetches the picture: a request that is only priced goes nowhere.
  return kind === 'image-to-video'
    ? { kind, ...shared, startImage: 'https://example.com/boat.png' }
    : { kind, ...shared }
}
