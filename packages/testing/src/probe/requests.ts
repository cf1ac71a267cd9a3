import { kinds, type Offer, type RenderRequest, type TaskHandle } from '@reelay/core'
import { leastRequest } from '@reelay/core/adapter'
import { samplesFor } from './samples.ts'

const atDusk = (value: unknown): unknown => {
  if (typeof value === 'string') return URL.canParse(value) ? `${value}?at=dusk` : `${value} at dusk`
  return value instanceof Uint8Array ? new Uint8Array([...value, 0]) : undefined
}

/** Another request at the same price: other words, another file, or words where there were none. */
export function otherThan(request: RenderRequest): RenderRequest {
  const { texts, media } = kinds[request.kind]
  const fields: Readonly<Record<string, unknown>> = { ...request }
  for (const field of [...texts, ...media]) {
    const other = atDusk(fields[field])
    if (other !== undefined) return { ...request, [field]: other }
  }
  const [words] = texts
  if (words === undefined) throw new TypeError(`${request.kind} has no other request beside it.`)
  return { ...request, [words]: 'At dusk' }
}

/** The handle of a task that does not exist, under an id that might. */
export function neverMade(handle: TaskHandle): TaskHandle {
  const tail = handle.id.endsWith('0000') ? '1111' : '0000'
  return { ...handle, id: `${handle.id.slice(0, -tail.length)}${tail}` }
}

/** The least that buys a catalogue row. */
export const requestFor = (offer: Offer): RenderRequest => leastRequest(offer, samplesFor(offer))

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
