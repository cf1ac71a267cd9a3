import { tell } from './history.ts'

/** What many histories of one kind came to. */
export interface Sum {
  histories: number
  /** Purchases that made a task and lost the answer; those brought home, and those whose task was at least named. */
  lost: number
  found: number
  named: number
  readonly wrong: string[]
}

/** Tells so many histories; by provider, and by whether `soleSubmitter` was true in fact and said to be. */
export async function campaign(seeds: number, first = 1): Promise<ReadonlyMap<string, Sum>> {
  const sums = new Map<string, Sum>()
  for (let seed = first; seed < first + seeds; seed++) {
    const told = await tell(seed)
    const name = `${told.provider}, ${told.sole ? 'sole' : 'others buy there'}, ${told.claimed ? 'soleSubmitter' : 'not claimed'}`
    const sum = sums.get(name) ?? { histories: 0, lost: 0, found: 0, named: 0, wrong: [] }
    sums.set(name, sum)
    sum.histories += 1
    sum.lost += told.lost
    sum.found += told.found
    sum.named += told.named
    sum.wrong.push(...told.wrong.map((what) => `seed ${seed}: ${what}`))
  }
  return sums
}

const share = (part: number, whole: number): string => (whole ? `${Math.round((part / whole) * 100)} %` : '–')

/** A table of it. */
export function report(sums: ReadonlyMap<string, Sum>): string {
  const rows = [...sums]
    .sort()
    .map(([name, { histories, lost, found, named, wrong }]) =>
      [
        name,
        histories,
        lost,
        `${found} (${share(found, lost)})`,
        `${named} (${share(named, lost)})`,
        wrong.length,
      ].join(' | '),
    )
  return [
    'account | histories | lost tasks | found | else named | wrong',
    '--- | --- | --- | --- | --- | ---',
    ...rows,
  ].join('\n')
}
