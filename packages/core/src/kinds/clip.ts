import { ReelayError } from '../model/error.ts'
import { ownerText } from '../model/handle.ts'
import { isMedia, type Media, type MediaRule } from '../model/media.ts'
import type { SucceededTask } from '../model/task.ts'
import type { Kind, KlingModel, Mode } from '../model/words.ts'
import type { KindTypes, SharedFields } from './kind-types.ts'

/**
 * A clip that a task made, as input of another render: plain JSON, made by {@link clipOf}. The provider that made it
 * knows it by its ids; others only by its address.
 *
 * @example
 * ```ts
 * import type { ClipRef } from '@reelay/core'
 * const clip: ClipRef = {
 *   provider: 'kling', account: 'default', taskId: '831922345719271433', outputId: '1f2e3d4c-0000-4000-8000-000000000301',
 *   kind: 'text-to-video', model: 'kling-v1-6', mode: 'std', duration: 5.1,
 * }
 * ```
 */
export interface ClipRef {
  /** Id of the provider that made it; with `account` and `host`, whose ids these are. */
  readonly provider: string
  readonly account: string
  /** Name of the relay that made it; absent where that is the provider itself. */
  readonly host?: string
  readonly taskId: string
  /** The provider's own id of the file, where it has one. */
  readonly outputId?: string
  readonly url?: string
  /** The kind of render that made it. */
  readonly kind: Kind
  readonly model: KlingModel
  readonly mode: Mode
  /** Seconds. */
  readonly duration?: number
  /** Milliseconds since the epoch at which its task ended, by the provider's clock: from then on ids are held. */
  readonly endedAt?: number
  /** Milliseconds since the epoch after which `url` is dead. */
  readonly expiresAt?: number
}

/**
 * How a row takes an earlier clip; pure data.
 *
 * @example
 * ```ts
 * import type { ClipLimits } from '@reelay/core'
 * const days = ({ heldMs = Number.POSITIVE_INFINITY }: ClipLimits): number => heldMs / 86_400_000
 * ```
 */
export interface ClipLimits {
  /** What may stand for the clip, the best first: its file's id, its task's id, or the file or its address itself. */
  readonly by: readonly ('output-id' | 'task-id' | 'media')[]
  /** What a file must be like; `false` where none is taken. */
  readonly media: MediaRule | false
  /** Milliseconds from the end of its task for which its ids are taken; for ever when absent. */
  readonly heldMs?: number
  /** Shortest and longest clip; held against its length rounded to whole seconds, since results run a few frames over. */
  readonly seconds?: readonly [shortest: number, longest: number]
  /** What must have made the clip, where not everything counts. */
  readonly madeBy?: {
    readonly kinds?: readonly Kind[]
    readonly models?: readonly KlingModel[]
    readonly modes?: readonly Mode[]
  }
  readonly source: string
  /** ISO date on which the source was last read. */
  readonly asOf: string
}

/**
 * The fields of a request about an earlier clip.
 *
 * @example
 * ```ts
 * import { type ClipFields, isClipRef } from '@reelay/core'
 * const maker = ({ video }: ClipFields): string | undefined => (isClipRef(video) ? video.provider : undefined)
 * ```
 */
export interface ClipFields {
  /** The clip: `clipOf(task)`, or a file where the provider takes one. */
  readonly video: ClipRef | Media
}

/** What the types of all kinds about an earlier clip have in common. */
export interface ClipTypes extends KindTypes {
  readonly request: SharedFields & ClipFields
  readonly limits: { readonly clip: ClipLimits }
}

/** Fields of a {@link ClipRef} by what they hold, see `clipField`. */
export const clipFieldTypes = {
  texts: ['provider', 'account', 'taskId', 'kind', 'model', 'mode'],
  optionalTexts: ['host', 'outputId', 'url'],
  numbers: ['duration', 'endedAt', 'expiresAt'],
} as const
const { texts, optionalTexts, numbers } = clipFieldTypes

/**
 * Whether a value read back from storage is a {@link ClipRef}. What a later version adds to it is let through.
 *
 * @example
 * ```ts
 * import { isClipRef } from '@reelay/core'
 * const stored: unknown = JSON.parse('{"provider":"kling"}')
 * if (!isClipRef(stored)) console.error('no clip')
 * ```
 */
export function isClipRef(value: unknown): value is ClipRef {
  if (typeof value !== 'object' || value === null || isMedia(value)) return false
  const clip = value as Readonly<Record<string, unknown>>
  const isText = (field: string): boolean => typeof clip[field] === 'string' && clip[field] !== ''
  return (
    texts.every(isText) &&
    optionalTexts.every((field) => clip[field] === undefined || isText(field)) &&
    numbers.every((field) => clip[field] === undefined || Number.isFinite(clip[field]))
  )
}

/**
 * The clip of a finished task, as input of another render.
 *
 * @param index Which of its outputs; the first when left out.
 * @throws ReelayError `ERR_INVALID_REQUEST`, outcome `none`, where there is no such output, or it is no clip.
 *
 * @example
 * ```ts
 * import { type ClipRef, clipOf, type SucceededTask } from '@reelay/core'
 * const toColumn = (task: SucceededTask): string => JSON.stringify(clipOf(task))
 * const fromColumn = (text: string): ClipRef => JSON.parse(text)
 * ```
 */
export function clipOf({ handle, outputs, updatedAt }: SucceededTask, index = 0): ClipRef {
  const output = outputs?.[index]
  const { provider, account, host, id: taskId, kind, model, mode } = handle
  if (output?.kind !== 'video') {
    const what = output ? `an ${output.kind}` : 'not there'
    const message = `Output ${index} of task ${taskId} at ${ownerText(handle)} is ${what}, and a clip is wanted. Name another output, or another task; nothing was sent.`
    throw new ReelayError('ERR_INVALID_REQUEST', message, { provider, account, handle, outcome: 'none' })
  }
  const { id: outputId, url, duration, expiresAt } = output
  return {
    ...{ provider, account, ...(host !== undefined && { host }), taskId },
    ...(outputId !== undefined && { outputId }),
    ...(url !== undefined && { url }),
    ...{ kind, model, mode },
    ...(duration !== undefined && { duration }),
    ...(updatedAt !== undefined && { endedAt: updatedAt }),
    ...(expiresAt !== undefined && { expiresAt }),
  }
}

/**
 * A request with each of its clips by the name of its file alone, for hashes. An address is signed anew each time a task is
 * read, so it tells nothing: a request about a clip that was read again is the same request.
 */
export function withClipNames<Request extends object>(request: Request): Request {
  const names = Object.entries(request).flatMap(([field, value]): [string, Partial<ClipRef>][] => {
    if (!isClipRef(value)) return []
    const { provider, account, host, taskId, outputId } = value
    return [[field, { provider, account, ...(host && { host }), taskId, ...(outputId && { outputId }) }]]
  })
  return names.length === 0 ? request : { ...request, ...Object.fromEntries(names) }
}
