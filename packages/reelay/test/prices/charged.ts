import type { RenderRequest } from '@reelay/core'
import fc from 'fast-check'
import { requestsFor } from '../../../rig/src/requests/requests.ts'
import { createMarket } from '../../../rig/test/witness/market.ts'

/** One quote that the bill does not bear out. */
export interface Disagreement {
  readonly provider: string
  readonly request: RenderRequest
  readonly quoted: string
  readonly charged: number | string
}

/** What came of so many requests: each quoted, bought, and held against what the emulated provider charged for it. */
export interface Held {
  readonly exact: number
  readonly bounded: number
  readonly unpriced: number
  readonly refused: number
  readonly rows: ReadonlySet<string>
  readonly disagreements: readonly Disagreement[]
}

/** Buys `count` seeded requests of all rows of all providers, and compares two price tables that were written apart. */
export async function hold(count: number, seed: number): Promise<Held> {
  const { providers, emulator, withClips } = await createMarket()
  const rows = providers.flatMap((provider) =>
    provider.catalog.offers
      .filter(({ state }) => state !== 'discontinued')
      .map((offer) => ({ provider, offer })),
  )
  const each = fc
    .constantFrom(...rows)
    .chain(({ provider, offer }) => requestsFor(offer).map((request) => ({ provider, offer, request })))
  const tally = { exact: 0, bounded: 0, unpriced: 0, refused: 0 }
  const seen = new Set<string>()
  const disagreements: Disagreement[] = []
  for (const [index, { provider, offer, request }] of fc.sample(each, { seed, numRuns: count }).entries()) {
    const { problems, quote } = provider.appraise(request)
    if (problems.length > 0) tally.refused += 1
    else if (quote.type === 'unknown') tally.unpriced += 1
    else {
      const bought = await withClips(provider, request)
      // Of clips made before nothing is quoted.
      const before = emulator.control.ledger().length
      await provider.submit(bought, { idempotencyKey: `order-${index}` })
      const bills = emulator.control.ledger().slice(before)
      const [min, max] = quote.type === 'exact' ? [quote.microUsd, quote.microUsd] : [quote.min, quote.max]
      const sum = bills.reduce((total, { microUsd }) => total + microUsd, 0)
      const charged = bills.length === 0 ? 'nothing' : Math.round(sum)
      tally[quote.type] += 1
      seen.add(`${provider.id} ${offer.kind} ${offer.model} ${offer.mode}`)
      if (typeof charged === 'string' || charged < min || charged > max) {
        disagreements.push({
          provider: provider.id,
          request,
          quoted: `${min} to ${max}`,
          charged,
        })
      }
      emulator.control.reset()
    }
  }
  return { ...tally, rows: seen, disagreements }
}
