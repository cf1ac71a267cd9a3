import type { Kind, KlingModel } from '../model/words.ts'
import { type Extend, extend } from './extend.ts'
import { imageToImage } from './image-to-image.ts'
import type { ImageToImage } from './image-to-image-fields.ts'
import { type ImageToVideo, imageToVideo } from './image-to-video.ts'
import type { KindRow, Prepared, SubjectOf } from './kind.ts'
import { lipSync } from './lip-sync.ts'
import type { LipSync } from './lip-sync-fields.ts'
import type { FreeFailures, OfferOf, Retention } from './offer.ts'
import { type ReferenceToVideo, referenceToVideo } from './reference-to-video.ts'
import { type TextToImage, textToImage } from './text-to-image.ts'
import { type TextToVideo, textToVideo } from './text-to-video.ts'
import type { VideoKind } from './video-fields.ts'
import { type VirtualTryOn, virtualTryOn } from './virtual-try-on.ts'

/**
 * The types of every kind, by name.
 *
 * @example
 * ```ts
 * import type { KindMap } from '@reelay/core'
 * type Words = { readonly [K in keyof KindMap]: string }
 * const titles: Words['text-to-video'] = 'From words'
 * ```
 */
export interface KindMap {
  'text-to-video': TextToVideo
  'image-to-video': ImageToVideo
  'reference-to-video': ReferenceToVideo
  'text-to-image': TextToImage
  'image-to-image': ImageToImage
  'virtual-try-on': VirtualTryOn
  extend: Extend
  'lip-sync': LipSync
}

/**
 * Every kind by name, for programs that speak of all of them; whoever sells or asks for one imports that one.
 *
 * @example
 * ```ts
 * import { kinds } from '@reelay/core'
 * const tools = Object.values(kinds).map(({ kind, schema }) => ({ name: kind, inputSchema: schema }))
 * ```
 */
export const kinds: { readonly [K in Kind]: KindRow<KindMap[K]> } = {
  'text-to-video': textToVideo,
  'image-to-video': imageToVideo,
  'reference-to-video': referenceToVideo,
  'text-to-image': textToImage,
  'image-to-image': imageToImage,
  'virtual-try-on': virtualTryOn,
  extend,
  'lip-sync': lipSync,
}

/**
 * The request of some kinds.
 *
 * @example
 * ```ts
 * import type { RequestOf, VideoKind } from '@reelay/core'
 * const seconds = ({ duration = 5 }: RequestOf<VideoKind>): number => duration
 * ```
 */
export type RequestOf<K extends Kind> = KindMap[K]['request']

type KeysOf<Union> = Union extends unknown ? keyof Union : never
/** Every member of a union with the keys of the others as absent, so that a field can be read before `kind` is known. */
type Readable<Union, Keys extends PropertyKey> = Union extends unknown
  ? Union & { readonly [key in Exclude<Keys, keyof Union>]?: never }
  : never

/**
 * What to render: a union discriminated by `kind`.
 *
 * @example
 * ```ts
 * import type { RenderRequest } from '@reelay/core'
 * const request: RenderRequest = { kind: 'text-to-video', prompt: 'A paper boat in the rain', model: 'kling-v3' }
 * ```
 */
export type RenderRequest = Readable<RequestOf<Kind>, KeysOf<RequestOf<Kind>>>

/**
 * One row of a catalogue: one kind, model and mode that a provider sells.
 *
 * @example
 * ```ts
 * import type { Offer } from '@reelay/core'
 * const longest = ({ limits }: Offer<'text-to-video'>): number => Math.max(...limits.durations)
 * ```
 */
export type Offer<K extends Kind = Kind> = { [kind in K]: OfferOf<KindMap[kind]> }[K]

/**
 * Whether a row is one of the video kinds, whose limits are {@link VideoLimits}.
 *
 * @example
 * ```ts
 * import { isVideoOffer, type VideoProvider } from '@reelay/core'
 * const longest = ({ catalog }: VideoProvider): number =>
 *   Math.max(...catalog.offers.filter(isVideoOffer).flatMap(({ limits }) => limits.durations))
 * ```
 */
export const isVideoOffer = (offer: Offer): offer is Offer<VideoKind> =>
  offer.kind === 'text-to-video' || offer.kind === 'image-to-video'

/**
 * The same of every kind whose limits have those of a clip: how long, with which sound, in which shape.
 *
 * @example
 * ```ts
 * import { isClipOffer, type VideoProvider } from '@reelay/core'
 * const silent = ({ catalog }: VideoProvider): boolean =>
 *   catalog.offers.filter(isClipOffer).every(({ limits }) => limits.audio === 'never')
 * ```
 */
export const isClipOffer = (offer: Offer): offer is Offer<VideoKind | 'reference-to-video'> =>
  isVideoOffer(offer) || offer.kind === 'reference-to-video'

/**
 * A request of the given kinds together with the row that serves it, for rules that look across fields.
 *
 * @example
 * ```ts
 * import type { Subject } from '@reelay/core/adapter'
 * const isLong = ({ duration }: Subject<'text-to-video'>): boolean => duration > 10
 * ```
 */
export type Subject<K extends Kind = Kind> = { [kind in K]: SubjectOf<KindMap[kind]> }[K]

/**
 * A request of the given kinds that passed every check, ready to be encoded.
 *
 * @example
 * ```ts
 * import type { Draft, HttpRequest } from '@reelay/core/adapter'
 * const encode = ({ request, offer, duration }: Draft<'text-to-video'>): HttpRequest => ({
 *   method: 'POST',
 *   path: '/v1/clips',
 *   json: { engine: offer.nativeModel, text: request.prompt, seconds: duration },
 * })
 * ```
 */
export type Draft<K extends Kind = Kind> = { [kind in K]: SubjectOf<KindMap[kind]> & Prepared }[K]

/**
 * Everything a provider sells, as data.
 *
 * @example
 * ```ts
 * import type { Catalog } from '@reelay/core'
 * const models = ({ offers }: Catalog): readonly string[] => [
 *   ...new Set(offers.filter(({ state }) => state === 'current').map(({ model }) => model)),
 * ]
 * ```
 */
export interface Catalog<K extends Kind = Kind> {
  /** Model used when a request names none. */
  readonly defaultModel: KlingModel
  /** The same for kinds that have another; a kind that has none sells only what is named. */
  readonly defaultModels?: { readonly [kind in Kind]?: KlingModel }
  readonly offers: readonly Offer<K>[]
  /** Absent where the provider documents no such thing: then a failed task counts as paid for. */
  readonly freeFailures?: FreeFailures
  /** No row where the provider does not say. */
  readonly retention?: readonly Retention[]
}
