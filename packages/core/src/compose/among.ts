import type { Catalog, Offer, RenderRequest } from '../kinds/kinds.ts'
import { ReelayError, withDetails } from '../model/error.ts'
import { type Owned, ownerText, type Submission, type TaskHandle } from '../model/handle.ts'
import { knownProviders } from '../model/known.ts'
import type { Problem } from '../model/problem.ts'
import type { Quote } from '../model/quote.ts'
import type { VideoTask } from '../model/task.ts'
import { appraisalOf } from '../provider/appraisal.ts'
import { assertHandle, assertSubmission, handlesOf } from '../provider/door.ts'
import { ownerOf } from '../provider/hosts.ts'
import type { GetManyOptions } from '../provider/options.ts'
import type { PurchasesPerOrder, VideoProvider } from '../provider/provider.ts'
import { knownAmong } from '../provider/submit/purchasing.ts'
import { type Complete, membersOf } from './wrap.ts'

/** Everything of a composition of several providers but buying: reads go back to whoever made the task. */
export type Routed = Omit<VideoProvider, 'submit' | 'id' | 'appraise' | 'check' | 'quote' | 'encode'>

/** Whether one provider would answer for the tasks of another; a composition does for those of its leaves. */
const answersFor = (one: VideoProvider, other: VideoProvider): boolean =>
  one.owns(ownerOf(other) satisfies Owned as TaskHandle)

function refuseTwins(providers: readonly VideoProvider[]): void {
  for (const [index, one] of providers.entries()) {
    const { id, account } = one
    const others = providers.slice(0, index)
    if (!others.some((other) => answersFor(other, one) || answersFor(one, other))) continue
    const message = `Two of the providers answer for ${ownerText(ownerOf(one))}. Give one of them an account name of its own, or their tasks get mixed up.`
    throw new ReelayError('ERR_CONFIG', message, { provider: id, account, outcome: 'none' })
  }
}

function unionOf(providers: readonly VideoProvider[]): Catalog {
  const offers = new Set<Offer>(providers.flatMap(({ catalog }) => catalog.offers))
  const retention = new Set(providers.flatMap(({ catalog }) => catalog.retention ?? []))
  return {
    defaultModel: providers[0]?.catalog.defaultModel ?? '',
    // The first that has one for a kind decides it, as the first decides the usual one.
    defaultModels: Object.assign(
      {},
      ...providers.map(({ catalog }) => catalog.defaultModels ?? {}).reverse(),
    ),
    offers: [...offers],
    retention: [...retention],
  }
}

const most = (counts: readonly number[]): number => Math.max(1, ...counts)

/** What an order that goes to one of several may come to; nothing where that is one purchase. */
function mostPerOrder(providers: readonly VideoProvider[]): PurchasesPerOrder | undefined {
  const all = providers.flatMap(({ perOrder }) => perOrder ?? [])
  if (all.length === 0) return undefined
  return {
    bought: most(all.map(({ bought }) => bought)),
    paid: most(all.map(({ paid }) => paid)),
    again: all.some(({ again }) => again),
  }
}

/** Whose task a submit of this request may be; nobody's where it cannot be served. */
export function makersOf(provider: VideoProvider, request: RenderRequest): readonly Owned[] {
  if (provider.makers) return provider.makers(request)
  return appraisalOf(provider, request).problems.length === 0 ? [ownerOf(provider)] : []
}

/** The quote that covers every leaf that may be used: as sure as the least sure of them, up to the dearest. */
export function combined(quotes: readonly Quote[]): Quote {
  const [first] = quotes
  if (!first) return { type: 'unknown', why: 'None of the providers can serve the request.' }
  const unknown = quotes.find((quote) => quote.type === 'unknown')
  if (unknown || first.type === 'unknown') return unknown ?? first
  const known = quotes.filter((quote) => quote.type !== 'unknown')
  const min = Math.min(...known.map((quote) => (quote.type === 'exact' ? quote.microUsd : quote.min)))
  const max = Math.max(...known.map((quote) => (quote.type === 'exact' ? quote.microUsd : quote.max)))
  if (known.length === 1 || (min === max && known.every((quote) => quote.type === 'exact'))) {
    return known.find((quote) => quote.basis === 'derived') ?? first
  }
  // As old and as far from a list as the least sure of them.
  const { basis, asOf, source } = known.find((quote) => quote.basis === 'derived') ?? first
  return { type: 'bounded', min, max, basis, asOf, source }
}

/** Whether a problem says that the catalogue has no such row, whatever else the request asks for. */
export const notSold = ({ field, rule }: Problem): boolean =>
  ['kind', 'model', 'mode'].includes(field) && (rule === 'unsupported' || rule === 'discontinued')

/**
 * Nothing, if one leaf finds nothing wrong; else what the first leaf says that sells such a thing at all: what is wrong
 * with the request helps more than that another provider has never heard of the model.
 */
export function nearestMiss(answers: readonly (readonly Problem[])[]): readonly Problem[] {
  const passed = answers.find((found) => found.length === 0)
  return passed ?? answers.find((found) => !found.some(notSold)) ?? answers[0] ?? []
}

/**
 * Routes reads and all else that is about a task among providers.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for an empty list or two leaves that answer for the same account.
 */
export function routeAmong(providers: readonly VideoProvider[]): Routed {
  const [first] = providers
  if (!first) throw new ReelayError('ERR_CONFIG', 'There is no provider to choose from.', { outcome: 'none' })
  refuseTwins(providers)

  function ownOf(of: Owned, details: { handle: TaskHandle } | { submission: Submission }): VideoProvider {
    if ('submission' in details) assertSubmission(of)
    else assertHandle(of)
    const owner = providers.find((provider) => provider.owns(of as TaskHandle))
    if (owner) return owner
    const known = providers.map((one) => ownerText(ownerOf(one))).join(', ')
    const message = `Nobody here made the task of ${ownerText(of)}. Known are ${known}.`
    throw new ReelayError('ERR_INVALID_REQUEST', message, {
      outcome: 'submission' in details ? 'unknown' : 'none',
      provider: of.provider,
      account: of.account,
      ...details,
    })
  }

  function unable(leaf: VideoProvider, what: string, details: object): ReelayError {
    const message = `${leaf.id} has no way to ${what}.`
    return new ReelayError('ERR_UNSUPPORTED', message, {
      outcome: 'none',
      provider: leaf.id,
      account: leaf.account,
      ...details,
    })
  }

  async function getMany(handles: readonly TaskHandle[], options?: GetManyOptions) {
    const answers = new Map<TaskHandle, VideoTask | ReelayError>()
    const groups = Map.groupBy(handlesOf(handles), (handle) => ownOf(handle, { handle }))
    for (const [owner, own] of groups) {
      if (owner.getMany) {
        for (const [handle, answer] of await owner.getMany(own, options)) answers.set(handle, answer)
        continue
      }
      // Whoever reads side by side must not have it done here, one after the other.
      if (options?.onUnlisted) {
        options.onUnlisted(Number.POSITIVE_INFINITY)
        continue
      }
      for (const handle of own) {
        const answer = await owner.get(handle, options).catch((error: unknown) => {
          if (ReelayError.isInstance(error)) return withDetails(error, { handle })
          throw error
        })
        answers.set(handle, answer)
        options?.onAnswer?.(handle, answer)
      }
    }
    return answers
  }

  /** Whether anybody here can do it: for a leaf that cannot, see `unable`. */
  const some = (method: 'getMany' | 'cancel' | 'follow' | 'find' | 'known' | 'noteStored' | 'see'): boolean =>
    providers.some((leaf) => leaf[method])
  // A list of all members: a new one does not compile before it is decided about here.
  const all: Complete<Routed> = {
    account: first.account,
    host: undefined,
    catalog: unionOf(providers),
    clock: first.clock,
    instance: {},
    // Only one of them is bought from, whichever it is.
    perOrder: mostPerOrder(providers),
    owns: (handle) => providers.some((provider) => provider.owns(handle)),
    known: some('known') ? (request, options) => knownAmong(providers, request, options) : undefined,
    buysAgain: (task) => ownOf(task.handle, { handle: task.handle }).buysAgain?.(task) ?? false,
    noteStored: some('noteStored')
      ? async (handle, stored) => ownOf(handle, { handle }).noteStored?.(handle, stored)
      : undefined,
    see: some('see')
      ? async (task) => providers.find((leaf) => leaf.owns(task.handle))?.see?.(task)
      : undefined,
    makers: (request) => providers.flatMap((leaf) => makersOf(leaf, addressed(request, leaf, providers))),
    get: async (handle, options) => ownOf(handle, { handle }).get(handle, options),
    getMany: some('getMany') ? getMany : undefined,
    cancel: some('cancel')
      ? async (handle, options) => {
          const owner = ownOf(handle, { handle })
          if (!owner.cancel) throw unable(owner, 'cancel a task', { handle })
          return owner.cancel(handle, options)
        }
      : undefined,
    // Only a shortcut: whoever cannot has its tasks looked at all the same.
    follow: some('follow')
      ? async (handle, options) => (await ownOf(handle, { handle }).follow?.(handle, options)) ?? false
      : undefined,
    find: some('find')
      ? async (submission, options) => {
          const owner = ownOf(submission, { submission })
          if (!owner.find) throw unable(owner, 'look for a lost submission', { submission })
          return owner.find(submission, options)
        }
      : undefined,
  }
  return membersOf(all)
}

/** The names under `providerOptions` that a provider, or one inside it, answers to. */
const namesOf = ({ id, catalog }: VideoProvider): ReadonlySet<string> =>
  new Set([id, ...catalog.offers.map(({ provider }) => provider)])

/**
 * The request as one of several providers sees it: without the settings meant for others that it has never heard of, since
 * an unknown name is a problem, and a request may travel to all of them.
 */
export function addressed(
  request: RenderRequest,
  leaf: VideoProvider,
  leaves: readonly VideoProvider[],
): RenderRequest {
  const options = Object.entries(request?.providerOptions ?? {})
  const strange = options.filter(([name]) => !knownProviders.includes(name) && !namesOf(leaf).has(name))
  if (strange.length === 0) return request
  const others = new Set(leaves.flatMap((one) => [...namesOf(one)]))
  const kept = options.filter((option) => !strange.includes(option) || !others.has(option[0]))
  return { ...request, providerOptions: Object.fromEntries(kept) }
}
