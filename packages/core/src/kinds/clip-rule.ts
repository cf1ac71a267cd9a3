import * as z from 'zod/mini'
import { isOwnedBy, type Owned, ownerText } from '../model/handle.ts'
import { isMedia, type Media } from '../model/media.ts'
import type { PreparedMedia } from '../model/media-rule.ts'
import { type Finding, problem } from '../model/problem.ts'
import {
  type ClipFields,
  type ClipLimits,
  type ClipRef,
  type ClipTypes,
  clipFieldTypes,
  isClipRef,
} from './clip.ts'
import type { Case, Rule } from './kind.ts'
import type { MediaPlace } from './media-places.ts'
import { costs, set } from './ways.ts'

/** A field that holds a {@link ClipRef} or media; in JSON an object or a text. */
export function clipField(description: string): z.core.$ZodType<ClipRef | Media> {
  const fix =
    'Pass clipOf(task) of a finished task, or an https URL, a base64 data URI, a Uint8Array or a Blob.'
  const schema = z.custom<ClipRef | Media>((value) => isMedia(value) || isClipRef(value), { params: { fix } })
  const { texts, optionalTexts, numbers } = clipFieldTypes
  const typed = (fields: readonly string[], type: 'string' | 'number') =>
    Object.fromEntries(fields.map((field) => [field, { type }]))
  schema._zod.toJSONSchema = () => ({
    description: `${description} A clip that a task made, by its ids; or its https URL, or a base64 data URI.`,
    anyOf: [
      { type: 'string', minLength: 1 },
      {
        type: 'object',
        properties: { ...typed([...texts, ...optionalTexts], 'string'), ...typed(numbers, 'number') },
        required: [...texts],
      },
    ],
  })
  return schema
}

interface ClipId {
  readonly by: 'output-id' | 'task-id'
  readonly id: string
}

type ClipInput = ClipId | { readonly by: 'media'; readonly media: Media }

/** What stands for the clip at a row; `undefined` where nothing can. */
function inputOf(video: ClipRef | Media, { by }: ClipLimits, owner: Owned): ClipInput | undefined {
  if (!isClipRef(video)) return by.includes('media') ? { by: 'media', media: video } : undefined
  const isOwn = isOwnedBy(owner, video)
  const { outputId, taskId, url } = video
  const inputs = by.map((way): ClipInput | undefined => {
    if (way === 'media') return url === undefined ? undefined : { by: way, media: url }
    const id = way === 'task-id' ? taskId : outputId
    return isOwn && id !== undefined ? { by: way, id } : undefined
  })
  return inputs.find((input) => input !== undefined)
}

/** The file of a request about an earlier clip, where the clip goes to the provider as one. */
export function clipFiles(
  { video }: ClipFields,
  { clip }: ClipTypes['limits'],
  owner: Owned,
): readonly MediaPlace[] {
  const input = inputOf(video, clip, owner)
  return input?.by === 'media' ? [{ path: 'video', media: input.media }] : []
}

/**
 * The earlier clip that a checked request is about, as the provider takes it: by an id, or as a file (a URL, base64 or
 * whatever its rule says).
 *
 * @example
 * ```ts
 * import { type ClipDraft, clipIn, type HttpRequest } from '@reelay/core/adapter'
 * function encode(draft: ClipDraft): HttpRequest {
 *   const clip = clipIn(draft)
 *   const json = clip.by === 'media' ? { video_url: clip.value } : { video_id: clip.id }
 *   return { method: 'POST', path: '/v1/clips/extend', json }
 * }
 * ```
 */
export function clipIn({ request: { video }, offer: { limits }, media }: ClipDraft): ClipValue {
  const file = media.video
  if (file) return { by: 'media', value: file.value }
  // Of another's clip a file would be here: whatever has an id is the provider's own.
  const input = isClipRef(video) ? inputOf(video, limits.clip, video) : undefined
  // A request is also encoded to be looked at, whatever is wrong with it.
  return input && input.by !== 'media' ? input : { by: 'media', value: '' }
}

/**
 * What stands for an earlier clip in a provider's request body.
 *
 * @example
 * ```ts
 * import type { ClipValue } from '@reelay/core/adapter'
 * const text = (clip: ClipValue): string => (clip.by === 'media' ? clip.value : clip.id)
 * ```
 */
export type ClipValue = ClipId | { readonly by: 'media'; readonly value: string }

/**
 * Of a checked request what {@link clipIn} looks at.
 *
 * @example
 * ```ts
 * import type { ClipDraft } from '@reelay/core/adapter'
 * const hasFile = ({ media }: ClipDraft): boolean => media.video !== undefined
 * ```
 */
export interface ClipDraft {
  readonly request: ClipFields
  readonly offer: { readonly limits: ClipTypes['limits'] }
  readonly media: Readonly<Record<string, PreparedMedia>>
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
const listed = (names: readonly string[]): string => names.join(', ').replace(/, ([^,]+)$/, ' or $1')

/** Why nothing stands for a clip here. */
function unusable(video: ClipRef | Media, { by, media }: ClipLimits, owner: Owned, name: string): Finding {
  const here = ownerText(owner)
  if (!isClipRef(video)) {
    const message = `${owner.provider} takes no file for ${name}: it knows the clips that it made itself by their ids.`
    return problem('video', 'unsupported', message, `Pass clipOf(task) of a clip that ${here} made.`)
  }
  const maker = ownerText(video)
  if (isOwnedBy(owner, video)) {
    const message = `The clip of task ${video.taskId} has ${by.includes('output-id') ? 'no outputId' : 'no url'}, which ${owner.provider} knows it by.`
    return problem('video', 'required', message, 'Read its task again, and pass clipOf(task).')
  }
  const message = `The clip was made by ${maker}; ${here} knows the ids of its own clips only.`
  const file = media === false ? '' : ' Or pass its file, or its address.'
  return problem('video', 'unsupported', message, `Ask ${maker}.${file}`)
}

/** That what stands for a clip is still held. */
function held(clip: ClipRef, { heldMs, media }: ClipLimits, input: ClipInput, now: number, provider: string) {
  const { endedAt, expiresAt, url } = clip
  if (input.by === 'media') {
    if (expiresAt === undefined || expiresAt > now) return undefined
    const message = `The clip's address has been dead since ${day(expiresAt)}.`
    return problem(
      'video',
      'unreachable',
      message,
      'Pass the file that you stored, or render the clip again.',
    )
  }
  if (heldMs === undefined || endedAt === undefined || endedAt + heldMs > now) return undefined
  const message = `The clip is of ${day(endedAt)}, and ${provider} takes the ids of its clips for ${heldMs / 86_400_000} days.`
  const isAlive = media !== false && url !== undefined && expiresAt !== undefined && expiresAt > now
  return problem('video', 'unreachable', message, 'Render the clip again.', [
    ...(isAlive ? [set('video', url, 'Pass its address, which is still alive.')] : []),
  ])
}

const takesMade = ({ madeBy: { models, modes } = {} }: ClipLimits, { model, mode }: ClipRef): boolean =>
  (models?.includes(model) ?? true) && (modes?.includes(mode) ?? true)

/** Whether the clip is by a model and of a mode that the row takes; else which row does. */
function madeWith(clip: ClipRef, { limits, name, offers, offer }: Case<ClipTypes>): Finding | undefined {
  if (takesMade(limits.clip, clip)) return undefined
  const { model, mode } = clip
  const sold = offers.filter(({ state }) => state !== 'discontinued')
  const other = sold.find((one) => takesMade(one.limits.clip, clip))
  if (!other) {
    const models = [...new Set(sold.flatMap((one) => one.limits.clip.madeBy?.models ?? []))]
    const message = `${offer.provider} takes clips of ${listed(models)} here, not of ${model} ${mode}.`
    return problem('video', 'unsupported', message, 'Pass another clip.')
  }
  const patch = { model: other.model, mode: other.mode }
  const fix = `Use model: '${patch.model}' and mode: '${patch.mode}'.`
  const field = patch.model === offer.model ? 'mode' : 'model'
  const message = `The clip is of ${model} ${mode}, which ${name} does not take.`
  return problem(field, 'conflict', message, fix, [{ patch, cost: costs.value, fix }])
}

/** Whether a row takes the clip: whose it is, how old, how long, and what made it. */
export const clipRule: Rule<ClipTypes> = (of) => {
  const { request, limits, name, owner, now } = of
  const { video } = request
  const input = inputOf(video, limits.clip, owner)
  if (!input) return [unusable(video, limits.clip, owner, name)]
  if (!isClipRef(video)) return []
  const { duration, kind } = video
  const { seconds: [shortest, longest] = [0, Number.POSITIVE_INFINITY], madeBy } = limits.clip
  const length = Math.round(duration ?? shortest)
  // Whatever is passed as a file says nothing of what made it.
  const isFile = input.by === 'media'
  const kinds = isFile ? undefined : madeBy?.kinds
  const another = 'Pass another clip.'
  return [
    held(video, limits.clip, input, now, owner.provider),
    (length < shortest || length > longest) &&
      problem(
        'video',
        'range',
        `The clip lasts ${duration} s; ${name} takes ${shortest} to ${longest} s.`,
        another,
      ),
    kinds !== undefined &&
      !kinds.includes(kind) &&
      problem('video', 'unsupported', `${name} takes clips of ${listed(kinds)}, not of ${kind}.`, another),
    isFile ? undefined : madeWith(video, of),
  ]
}
