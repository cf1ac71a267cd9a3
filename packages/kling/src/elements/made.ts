import { idText, maybe, wireReader, wireScalar } from '@reelay/core/adapter'
import * as z from 'zod/mini'

/**
 * A voice of the account, or one of Kling's own. Plain JSON.
 *
 * @example
 * ```ts
 * import type { KlingVoice } from '@reelay/kling/elements'
 * const label = ({ name, id, ownedBy }: KlingVoice): string => `${name ?? id}${ownedBy === 'kling' ? ' (preset)' : ''}`
 * ```
 */
export interface KlingVoice {
  /** Digits, as text: they may be more than a number holds. */
  readonly id: string
  readonly name?: string
  /** A sample of it. How long the address lives is not documented. */
  readonly sampleUrl?: string
  /** `kling` for its presets, else Kling's id of whoever made it. */
  readonly ownedBy?: string
}

/**
 * An element of the account, or one of Kling's own: a subject that renders can name by its id. Plain JSON.
 *
 * @example
 * ```ts
 * import type { ReferenceToVideoRequest } from '@reelay/core'
 * import type { KlingElement } from '@reelay/kling/elements'
 * const walk = ({ id }: KlingElement): ReferenceToVideoRequest => ({
 *   kind: 'reference-to-video',
 *   prompt: 'Mara walks through the rain',
 *   references: { mara: { element: id } },
 * })
 * ```
 */
export interface KlingElement {
  /** Digits, as text: they may be more than a number holds. */
  readonly id: string
  readonly name?: string
  readonly description?: string
  /** Addresses of the pictures it was made of, the one from the front first. How long they live is not documented. */
  readonly images: readonly string[]
  /** Address of the clip it was made of. */
  readonly video?: string
  /** The voice that was bound to it, or that its clip brought. */
  readonly voice?: KlingVoice
  readonly tags: readonly { readonly id: string; readonly name?: string }[]
  /** `kling` for its presets, else Kling's id of whoever made it. */
  readonly ownedBy?: string
  /** Whether it was deleted: no render takes it any more. */
  readonly deleted: boolean
}

const text = maybe(z.string())
const list = maybe(z.array(z.unknown()))

const voice = z.object({ voice_id: wireScalar, voice_name: text, trial_url: text, owned_by: wireScalar })
const element = z.object({
  element_id: wireScalar,
  element_name: text,
  element_description: text,
  element_image_list: maybe(z.object({ frontal_image: text, refer_images: list })),
  element_video_list: maybe(z.object({ refer_videos: list })),
  element_voice_info: maybe(voice),
  // The same in the old library, which has pictures only.
  element_frontal_image: text,
  element_refer_list: list,
  tag_list: list,
  owned_by: wireScalar,
  status: text,
})

const readVoice = wireReader(voice)
const readElement = wireReader(element)
const readTag = wireReader(z.object({ id: wireScalar, name: text }))
const readAddress = wireReader(z.object({ image_url: text, video_url: text }))
const readTask = wireReader(z.object({ task_result: maybe(z.object({ elements: list, voices: list })) }))

/** Fields that have something in them. */
const filled = <Fields extends Readonly<Record<string, string | undefined>>>(
  fields: Fields,
): { [name in keyof Fields]?: string } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value)) as {
    [name in keyof Fields]?: string
  }

const ownerOf = (owner: string | number | undefined): string | undefined =>
  owner === undefined ? undefined : String(owner)

const addressesIn = (values: readonly unknown[] | undefined): readonly string[] =>
  (values ?? []).flatMap((value) => {
    const { image_url: image, video_url: video } = readAddress(value) ?? {}
    const address = image || video
    return address ? [address] : []
  })

/** A voice as Kling tells of it; `undefined` without its id. */
export function voiceOf(value: unknown): KlingVoice | undefined {
  const found = readVoice(value)
  const id = idText(found?.voice_id)
  if (!found || id === undefined) return undefined
  const { voice_name: name, trial_url: sampleUrl, owned_by: owner } = found
  return { id, ...filled({ name, sampleUrl, ownedBy: ownerOf(owner) }) }
}

/** An element as Kling tells of it, in either library; `undefined` without its id. */
export function elementOf(value: unknown): KlingElement | undefined {
  const found = readElement(value)
  const id = idText(found?.element_id)
  if (!found || id === undefined) return undefined
  const pictures = found.element_image_list
  const front = pictures?.frontal_image || found.element_frontal_image
  const [video] = addressesIn(found.element_video_list?.refer_videos)
  const own = voiceOf(found.element_voice_info)
  const tags = (found.tag_list ?? []).flatMap((tag) => {
    const { id: tagId, name } = readTag(tag) ?? {}
    return tagId === undefined ? [] : [{ id: String(tagId), ...filled({ name }) }]
  })
  const { element_name: name, element_description: description, owned_by: owner } = found
  return {
    id,
    ...filled({ name, description }),
    images: [...(front ? [front] : []), ...addressesIn(pictures?.refer_images ?? found.element_refer_list)],
    ...filled({ video }),
    ...(own && { voice: own }),
    tags,
    ...filled({ ownedBy: ownerOf(owner) }),
    deleted: found.status === 'deleted',
  }
}

/** What a task of voices or elements made, as far as it can be used. */
export function resultsOf<Item>(
  task: unknown,
  name: 'elements' | 'voices',
  read: (value: unknown) => Item | undefined,
): readonly Item[] {
  const listed = readTask(task)?.task_result?.[name] ?? []
  return listed.map(read).filter((item) => item !== undefined)
}
