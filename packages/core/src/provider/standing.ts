import type { Catalog } from '../kinds/kinds.ts'
import type { OwnPrice } from '../model/own-price.ts'
import type { Hosting } from './hosts.ts'
import { priced } from './prices.ts'
import type { Sold } from './sell.ts'
import type { ProviderSpec, Route } from './spec.ts'

// The one gateway that documents such a key keeps it for 24 hours, and may create again afterwards (2026-09).
const keyKeptMs = 24 * 3_600_000

/**
 * For how long after its first POST a create whose answer was lost may be sent again, in milliseconds: 0 is never. Only
 * where the host documents that the repetition makes no second task, which on this machine nobody has said.
 */
export function repeatableMs({ host, idempotencyHeader }: Omit<Hosting, 'hosts'>, resend: boolean): number {
  if (!resend || host.standing === 'loopback') return 0
  if (host.standing === 'official') return Number.POSITIVE_INFINITY
  return idempotencyHeader === undefined ? 0 : keyKeptMs
}

/** What a relay sells: the same, at prices and under terms of its own. */
const resold = ({ freeFailures: _free, retention: _retention, ...catalog }: Catalog): Catalog => catalog

/** What a step there says that it was charged is on the relay's bill, not on the caller's. */
const uncharged = ({ steps, ...sold }: Sold): Sold => ({
  ...sold,
  ...(steps && {
    steps: steps.map((step) => ({
      ...step,
      read(reply) {
        const answer = step.read(reply)
        return answer && { result: answer.result }
      },
    })),
  }),
})

/** On this machine it may be either: what the provider's own reader does not understand, a relay's may. */
function perhapsRelayed({ relay, ...spec }: ProviderSpec): Partial<ProviderSpec> {
  if (!relay) return {}
  return {
    statuses: { ...relay.statuses, ...spec.statuses },
    created: (reply) => spec.created(reply) ?? relay.created?.(reply),
    task: (reply) => spec.task(reply) ?? relay.task?.(reply),
    refusal: (reply) => {
      const [own, theirs] = [spec.refusal(reply), relay.refusal?.(reply)]
      // Of a task, a relay's "there is no such thing" may only mean "not yet".
      return own && theirs?.missing ? { ...own, missing: true } : (own ?? theirs)
    },
  }
}

/**
 * A provider's tables as they hold at one host. A relay speaks the provider's language and keeps none of its promises:
 * no id of ours finds a task there or keeps it from being made twice, no list is the caller's alone, and neither prices
 * nor what is told of costs are the caller's.
 */
export function specAt(
  spec: ProviderSpec,
  { host, idempotencyHeader }: Omit<Hosting, 'hosts'>,
  prices: readonly OwnPrice[] | undefined,
  who: { readonly account: string; readonly now: number },
): ProviderSpec {
  const of = { ...who, provider: spec.id }
  if (host.standing !== 'relay') {
    return {
      ...spec,
      ...(host.standing === 'loopback' && perhapsRelayed(spec)),
      catalog: priced(spec.catalog, prices, undefined, of),
    }
  }
  const { find: _find, search: _search, list: _list, whole: _whole, relay, ...rest } = spec
  // What is not sold there is in no catalogue either.
  const { kinds = spec.kinds } = relay ?? {}
  const offers = spec.catalog.offers.filter(({ kind }) =>
    kinds.some((sold) => sold.kinds.some((row) => row.kind === kind)),
  )
  const idempotency: Route['idempotency'] = idempotencyHeader === undefined ? 'none' : 'header'
  const routes = Object.entries(spec.routes).map(
    ([name, route]) => [name, { ...route, idempotency, find: 'none' }] as const,
  )
  const why = `${host.name} is a relay, which sets its own prices. Pass them as prices to know what it costs.`
  return {
    ...rest,
    ...relay,
    kinds: kinds.map(uncharged),
    routes: Object.fromEntries(routes),
    catalog: priced(resold({ ...spec.catalog, offers }), prices, why, of),
    cost: () => undefined,
  }
}
