import { parseArgs } from 'node:util'

/** The command line was not understood; nothing was done. */
export class UsageError extends Error {}

/** What the program was asked to do. */
export interface Options {
  readonly csv: string
  readonly out: string
  readonly concurrency: number
  /** Only the first so many rows. */
  readonly limit?: number
  /** US dollars. */
  readonly budget?: number
  readonly provider: string
  readonly live: boolean
  /** Origin of an emulator that runs elsewhere. */
  readonly emulator?: string
  /** Emulated seconds per real second. */
  readonly speed: number
}

const usage = `node batch.ts [clips.csv] [options]

  --out <folder>         where the clips go; out, or out-live with --live
  --concurrency <n>      most tasks at a time; 5
  --limit <n>            only the first n rows
  --budget <dollars>     most that the clips of the folder may cost in 30 days
  --provider <name>      kling, fal, replicate or piapi; kling
  --live                 the real service and real money; needs --budget
  --emulator <origin>    an emulator that runs elsewhere: npx reelay emulate --port 4010 --speed 60
  --speed <n>            emulated seconds per real second; 120, or 1 with --emulator: as it was started`

const flags = {
  out: { type: 'string' },
  concurrency: { type: 'string' },
  limit: { type: 'string' },
  budget: { type: 'string' },
  provider: { type: 'string' },
  live: { type: 'boolean' },
  emulator: { type: 'string' },
  speed: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true })
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`)
  }
}

function number(name: string, text: string | undefined, whole: boolean): number | undefined {
  if (text === undefined) return undefined
  const value = text.trim() === '' ? Number.NaN : Number(text)
  const fits = whole ? Number.isSafeInteger(value) && value >= 1 : Number.isFinite(value) && value > 0
  if (!fits) throw new UsageError(`--${name} takes a ${whole ? 'whole ' : ''}number above 0, not "${text}".`)
  return value
}

function originOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new UsageError(`--emulator takes an origin such as http://127.0.0.1:4010, not "${text}".`)
  return new URL(text).origin
}

/**
 * Reads the command line; `undefined` when only help was asked for, which is printed.
 *
 * @throws UsageError
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { values, positionals } = parsed(args)
  const { live = false, provider = 'kling' } = values
  if (values.help) {
    console.log(usage)
    return undefined
  }
  if (positionals.length > 1) throw new UsageError(`One CSV at a time.\n\n${usage}`)
  const [limit, budget] = [number('limit', values.limit, true), number('budget', values.budget, false)]
  const emulator = originOf(values.emulator)
  if (live && (emulator ?? values.speed) !== undefined)
    throw new UsageError('--live is the real service: it goes without --emulator and --speed.')
  if (live && budget === undefined)
    throw new UsageError('--live spends real money: say how much it may be, such as --budget 20.')
  return {
    csv: positionals[0] ?? 'clips.csv',
    // Kept apart: a clip of the emulator must not stand in for one that was asked of the real service.
    out: values.out ?? (live ? 'out-live' : 'out'),
    concurrency: number('concurrency', values.concurrency, true) ?? 5,
    ...(limit !== undefined && { limit }),
    ...(budget !== undefined && { budget }),
    provider,
    live,
    ...(emulator !== undefined && { emulator }),
    speed: number('speed', values.speed, false) ?? (emulator === undefined ? 120 : 1),
  }
}
