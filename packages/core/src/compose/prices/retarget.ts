import { isClipOffer, kinds, type Offer, type RenderRequest } from '../../kinds/kinds.ts'
import { isMedia } from '../../model/media.ts'
import { applySuggestion, patchAt } from '../../model/patch.ts'
import type { Problem } from '../../model/problem.ts'
import type { Appraisal } from '../../provider/appraisal.ts'
import type { EncodedRequest } from '../../provider/http/message.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { answerOf, whyOf } from './ask.ts'
import { type CallPlace, changedPlaces, inWords, isSame, placesOf, valueAt } from './places.ts'
import type { FieldRetarget, Retargeting } from './retargeting.ts'

/** A request that a provider can serve, and everything that is known of its create call. */
interface Traced {
  readonly provider: VideoProvider
  readonly request: RenderRequest
  readonly call: EncodedRequest
  readonly appraisal: Appraisal
}

type Values = Readonly<Record<string, unknown>>

const valuesOf = (request: RenderRequest): Values => request as unknown as Values

/** The path of every field that a request has; the provider's own settings one by one. */
function fieldsOf(request: RenderRequest): readonly (readonly [path: readonly string[], value: unknown])[] {
  const { providerOptions, ...common } = request
  // As it was passed, before any check: `null` in their place too.
  const settings = Object.entries(providerOptions ?? {}).flatMap(([provider, options]) =>
    Object.entries(options ?? {}).map(([key, value]) => [['providerOptions', provider, key], value] as const),
  )
  const fields = Object.entries(common).map(([field, value]) => [[field], value] as const)
  return [...fields, ...settings].filter(([, value]) => value !== undefined)
}

const at = (request: RenderRequest, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Values | undefined)?.[key], valuesOf(request))

/** Other values that a field may have, so that what depends on it shows. */
function othersOf(value: unknown): readonly unknown[] {
  if (typeof value === 'boolean') return [!value]
  if (typeof value === 'number') return [value + 1, value / 2, 1 - value]
  if (typeof value === 'string') return [`${value}~`, 'https://example.com/another.png']
  if (typeof value !== 'object' || value === null || isMedia(value)) return []
  // Of a list, a map or a clip of before: the same with one of its parts another.
  const entries = Object.entries(value)
  const others = entries.flatMap(([key, part]) => othersOf(part).map((other) => [key, other] as const))
  return others.map(([key, other]) => {
    const changed = entries.map(([name, part]) => [name, name === key ? other : part] as const)
    return Array.isArray(value) ? changed.map(([, part]) => part) : Object.fromEntries(changed)
  })
}

/** The create call of another request, at whoever would serve the one that is traced. */
const encoded = (traced: Traced, request: RenderRequest): EncodedRequest | undefined => {
  try {
    return traced.provider.encode?.(traced.request, request)
  } catch {
    // A value that no check would let through may be more than an adapter can write.
    return undefined
  }
}

/** Where a call differs from those of requests that differ in one field. */
function placesAgainst(traced: Traced, requests: readonly RenderRequest[]): readonly CallPlace[] {
  for (const request of requests) {
    const other = encoded(traced, request)
    const places = other ? changedPlaces(traced.call, other) : []
    if (places.length > 0) return places
  }
  return []
}

/** The same request with one field left out, and with other values in it. */
const without = ({ request }: Traced, path: readonly string[]): readonly RenderRequest[] =>
  [null, ...othersOf(at(request, path))].map((value) => applySuggestion(request, patchAt(path, value)))

/** Where the provider's name of the row stands; in parts where it is one of several words. */
function modelPlaces(
  { call, provider }: Traced,
  { nativeModel, model, ...offer }: Offer,
): readonly CallPlace[] {
  const places = placesOf(call).filter(({ value }) => typeof value === 'string')
  const whole = places.filter(({ at: place, value }) =>
    place === 'path' ? String(value).includes(nativeModel) : value === nativeModel,
  )
  if (whole.length > 0) return whole
  const words = nativeModel.split(' ')
  const parts = words.flatMap((word) => places.find(({ value }) => value === word) ?? [])
  if (parts.length === words.length) return [...parts].reverse()
  const others = provider.catalog.offers.filter(
    (row) => row.provider === offer.provider && row.model !== model,
  )
  const isAlone = (by: 'route' | 'kind'): boolean => others.every((row) => row[by] !== offer[by])
  // An address that makes nothing else says it without a word.
  return isAlone('route') || isAlone('kind') ? [{ at: 'path', value: call.path }] : []
}

/** The rows of the same model at the same provider, which of a composition's are some. */
const rowsBeside = ({ provider }: Traced, { provider: id, model }: Offer): readonly Offer[] =>
  provider.catalog.offers.filter(
    (row) => row.provider === id && row.model === model && row.state !== 'discontinued',
  )

/** The same request in the model's other modes. */
const otherModes = (traced: Traced, offer: Offer): readonly RenderRequest[] =>
  rowsBeside(traced, offer)
    .filter(({ kind, mode }) => kind === offer.kind && mode !== offer.mode)
    .map(({ model, mode }) => ({ ...traced.request, model, mode }))

function modePlaces(traced: Traced, offer: Offer): readonly CallPlace[] {
  const places = placesAgainst(traced, otherModes(traced, offer))
  const own = places.find(({ value }) => value === traced.request.mode)
  if (own) return [own]
  const inModel = modelPlaces(traced, offer).map(({ at: place }) => place)
  // Where the name of the model changes with the mode, that is where the mode is said.
  return [...places].sort((a, b) => Number(inModel.includes(b.at)) - Number(inModel.includes(a.at)))
}

/** Where a field is said that has no place of its own, since the row or another field leaves no choice. */
function impliedAt(traced: Traced, field: string, value: unknown, offer: Offer): CallPlace | undefined {
  const { request } = traced
  const byModel = (): CallPlace | undefined => modelPlaces(traced, offer)[0]
  if (field === 'mode') return otherModes(traced, offer).length === 0 ? byModel() : undefined
  if (field === 'n') return value === 1 ? byModel() : undefined
  if (!isClipOffer(offer)) return undefined
  const { audio, durations } = offer.limits
  if (field === 'generateAudio') return audio === (value ? 'always' : 'never') ? byModel() : undefined
  if (field !== 'duration') return undefined
  // The shots add up to it.
  if (request.shots !== undefined) return placesAgainst(traced, without(traced, ['shots']))[0]
  return durations.length === 1 ? byModel() : undefined
}

/** Where the kind is said: in the address, in a word of the body, or by the pictures that come along. */
function kindPlaces(traced: Traced, offer: Offer): readonly CallPlace[] {
  const { request, call } = traced
  const { kind, model, mode } = offer
  const rows = rowsBeside(traced, offer).filter((row) => row.kind !== kind)
  const noMedia = Object.fromEntries(kinds[kind].media.map((field) => [field, null]))
  for (const other of new Set(rows.map((row) => row.kind))) {
    const found = encoded(traced, applySuggestion(request, { ...noMedia, kind: other, model, mode }))
    const places = found ? changedPlaces(call, found) : []
    const said =
      places.find((place) => place.at === 'path') ??
      places.find((place) => found && valueAt(found, place.at) !== undefined) ??
      kinds[kind].media.flatMap((field) => placesAgainst(traced, without(traced, [field])))[0]
    if (found && said) return [said]
  }
  return [{ at: 'path', value: call.path }]
}

function placesFor(traced: Traced, path: readonly string[], offer: Offer): readonly CallPlace[] {
  const [field = ''] = path
  if (field === 'kind') return kindPlaces(traced, offer)
  if (field === 'model') return modelPlaces(traced, offer)
  if (field === 'mode') return modePlaces(traced, offer)
  return placesAgainst(traced, without(traced, path))
}

const lostFor = (field: string, { warnings }: Appraisal, provider: string): FieldRetarget => {
  const warning = warnings.find((one) => one.field === field)
  const why = warning?.message ?? `${provider} has no place for it.`
  return { field, how: 'lost', why, ...(warning && { warning }) }
}

function traceField(
  traced: Traced,
  path: readonly string[],
  asked: unknown,
  why: string | undefined,
): FieldRetarget {
  const { request, appraisal, provider } = traced
  const field = path.join('.')
  const { offer } = appraisal
  if (path[0] === 'providerOptions' && offer && path[1] !== offer.provider) {
    return { field, how: 'lost', why: `It is for ${path[1]}.` }
  }
  const value = at(request, path)
  const found = offer ? placesFor(traced, path, offer) : placesAgainst(traced, without(traced, path))
  const isLink = value instanceof URL
  const equal = found.find((place) => isSame(place.value, isLink ? value.href : value))
  if (equal && isSame(value, asked)) {
    const name = equal.at.split('.').at(-1)
    return { field, how: name === path.at(-1) ? 'same' : 'renamed', at: equal.at }
  }
  // A picture is a placeholder with its name in it; what comes along with it (a task type) is not where it stands.
  const named = found.find(
    (place) => typeof place.value === 'string' && place.value.includes(path.at(-1) ?? ''),
  )
  const place = equal ?? named ?? found[0] ?? (offer && impliedAt(traced, field, value, offer))
  if (!place) return lostFor(field, appraisal, provider.id)
  return {
    field,
    how: 'converted',
    at: place.at,
    from: inWords(asked),
    to: place.value,
    ...(why !== undefined && { why }),
  }
}

const reasonFor = (problems: readonly Problem[], field: string): string | undefined =>
  (problems.find((one) => one.field === field || one.field.startsWith(`${field}.`)) ?? problems[0])?.message

/**
 * What becomes of a request at a provider, field by field: under which name and as what each is sent, or why it is not.
 * Nothing of it is declared anywhere: the provider's adapter encodes the request, and again without or with another value
 * of each field, and where that changes the create call is where the field is said. Pure, sends nothing.
 *
 * Of a request that the provider cannot serve it tells of the nearest one that it can: what has to be left out is `lost`,
 * what has to change is `converted`, and `why` says so. A composition answers for whom it would ask first. A provider
 * written by hand that does not say what it sends (no `encode`) is answered with `cannot`.
 *
 * @example
 * ```ts
 * import { retarget, type VideoProvider } from '@reelay/core'
 * declare const fal: VideoProvider
 * const { fields } = retarget({ kind: 'text-to-video', prompt: 'A paper boat', duration: 5, mode: 'pro' }, fal)
 * for (const { field, how } of fields) console.log(field, how) // prompt same, duration converted, mode converted, …
 * ```
 */
export function retarget(request: RenderRequest, provider: VideoProvider): Retargeting {
  const who = { provider: provider.id, account: provider.account }
  const cannot = (why: string): Retargeting => ({ ...who, fields: [], cannot: why })
  const first = answerOf(provider, request)
  const { problems } = first
  const change = problems[0]?.suggestion
  if (problems[0] && !change) return cannot(`${problems[0].message} ${problems[0].fix}`)
  const served = change ? applySuggestion(request, change) : request
  if (!provider.encode) return cannot(`${provider.id} does not say what it would send.`)
  let call: EncodedRequest | undefined
  try {
    call = provider.encode(served)
  } catch (error) {
    return cannot(`${provider.id} failed when it was asked what it would send: ${whyOf(error)}`)
  }
  if (!call) return cannot(`${provider.id} has no row that serves the request.`)
  const appraisal = change ? answerOf(provider, served) : first
  const traced: Traced = { provider, request: served, call, appraisal }
  const fields = fieldsOf(request).map(([path, asked]): FieldRetarget => {
    const field = path.join('.')
    const why = reasonFor(problems, field)
    if (at(served, path) === undefined) return { field, how: 'lost', why: why ?? 'It has to be left out.' }
    const isChanged = !isSame(at(served, path), asked)
    return traceField(traced, path, asked, isChanged ? why : undefined)
  })
  return { ...who, call, fields }
}
