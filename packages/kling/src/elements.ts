import { createReader, defineProvider, type VideoProvider } from '@reelay/core/adapter'
import { collection, type KlingCollection } from './elements/collection.ts'
import { elementProduct, type KlingElementRequest } from './elements/element.ts'
import { formerProduct, type KlingFormerElementRequest, withFormer } from './elements/former.ts'
import type { KlingElement, KlingVoice } from './elements/made.ts'
import { spec } from './elements/spec.ts'
import { type KlingVoiceRequest, voiceProduct } from './elements/voice.ts'
import { instanceOf } from './instance.ts'
import type { KlingOptions } from './manifest.ts'

export type {
  KlingCollection,
  KlingCreateOptions,
  KlingListOptions,
  KlingMakingTask,
} from './elements/collection.ts'
export type { KlingElementRequest, KlingElementTag } from './elements/element.ts'
export type { KlingFormerElementRequest } from './elements/former.ts'
export type { KlingElement, KlingVoice } from './elements/made.ts'
export type { KlingVoiceRequest } from './elements/voice.ts'

/**
 * Options of {@link createKlingElements}: those of `createKling`, and what is put around every create.
 *
 * @example
 * ```ts
 * import { type Journal, journaled } from '@reelay/core'
 * import type { KlingElementsOptions } from '@reelay/kling/elements'
 * const kept = (journal: Journal): KlingElementsOptions => ({ compose: (provider) => journaled(provider, journal) })
 * ```
 */
export interface KlingElementsOptions extends Omit<KlingOptions, 'prices'> {
  /** Puts a journal, a budget or a person's yes around the creates, as around those of renders; called once. */
  readonly compose?: ((provider: VideoProvider) => VideoProvider) | undefined
}

/**
 * What {@link createKlingElements} makes.
 *
 * @example
 * ```ts
 * import { createKlingElements, type KlingElements } from '@reelay/kling/elements'
 * const library: KlingElements = createKlingElements({ apiKey: 'your-key' })
 * ```
 */
export interface KlingElements {
  /** Subjects that renders name by their ids: `references: { mara: { element: id } }`. An element costs nothing. */
  readonly elements: KlingCollection<KlingElementRequest, KlingElement>
  /** Voices that elements speak with: `elements.create({ …, voice: id })`. A voice is charged 0.05 units. */
  readonly voices: KlingCollection<KlingVoiceRequest, KlingVoice>
  /**
   * Elements of the old library, which the one of today does not know. Unverified, at no known price; a create is answered
   * at once and takes no id of ours: where its answer is lost, `list` shows whether there is one.
   */
  readonly formerElements: KlingCollection<KlingFormerElementRequest, KlingElement>
  /** Whatever buys and reads them: for `resume` over a journal, say. It takes no renders. */
  readonly provider: VideoProvider
}

const define = defineProvider(spec)

/**
 * The elements and voices of one account at the official Kling API, which an API key and a key pair both reach. They are
 * made like renders: checked and priced before, paid at most once, found again by an id of ours when an answer is lost.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, as `createKling` does.
 *
 * @example
 * ```ts
 * import { createKlingElements } from '@reelay/kling/elements'
 * const { elements, voices } = createKlingElements({ apiKey: 'your-key' })
 * const voice = await voices.createAndWait({ name: 'Mara', audio: 'https://example.com/mara.wav' })
 * const mara = await elements.createAndWait({
 *   name: 'Mara',
 *   description: 'A young cellist with short dark hair',
 *   images: ['https://example.com/mara.png', 'https://example.com/mara-side.png'],
 *   voice: voice.id,
 * })
 * console.log(mara.id)
 * ```
 */
export function createKlingElements(options: KlingElementsOptions = {}): KlingElements {
  // Prices of the caller's own are of renders, and options of both may well be one object.
  const {
    compose = (provider) => provider,
    prices: _prices,
    ...rest
  } = options as KlingElementsOptions & Pick<KlingOptions, 'prices'>
  const { instance } = instanceOf(rest)
  const inner = define(instance)
  // One account has renders as well, whose handles the provider of renders answers for.
  const owns: VideoProvider['owns'] = (handle) =>
    inner.owns(handle) && Object.hasOwn(spec.routes, String(handle.route))
  const read = createReader(spec, instance)
  const provider = withFormer({ ...inner, owns }, collection(formerProduct, { provider: inner, read }).list)
  const shelf = { provider: compose(Object.freeze(provider)), read }
  return Object.freeze({
    elements: collection(elementProduct, shelf),
    voices: collection(voiceProduct, shelf),
    formerElements: collection(formerProduct, shelf),
    provider: shelf.provider,
  })
}
