import type { MicroUsd } from '../../model/money.ts'
import { mostOf, type Quote } from '../../model/quote.ts'
import type { RenderRequest } from '../../model/request/index.ts'
import type { Chosen } from '../../model/task.ts'
import { ownerOf } from '../../provider/hosts.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { addressed } from '../among.ts'

/** A provider with the price of one request. */
export interface Priced {
  readonly leaf: VideoProvider
  /** The request as this provider sees it. */
  readonly own: RenderRequest
  readonly quote: Quote
}

/** What a quote may come to, in micro-USD; infinite when nobody knows, which is not the same as free. */
export const worstOf = (quote: Quote): MicroUsd => mostOf(quote) ?? Number.POSITIVE_INFINITY

/**
 * The request with the model and mode spelled out that the first provider able to serve it would choose: leaves with
 * other defaults must not turn it into another product, nor be compared at the price of one.
 */
export function pinned(
  leaves: readonly VideoProvider[],
  request: RenderRequest,
): { readonly request: RenderRequest; readonly chosen?: Chosen } {
  for (const leaf of leaves) {
    const { problems, chosen } = leaf.appraise(addressed(request, leaf, leaves))
    if (problems.length > 0) continue
    if (!chosen) break
    return { request: { ...request, model: chosen.model, mode: chosen.mode }, chosen }
  }
  return { request }
}

/** Leaves from cheap to dear; those of equal price stay in the order given. */
export const byPrice = (leaves: readonly Priced[]): readonly Priced[] =>
  [...leaves].sort((a, b) =>
    worstOf(a.quote) < worstOf(b.quote) ? -1 : worstOf(a.quote) > worstOf(b.quote) ? 1 : 0,
  )

/** Name by which a leaf's weight is looked up first; its bare id comes second. */
export const nameOf = (leaf: VideoProvider): string => {
  const { provider, account, host } = ownerOf(leaf)
  return `${provider}/${account}${host === undefined ? '' : `@${host}`}`
}

/** A leaf's weight; 1 when it is not listed. */
export function weightOf(weights: Readonly<Record<string, number>>, leaf: VideoProvider): number {
  return weights[nameOf(leaf)] ?? weights[leaf.id] ?? 1
}

/**
 * Leaves in an order drawn by weight: each place goes to one of those left, with the chances their weights give them.
 * A weight of 0 means after all the others.
 */
export function byWeight(
  leaves: readonly Priced[],
  weights: Readonly<Record<string, number>>,
  random: () => number,
): readonly Priced[] {
  const left = leaves.filter(({ leaf }) => weightOf(weights, leaf) > 0)
  const drawn: Priced[] = []
  while (left.length > 0) {
    const total = left.reduce((sum, { leaf }) => sum + weightOf(weights, leaf), 0)
    let ticket = random() * total
    const at = left.findIndex(({ leaf }) => {
      ticket -= weightOf(weights, leaf)
      return ticket < 0
    })
    // Rounding may leave a ticket just behind the last one.
    drawn.push(...left.splice(at === -1 ? left.length - 1 : at, 1))
  }
  return [...drawn, ...leaves.filter((one) => !drawn.includes(one))]
}
