import {
  type MicroUsd,
  mostOf,
  type PassedOver,
  type PriceSource,
  type Recommendation,
  type RecommendedOffer,
  type RecommendReason,
} from '@reelay/core'
import { csvOf } from './csv.ts'
import { inFlags } from './flags.ts'
import type { Seller } from './sellers.ts'

const columns = [
  ...['status', 'name', 'provider', 'account', 'model', 'mode', 'total_micro_usd', 'total_min_micro_usd'],
  ...['basis', 'as_of', 'source', 'missing_keys', 'rule', 'reason'],
] as const

type Cells = Readonly<Partial<Record<(typeof columns)[number], string | number>>>

const priceCells = (most: MicroUsd | undefined, least: MicroUsd | undefined, of: PriceSource): Cells => ({
  ...(most !== undefined && { total_micro_usd: most, total_min_micro_usd: least ?? most }),
  basis: of.basis,
  as_of: of.asOf,
  source: of.source,
})

function offerCells({ offer, quote }: RecommendedOffer, seller: Seller | undefined): Cells {
  return {
    ...(seller && { name: seller.name, missing_keys: seller.missingKeys.join(' ') }),
    model: offer.model,
    mode: offer.mode,
    ...priceCells(mostOf(quote), quote.type === 'bounded' ? quote.min : undefined, quote),
  }
}

/** What a reason stands on: the price and its source, else the row's. */
function factCells({ rule, text, fact }: RecommendReason): Cells {
  const reason = { rule, reason: inFlags(text) }
  if (fact.type === 'price') return { ...priceCells(fact.most, fact.least, fact), ...reason }
  return 'source' in fact ? { as_of: fact.asOf, source: fact.source, ...reason } : reason
}

/** A recommendation as CSV: what is recommended, or would be after a change; then every row that was passed over, and why. */
export function recommendationCsv(found: Recommendation, sellers: readonly Seller[]): string {
  const sellerOf = (id: string, account: string): Seller | undefined =>
    sellers.find(({ provider }) => provider.id === id && provider.account === account)
  const line = (
    status: string,
    { provider, account, model, mode }: Omit<PassedOver, keyof RecommendReason>,
  ) => {
    const { name = provider } = sellerOf(provider, account) ?? {}
    return { status, name, provider, account, model, mode }
  }
  const bought = (status: string, one: RecommendedOffer, rest: Cells = {}): Cells => {
    const { id: provider, account } = one.provider
    return { status, provider, account, ...offerCells(one, sellerOf(provider, account)), ...rest }
  }
  const first: readonly Cells[] =
    found.type === 'none'
      ? found.nearest.map(({ fix, offer }) => ({ status: 'after-a-change', ...offer, reason: inFlags(fix) }))
      : [
          bought('recommended', found, {
            rule: found.reasons.map(({ rule }) => rule).join(' '),
            reason: [...found.reasons, ...found.warnings].map(({ text }) => inFlags(text)).join(' '),
          }),
          ...(found.withoutAsking ? [bought('without-asking', found.withoutAsking)] : []),
        ]
  const passed = found.passedOver.map((one) => ({ ...line('passed-over', one), ...factCells(one) }))
  return csvOf(columns, [...first, ...passed])
}
