import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'
import { expect } from 'vitest'
import {
  failover,
  mostOf,
  type Offer,
  type PassedOver,
  type RecommendFact,
  type RecommendReason,
  type RenderIntent,
  type RenderRequest,
  recommend,
  usualMs,
  type VideoProvider,
} from '../../src/index.ts'

/** Everybody there is an adapter for, without a key. */
export const everybody = (): readonly VideoProvider[] => [
  createKling(),
  createPiapi(),
  createFal(),
  createReplicate(),
]

/** The same beside what must never be picked: a relay whose prices nobody knows; and two of them as one. */
export const market = (): readonly VideoProvider[] => [
  ...everybody(),
  createKling({ account: 'relay', baseURL: 'https://relay.example.com', relay: 'somebody' }),
  failover([createKling({ account: 'second' }), createFal({ account: 'second' })]),
]

/** Numbers from 0 up to 1 that a seed decides (mulberry32). */
export function numbersFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Somebody's wish, sensible for the most part. */
export function intentFrom(random: () => number): RenderIntent {
  const chance = (share: number): boolean => random() < share
  const one = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value
  const picture = 'https://example.com/boat.png'
  const pictures = chance(0.4)
    ? one([{ startImage: picture }, { startImage: picture, endImage: picture }, { endImage: picture }])
    : {}
  const fields = {
    ...pictures,
    ...(chance(0.95) || !('startImage' in pictures)
      ? { prompt: chance(0.05) ? 'b'.repeat(2_600) : 'A boat' }
      : {}),
    ...(chance(0.8) && { duration: one([3, 5, 5, 5, 5, 8, 10, 10, 10, 15, 30, 45]) }),
    ...(chance(0.4) && { generateAudio: chance(0.7) }),
    ...(chance(0.3) && { aspectRatio: one(['16:9', '9:16', '9:16', '1:1', '4:3']) }),
    ...(chance(0.1) && { negativePrompt: 'rain' }),
    ...(chance(0.1) && { cfgScale: 0.5 }),
    ...(chance(0.05) && { cameraControl: { type: 'simple', config: { zoom: 4 } } as const }),
    ...(chance(0.1) && { mode: one(['std', 'pro', '4k'] as const) }),
    ...(chance(0.1) && {
      model: one([
        'kling-v1',
        'kling-v1-6',
        'kling-v2-1-master',
        'kling-v2-6',
        'kling-v3',
        'kling-v4',
        'kling-v9',
      ]),
    }),
  }
  return {
    purpose: one(['draft', 'final'] as const),
    ...fields,
    ...(chance(0.6) && { maxCost: Math.round(10 ** (4.8 + 2 * random())) }),
    ...(chance(0.4) && { within: one(['soon', 'whenever', 60_000, 120_000, 200_000, 400_000] as const) }),
  }
}

type Named = Pick<RecommendFact, 'provider' | 'account' | 'model' | 'mode'>

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** The rows of a fact, looked up anew. */
function rowsOf(
  { provider, account, model, mode }: Named,
  kind: string,
  providers: readonly VideoProvider[],
) {
  const owner = providers.find((one) => one.id === provider && one.account === account)
  if (!owner) throw new Error(`There is no ${provider} ${account}.`)
  const offers: readonly Offer[] = owner.catalog.offers.filter(
    (row) => row.kind === kind && row.model === model && row.mode === mode,
  )
  return { owner, offers }
}

/** Whether a fact is one: found where it says. Plain comparisons: there are dozens to an answer. */
function isFact(
  { fact }: RecommendReason,
  request: RenderRequest,
  providers: readonly VideoProvider[],
): boolean {
  const { owner, offers } = rowsOf(fact, request.kind, providers)
  const { model, mode } = fact
  const asked = { ...request, model, mode }
  if (fact.type === 'price') {
    const quote = owner.quote(asked)
    if (quote.type === 'unknown') return false
    const least = quote.type === 'bounded' ? quote.min : quote.microUsd
    const { basis, asOf, source } = quote
    return same(
      [fact.least, fact.most, fact.basis, fact.asOf, fact.source],
      [least, mostOf(quote), basis, asOf, source],
    )
  }
  if (fact.type === 'no-price') return same(owner.quote(asked), { type: 'unknown', why: fact.why })
  if (fact.type === 'refusal') {
    const [problem] = owner.check(asked)
    return problem?.field === fact.field && problem.message === fact.why
  }
  return offers.some((row) => {
    if (row.source !== fact.source || row.asOf !== fact.asOf) return false
    if (fact.type === 'row') return row.state === fact.state
    if (fact.type === 'limit')
      return same((row.limits as unknown as Record<string, unknown>)[fact.limit], fact.value)
    const { expectedMs } = row.timing
    return fact.expectedMs === expectedMs && fact.mostMs === Math.ceil(usualMs({ expectedMs })[1])
  })
}

function expectFact(
  reason: RecommendReason,
  request: RenderRequest,
  providers: readonly VideoProvider[],
): void {
  if (isFact(reason, request, providers)) return
  throw new Error(`This is no fact: ${JSON.stringify(reason)}`)
}

const termNames = ['purpose', 'maxCost', 'within']

/** The request that an intent comes to, without model and mode. */
function requestOf(intent: RenderIntent): RenderRequest {
  const fields = Object.entries(intent).filter(([name]) => !termNames.includes(name))
  const kind = intent.startImage || intent.endImage ? 'image-to-video' : 'text-to-video'
  return { kind, ...Object.fromEntries(fields) } as unknown as RenderRequest
}

/** Whether what was passed over was not fit, or is no better. */
function isPassed({ rule, fact }: PassedOver, { maxCost = Number.POSITIVE_INFINITY }: RenderIntent): boolean {
  if (rule === 'within-budget') return fact.type === 'price' && fact.most > maxCost
  if (rule === 'only-current') return fact.type === 'row' && fact.state !== 'current'
  return rule !== 'known-price' || fact.type === 'no-price'
}

/** Holds an answer against everything that is promised of one. */
export function expectPromises(intent: RenderIntent, providers: readonly VideoProvider[]): 'clip' | 'none' {
  const answer = recommend(intent, providers)
  const request = requestOf(intent)
  const { maxCost = Number.POSITIVE_INFINITY } = intent
  const rows = providers.flatMap(({ catalog }) =>
    Object.keys(
      Object.groupBy(
        catalog.offers.filter(
          ({ kind, model, mode }) =>
            kind === request.kind &&
            (intent.model === undefined || intent.model === model) &&
            (intent.mode === undefined || intent.mode === mode),
        ),
        ({ model, mode }) => `${model} ${mode}`,
      ),
    ),
  )
  expect(answer.passedOver.length).toBe(rows.length - (answer.type === 'clip' ? 1 : 0))
  // What is asked of a provider again is asked for a few of them, each time others.
  const cheap: readonly RecommendFact['type'][] = ['row', 'limit', 'time']
  for (const [at, passed] of answer.passedOver.entries()) {
    if (!isPassed(passed, intent)) throw new Error(`This fits: ${JSON.stringify(passed)}`)
    if (cheap.includes(passed.fact.type) || at % 23 === 0) expectFact(passed, request, providers)
  }
  if (answer.type === 'none') {
    for (const { intent: changed, offer } of answer.nearest) {
      const again = recommend(changed, providers)
      if (again.type === 'none') throw new Error(`It does not fit after all: ${JSON.stringify(changed)}`)
      const fits = [
        { provider: again.provider.id, model: again.offer.model, mode: again.offer.mode },
        ...again.passedOver.filter(({ rule }) => /-on-|soon/.test(rule)),
      ]
      expect(fits).toContainEqual(expect.objectContaining(offer))
    }
    return 'none'
  }
  const { provider, offer, quote, warnings, mustConfirm, withoutAsking } = answer
  for (const pick of [answer, ...(withoutAsking ? [withoutAsking] : [])]) {
    expect(mostOf(pick.quote)).toBeLessThanOrEqual(maxCost)
    expect(pick.provider.check(pick.request)).toEqual([])
    expect(pick.provider.quote(pick.request)).toEqual(pick.quote)
    expect(pick.request).toMatchObject({ model: pick.offer.model, mode: pick.offer.mode })
  }
  const own = rowsOf({ ...offer, provider: provider.id, account: provider.account }, request.kind, providers)
  expect(own.offers.every(({ state }) => state === 'current')).toBe(true)
  expect(quote.type).not.toBe('unknown')
  const isMaster = offer.mode === '4k' || offer.model.endsWith('-master')
  expect(mustConfirm).toBe(isMaster)
  expect(warnings.some(({ rule }) => rule === 'ask-before-master')).toBe(isMaster)
  expect(warnings.some(({ rule }) => rule === 'derived-price')).toBe(quote.basis === 'derived')
  for (const reason of [...answer.reasons, ...warnings]) expectFact(reason, request, providers)
  expect(answer.reasons.length).toBeGreaterThan(0)
  return 'clip'
}

/** Holds so many seeded intents against the promises, and says how many came to a clip. */
export function campaign(count: number, seed: number): { readonly clip: number; readonly none: number } {
  const providers = market()
  const random = numbersFrom(seed)
  const ends = { clip: 0, none: 0 }
  for (let run = 0; run < count; run++) {
    const intent = intentFrom(random)
    try {
      ends[expectPromises(intent, providers)] += 1
    } catch (error) {
      throw new Error(`Intent ${run} of seed ${seed}: ${JSON.stringify(intent)}`, { cause: error })
    }
  }
  return ends
}
