import { type HttpReply, idText, type NativeTask, type Output, type TaskStatus } from '@reelay/core'
import { toNumber, toOutput } from '../decode.ts'
import type { WireScalar } from '../wire.ts'
import { readRelayed, type WireRelayed } from './wire.ts'

/**
 * Status words of Kling's form, of new-api's wrapper, of its flat and bare forms and of the OpenAI video object, without
 * regard to case (relay notes of 2026-11-26). Any other word of a task with an id is one that goes on.
 */
export const statuses: Readonly<Record<string, TaskStatus>> = {
  submitted: 'queued',
  not_start: 'queued',
  queued: 'queued',
  processing: 'running',
  in_progress: 'running',
  succeed: 'succeeded',
  succeeded: 'succeeded',
  success: 'succeeded',
  completed: 'succeeded',
  failed: 'failed',
  failure: 'failed',
}
const goesOn = 'processing'

// Seconds until the year 5138, milliseconds from 1973 on.
const mostSeconds = 1e11

function toTime(...values: readonly WireScalar[]): number | undefined {
  const time = values.map(toNumber).find((value) => value !== undefined && value > 0)
  return time === undefined || time >= mostSeconds ? time : time * 1_000
}

function idOf(reply: WireRelayed, inner: WireRelayed | undefined): string | undefined {
  const named = [inner?.task_id, reply.task_id].filter((id) => id !== undefined && id !== null && id !== '')
  // Beside a task_id, an `id` is a number of the relay's own books, also where that one arrives rounded.
  const known = named.map(idText).find((id) => id !== undefined)
  return known ?? (named.length === 0 || typeof reply.id === 'string' ? idText(reply.id) : undefined)
}

/** The id of the task that a reply names, whatever else it says. */
export function namedTask(body: unknown): string | undefined {
  const reply = readRelayed(body)
  return reply && idOf(reply, readRelayed(reply.data))
}

function outputsOf(layers: readonly WireRelayed[]): readonly Output[] {
  const made = layers.map(({ task_result }) => task_result?.videos ?? []).find((videos) => videos.length > 0)
  // How long a relay's addresses live, nobody says.
  const listed = (made ?? [])
    .map((video) => toOutput(video, undefined))
    .filter((output) => output !== undefined)
  if (listed.length > 0) return listed
  const url = layers.map((one) => one.result_url || one.url || one.metadata?.url).find(Boolean)
  const duration = layers.map(({ metadata }) => metadata?.duration).find((value) => value !== undefined)
  const output = toOutput({ url, duration }, undefined)
  return output ? [output] : []
}

function toTask(body: unknown): NativeTask | undefined {
  const reply = readRelayed(body)
  if (!reply) return undefined
  const inner = readRelayed(reply.data)
  const id = idOf(reply, inner)
  if (id === undefined) return undefined
  // new-api keeps the whole reply of whoever made the task, envelope included.
  const upstream = readRelayed(inner?.data)
  const own = inner ?? reply
  const layers = [own, upstream, readRelayed(upstream?.data)].filter((layer) => layer !== undefined)
  const word = own.task_status ?? own.status ?? reply.task_status ?? reply.status ?? ''
  const known = word.toLowerCase()
  return {
    id,
    status: word === '' ? '' : Object.hasOwn(statuses, known) ? known : goesOn,
    nativeStatus: word,
    message: own.task_status_msg || own.fail_reason || own.error?.message || undefined,
    createdAt: toTime(own.created_at, own.submit_time),
    updatedAt: toTime(own.updated_at, own.finish_time),
    outputs: outputsOf(layers),
    raw: body,
  }
}

/** The task a create made: whatever names one has made it. */
export function readCreated({ body }: HttpReply): NativeTask | undefined {
  return toTask(body)
}

/** The task a read answers with; `undefined` when it says nothing of its state. */
export function readTask({ body }: HttpReply): NativeTask | undefined {
  const task = toTask(body)
  return task?.status ? task : undefined
}
