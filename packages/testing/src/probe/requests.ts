import {
  isVideoOffer,
  type Offer,
  type RenderRequest,
  type RequestOf,
  type TaskHandle,
  type VideoKind,
} from '@reelay/core'

/** Another request at the same price. */
export function otherThan(request: RequestOf<VideoKind>): RequestOf<VideoKind> {
  return { ...request, prompt: `${request.prompt ?? ''} at dusk` }
}

/** The handle of a task that does not exist, under an id that might. */
export function neverMade(handle: TaskHandle): TaskHandle {
  const tail = handle.id.endsWith('0000') ? '1111' : '0000'
  return { ...handle, id: `${handle.id.slice(0, -tail.length)}${tail}` }
}

/** The head of a PNG of 512 by 512 pixels, which is all that a check of its measures reads. */
const png: Uint8Array = Uint8Array.of(
  ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52],
  ...[0, 0, 2, 0, 0, 0, 2, 0],
)
const link = 'https://example.com/boat.png'

/** The least that buys a catalogue row, or `undefined` for a kind this suite does not know. */
export function requestFor(offer: Offer): RequestOf<VideoKind> | undefined {
  if (!isVideoOffer(offer)) return undefined
  const { kind, model, mode, limits } = offer
  const [duration] = limits.durations
  const shared = {
    model,
    mode,
    prompt: 'A paper boat in the rain',
    ...(duration === undefined ? {} : { duration }),
  }
  if (kind === 'text-to-video') return { kind, ...shared }
  const byLink = limits.images !== false && limits.images.forms.includes('url')
  return { kind, ...shared, startImage: byLink ? link : png }
}

/** A value as a caller without types would pass it. */
export function untyped(value: unknown): RenderRequest {
  return value as RenderRequest
}

/** Frozen all the way down, so that whoever changes it throws. */
export function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    for (const inner of Object.values(value)) frozen(inner)
    Object.freeze(value)
  }
  return value
}
