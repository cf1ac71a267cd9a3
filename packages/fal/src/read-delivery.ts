import type { HttpReply, NativeTask } from '@reelay/core'
import { readComplaint } from './complaint.ts'
import { type FalTask, readResult } from './decode.ts'
import { readFailure } from './failures.ts'
import { readBody } from './wire.ts'

/** How a task failed, from the body its model answered with; the status of that answer is in fal's words only. */
function failed(id: string, error: string | null | undefined, payload: unknown): FalTask {
  const status = Number(/status code: (\d{3})/i.exec(error ?? '')?.[1] ?? 0)
  const reply: HttpReply = { status, headers: {}, body: payload }
  const { type, words = error ?? undefined } = readComplaint(reply)
  if (type === 'client_cancelled') return { id, status: type, raw: payload }
  return { id, status: 'ERROR', failure: readFailure({ type, words }, reply), raw: payload }
}

/**
 * The task a delivery tells about. `OK` without a usable payload (`payload_error`, when it could not be made JSON) is a
 * task without its result, which then has to be read. After a retry of fal's own the gateway's id is another; ours stays.
 */
export function readDelivery(body: unknown): NativeTask | undefined {
  const { request_id: id, status, error } = readBody(body)
  if (!id || !status) return undefined
  const { payload } = body as { readonly payload?: unknown }
  if (status === 'ERROR') return { ...failed(id, error, payload), raw: body }
  if (status !== 'OK') return { id, status, raw: body }
  const done: FalTask = { id, status: 'COMPLETED', raw: body }
  return { ...(readResult(done, { status: 200, headers: {}, body: payload }) ?? done), raw: body }
}
