import fc from 'fast-check'
import { requestsFor } from '../../src/requests/requests.ts'
import { createMarket } from './market.ts'
import { publishedFaults, publishedSources } from './published.ts'

/** What three witnesses say of the bodies of so many requests. */
export interface Testimony {
  /** Bodies that all three take. */
  readonly agreed: number
  /** Bodies that all three refuse. */
  readonly refused: number
  /** Bodies to paths for which nothing is published. */
  readonly unpublished: ReadonlySet<string>
  /** Takes the adapter's side: what it passes, and the wire makes, and the schema refuses; with how often. */
  readonly stricter: ReadonlyMap<string, number>
  /** What the adapter and the wire refuse, and the schema takes. */
  readonly looser: ReadonlyMap<string, number>
  /** What the schema and the adapter refuse, and the wire takes. */
  readonly wireAlone: ReadonlyMap<string, number>
}

const counted = (map: Map<string, number>, name: string): void => void map.set(name, (map.get(name) ?? 0) + 1)

/** Asks the published schemas beside the adapters and the wires. */
export async function testify(count: number, seed: number): Promise<Testimony> {
  const market = await createMarket()
  const sold = market.providers.flatMap((provider) =>
    ['fal', 'replicate'].includes(provider.id)
      ? provider.catalog.offers
          .filter(({ state }) => state === 'current')
          .map((offer) => ({ provider, offer }))
      : [],
  )
  const trials = fc
    .constantFrom(...sold)
    .chain(({ provider, offer }) =>
      requestsFor(offer, { strayInTen: 1 }).map((request) => ({ provider, request })),
    )
  let [agreed, refused] = [0, 0]
  const unpublished = new Set<string>()
  const [stricter, looser, wireAlone] = [new Map(), new Map(), new Map()] as [
    Map<string, number>,
    Map<string, number>,
    Map<string, number>,
  ]
  for (const { provider, request } of fc.sample(trials, { seed, numRuns: count })) {
    const encoded = provider.encode?.(request)
    if (!encoded) continue
    const published = publishedFaults(provider.id, encoded)
    const problems = provider.check(request)
    if (!published) unpublished.add(`${provider.id}: ${encoded.path}`)
    else if (problems.length === 0) {
      if (published.faults.length === 0) agreed += 1
      for (const fault of published.faults) counted(stricter, `${published.name}: ${fault}`)
    } else {
      const answer = await market.sendUnchecked(provider, request, encoded)
      market.emulator.control.reset()
      const why = problems.map(({ field, rule }) => `${field.replace(/\d+/g, 'n')} (${rule})`).join(', ')
      if (answer.outcome === 'succeeded') {
        if (published.faults.length > 0) counted(wireAlone, `${provider.id}: ${published.faults.join(', ')}`)
      } else if (published.faults.length > 0) refused += 1
      else counted(looser, `${provider.id}: ${why}`)
    }
  }
  return { agreed, refused, unpublished, stricter, looser, wireAlone }
}

const list = (map: ReadonlyMap<string, number>): readonly string[] =>
  map.size === 0
    ? ['Nothing.']
    : [...map].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, times]) => `- ${what} — ${times} ×`)

/** The testimony as a page. */
export function reportOf({ agreed, refused, unpublished, stricter, looser, wireAlone }: Testimony): string {
  return [
    '<!-- Written by packages/rig/test/witness/schemas.campaign.test.ts: vitest run that file with -u at the end. -->',
    '# Published schemas',
    '',
    `What the schemas that providers published say of the bodies that adapters write (${publishedSources.join('; ')}), beside the adapters' own check and the emulated wires, which were written apart from them.`,
    '',
    `${agreed} bodies of seeded requests are taken by all three, ${refused} are refused by all three.`,
    '',
    '## Passed by check and made by the wire, against the schema',
    '',
    ...list(stricter),
    '',
    '## Refused by check and by the wire, taken by the schema',
    '',
    'Rules across fields, and rules about files, that a schema does not state; how often.',
    '',
    ...list(looser),
    '',
    '## Refused by check and by the schema, made by the wire',
    '',
    'Fields that are not listed: the wire ignores them, as the provider does, and check refuses what would be left out without a word.',
    '',
    ...list(wireAlone),
    '',
    '## No schema published',
    '',
    ...(unpublished.size === 0 ? ['None.'] : [...unpublished].sort().map((path) => `- ${path}`)),
    '',
  ].join('\n')
}
