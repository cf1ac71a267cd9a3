import type { RenderRequest } from '../kinds/kinds.ts'
import type { MicroUsd } from '../model/money.ts'
import { mostOf, type Quote } from '../model/quote.ts'
import type { Chosen } from '../model/task.ts'
import { type Appraisal, appraisalOf } from '../provider/appraisal.ts'
import type { EncodedRequest } from '../provider/http/message.ts'
import type { VideoProvider } from '../provider/provider.ts'
import { addressed } from './among.ts'

/** A provider with what it says of one request. */
export interface Priced {
  readonly leaf: VideoProvider
  /** The request as this provider sees it. */
  readonly own: RenderRequest
  readonly appraisal: Appraisal
  /** That of the appraisal. */
  readonly quote: Quote
}

/** What a quote may come to, in micro-USD; infinite when nobody knows, which is not the same as free. */
export const worstOf = (quote: Quote): MicroUsd => mostOf(quote) ?? Number.POSITIVE_INFINITY

/** What the leaves say of one request. */
export interface Appraised {
  /** With the model and mode spelled out that the first leaf able to serve it would choose. */
  readonly request: RenderRequest
  readonly leaves: readonly Priced[]
  /** Why the request names the model and mode that it does by now. */
  readonly chosen?: Chosen
}

/**
 * Asks each leaf about the request as the first that is able to serve it would choose its model and mode: leaves with
 * other defaults must not turn it into another product, nor be compared at the price of one.
 *
 * @param appraise How a leaf is asked, where one that throws must not keep the others from answering.
 */
export function appraiseAmong(
  leaves: readonly VideoProvider[],
  request: RenderRequest,
  appraise: (leaf: VideoProvider, request: RenderRequest) => Appraisal = appraisalOf,
): Appraised {
  const ask = (leaf: VideoProvider, asked: RenderRequest): Priced => {
    // Without settings for anybody there are none to leave out.
    const own = asked?.providerOptions === undefined ? asked : addressed(asked, leaf, leaves)
    const appraisal = appraise(leaf, own)
    return { leaf, own, appraisal, quote: appraisal.quote }
  }
  const unable: Priced[] = []
  for (const leaf of leaves) {
    const first = ask(leaf, request)
    const { problems, chosen } = first.appraisal
    if (problems.length > 0) {
      unable.push(first)
      continue
    }
    if (!chosen) return { request, leaves: leaves.map((one) => (one === leaf ? first : ask(one, request))) }
    const { model, mode } = chosen
    const pinned = { ...request, model, mode }
    const own = pinned.providerOptions === undefined ? pinned : addressed(pinned, leaf, leaves)
    const all = leaves.map((one) => (one === leaf ? { ...first, own } : ask(one, pinned)))
    return { request: pinned, leaves: all, chosen }
  }
  return { request, leaves: unable }
}

/** The create call of a request at a leaf that serves it; or of another one in its place, see `VideoProvider.encode`. */
export function encodeAt(
  { leaf, own }: Priced,
  leaves: readonly VideoProvider[],
  instead: RenderRequest | undefined,
): EncodedRequest | undefined {
  if (!instead) return leaf.encode?.(own)
  const { model = own.model, mode = own.mode } = instead
  const pinned = { ...instead, ...(model !== undefined && { model }), ...(mode !== undefined && { mode }) }
  return leaf.encode?.(own, addressed(pinned, leaf, leaves))
}

/** Leaves from cheap to dear; those of equal price stay in the order given. */
export const byPrice = (leaves: readonly Priced[]): readonly Priced[] =>
  [...leaves].sort((a, b) =>
    worstOf(a.quote) < worstOf(b.quote) ? -1 : worstOf(a.quote) > worstOf(b.quote) ? 1 : 0,
  )
