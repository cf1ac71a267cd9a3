import { knownProviders } from '../model/known.ts'
import type { RenderRequest } from '../model/request/index.ts'
import type { VideoProvider } from '../provider/provider.ts'

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
