import { applySuggestion, type Offer, type RenderRequest, type VideoProvider } from '@reelay/core'
import fc from 'fast-check'
import { nameOf } from '../../../testing/src/probe/every-kind.ts'
import { requestsFor } from '../../src/requests/requests.ts'
import { mismatch, misses, openFile, wantedOf } from './artefact.ts'
import { createMarket, type Market } from './market.ts'
import { reasonFor } from './reasons.ts'

/** A request about which `check` and the wire are not of one mind, or a suggestion that leads nowhere. */
export interface Disagreement {
  readonly row: string
  readonly what: string
  readonly request: string
}

/** What came of so many requests. */
export interface Guided {
  /** Passed, made and finished as asked for. */
  readonly made: number
  /** Of these the files that were opened: the first of each shape. */
  readonly opened: number
  /** Refused, and by the wire as well. */
  readonly refused: number
  /** Refused and made, each for a reason with a name. */
  readonly reasons: Readonly<Record<string, number>>
  /** Refused in its shape, so that there is no body. */
  readonly shapeless: number
  /** Refused with a suggestion, which passes. */
  readonly mended: number
  /** About rows that may not be sold any more: held to nothing. */
  readonly unverified: number
  /** Rows that are sold and that nothing was made by. */
  readonly untried: readonly string[]
  readonly disagreements: readonly Disagreement[]
}

const shown = (request: RenderRequest): string =>
  JSON.stringify(request, (_key, value) => {
    if (value instanceof Uint8Array) return `${value.length} bytes`
    return typeof value === 'string' && value.length > 90 ? `${value.slice(0, 60)}… (${value.length})` : value
  })

interface Shop extends Market {
  /** Shapes of files that were opened. */
  readonly opened: Set<string>
  /** How many to open. */
  readonly mostOpened: number
}

/** Why a request that passed was not made as asked for; `undefined` where it was. */
async function flaw(
  shop: Shop,
  provider: VideoProvider,
  request: RenderRequest,
): Promise<string | undefined> {
  const { handle } = await provider.submit(request)
  const task = await shop.ended(provider, handle)
  if (task.status === 'failed') return `failed: ${task.failure.message}`
  if (task.status !== 'succeeded') return `ended ${task.status}`
  const wanted = wantedOf(request)
  if (!wanted) return undefined
  const missing = misses(wanted, task.outputs)
  if (missing) return missing
  const shape = JSON.stringify([provider.id, request.kind, wanted])
  if (shop.opened.has(shape) || shop.opened.size >= shop.mostOpened) return undefined
  shop.opened.add(shape)
  for (const { url } of task.outputs) {
    const response = await shop.emulator.fetch(url ?? '')
    const file = await openFile(new Uint8Array(await response.arrayBuffer()))
    const wrong = mismatch(wanted, file)
    if (wrong) return wrong
  }
  return undefined
}

/**
 * Holds `check` against the wire, both ways, with so many seeded requests over all rows of all providers: what passes is made as
 * asked for; what is refused, its body sent all the same, is refused or fails; and what is suggested instead passes.
 *
 * @param mostOpened How many files to open, which takes longer than all the rest.
 */
export async function guide(count: number, seed: number, mostOpened: number): Promise<Guided> {
  const shop: Shop = { ...(await createMarket()), opened: new Set(), mostOpened }
  const tally = { made: 0, refused: 0, shapeless: 0, mended: 0, unverified: 0 }
  const reasons: Record<string, number> = {}
  const rows = new Set<string>()
  const disagreements: Disagreement[] = []
  const rowsIn = (state: Offer['state']) =>
    shop.providers.flatMap((provider) =>
      provider.catalog.offers.filter((row) => row.state === state).map((offer) => ({ provider, offer })),
    )
  const trials = fc
    .oneof(
      { weight: 9, arbitrary: fc.constantFrom(...rowsIn('current')) },
      { weight: 1, arbitrary: fc.constantFrom(...rowsIn('unverified')) },
    )
    .chain(({ provider, offer }) =>
      requestsFor(offer, { strayInTen: 2 }).map((request) => ({ provider, offer, request })),
    )
  for (const { provider, offer, request: drawn } of fc.sample(trials, { seed, numRuns: count })) {
    const request = await shop.withClips(provider, drawn)
    const isSold = offer.state === 'current'
    const differ = (what: string): void => {
      if (isSold) disagreements.push({ row: nameOf(offer), what, request: shown(request) })
    }
    if (!isSold) tally.unverified += 1
    const { problems } = provider.appraise(request)
    const encoded = problems.length > 0 ? provider.encode?.(request) : undefined
    if (problems.length === 0) {
      const wrong = await flaw(shop, provider, request).catch((error: unknown) => String(error))
      if (wrong !== undefined) differ(`passes, and ${wrong}`)
      else if (isSold) tally.made += 1
      if (wrong === undefined) rows.add(nameOf(offer))
    } else if (!encoded) tally.shapeless += 1
    else {
      const answer = await shop.sendUnchecked(provider, request, encoded)
      const reason = answer.outcome === 'succeeded' ? reasonFor(provider, request, problems, answer) : ''
      const told = problems.map(({ field, rule, message }) => `${field} ${rule}: ${message}`).join(' ')
      if (reason === '') tally.refused += 1
      else if (reason === undefined) differ(`refused (${told}), and made`)
      else reasons[reason] = (reasons[reason] ?? 0) + 1
    }
    const suggestion = problems[0]?.suggestion
    if (suggestion) {
      const [left] = provider.check(applySuggestion(request, suggestion))
      if (left) differ(`its suggestion ${JSON.stringify(suggestion)} leaves: ${left.message}`)
      else tally.mended += 1
    }
    shop.emulator.control.reset()
  }
  const untried = rowsIn('current').flatMap(({ offer }) => (rows.has(nameOf(offer)) ? [] : [nameOf(offer)]))
  return { ...tally, opened: shop.opened.size, reasons, untried, disagreements }
}
