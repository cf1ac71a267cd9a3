import { dollars } from './ledger.ts'
import { clockFace } from './progress.ts'
import type { Result } from './render.ts'

/** What a run came to. */
export interface Run {
  readonly results: readonly Result[]
  /** Micro-USD: in all, as the journal knows it, and in this run. */
  readonly spent: { readonly all: number; readonly now: number }
  /** Path of the journal. */
  readonly journal: string
  readonly requests: number
  readonly tookMs: number
  /** By Ctrl-C. */
  readonly stopped: boolean
}

const meanings: Readonly<Record<Result['state'], string>> = {
  rendered: 'rendered',
  there: 'skipped, there before',
  failed: 'failed',
  open: 'bought, not here yet',
  unknown: 'bought or not: unknown',
  unbought: 'not bought',
}
const states = Object.keys(meanings) as readonly Result['state'][]

const of = ({ results }: Run, state: Result['state']): readonly Result[] =>
  results.filter((result) => result.state === state)

function table(run: Run): string {
  const counts = states.flatMap((state): readonly (readonly [string, string])[] => {
    const { length } = of(run, state)
    return length > 0 || state === 'rendered' || state === 'failed' ? [[meanings[state], String(length)]] : []
  })
  const { all, now } = run.spent
  const rows = [
    ...counts,
    ['money', all === now ? dollars(now) : `${dollars(now)} now, ${dollars(all)} with earlier runs`],
    ['requests', String(run.requests)],
    ['time', clockFace(run.tookMs)],
  ] as const
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n')
}

const settle = 'npx reelay resume --journal'

const advice: { readonly [state in Result['state']]?: (run: Run, ids: readonly string[]) => string } = {
  failed: () => 'Mend the row and give it a new id: what has been bought under an id is not bought again.',
  open: () => 'Run it again: what is bought is not bought twice.',
  unknown: ({ journal }, ids) =>
    [
      'When you know, tell the journal, as not-created, or as created --task with its id:',
      ...ids.map((id) => `    ${settle} ${journal} --settle ${id} --as not-created`),
    ].join('\n'),
  unbought: () => 'Run it again once that is mended: what is bought is not bought twice.',
}

/** What went wrong, each reason once: 150 rows that a budget has no room for have one. */
function explain(run: Run, state: Result['state']): readonly string[] {
  const ids = of(run, state).map(({ id }) => id)
  const byWhy = Map.groupBy(of(run, state), ({ why = '' }) => why)
  const reasons = [...byWhy].map(([why, rows]) => {
    const some = rows.slice(0, rows.length > 4 ? 3 : 4).map(({ id }) => id)
    const more = rows.length > some.length ? ` and ${rows.length - some.length} more` : ''
    return `  ${some.join(', ')}${more}\n    ${why}`
  })
  if (ids.length === 0) return []
  return [[`${meanings[state]}:`, ...reasons, `  ${advice[state]?.(run, ids)}`].join('\n')]
}

/** The end of a run, for people. */
export function summarize(run: Run): string {
  const wrong = run.stopped ? (['failed'] as const) : (['failed', 'unknown', 'open', 'unbought'] as const)
  return [table(run), ...wrong.flatMap((state) => explain(run, state))].join('\n\n')
}

/** 0 when every row has its clip, 130 when stopped, else 1. */
export function exitCodeOf({ results, stopped }: Run): number {
  if (stopped) return 130
  return results.every(({ state }) => state === 'rendered' || state === 'there') ? 0 : 1
}
