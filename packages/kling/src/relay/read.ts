import {
  type HttpReply,
  idText,
  maybe,
  type NativeTask,
  type Output,
  type Refusal,
  wireReader,
  wireScalar,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { readOutput, type Scalar, toNumber } from '../outputs.ts'
import { readRefusal as readOfficial } from '../read.ts'
import type { KlingErrorRow } from '../tables.ts'
import {
  beforeTheTask,
  conflict,
  doormen,
  klingRelayErrors,
  missing,
  saturated,
  statuses,
  undecided,
} from './tables.ts'

// As loose as the official replies, see ../read.ts. The forms share their field names, so one schema does for all.
const text = maybe(z.string())

// A reply, or the task inside one: every form's fields.
const relayed = z.object({
  code: wireScalar,
  message: text,
  request_id: wireScalar,
  error: maybe(z.object({ message: text, code: wireScalar, type: text })),
  id: wireScalar,
  task_id: wireScalar,
  task_status: text,
  status: text,
  task_status_msg: text,
  fail_reason: text,
  url: text,
  result_url: text,
  metadata: maybe(z.object({ url: text, duration: wireScalar })),
  task_result: maybe(z.object({ videos: maybe(z.array(z.unknown())) })),
  // Seconds or milliseconds since the epoch, as all times here.
  created_at: wireScalar,
  updated_at: wireScalar,
  submit_time: wireScalar,
  finish_time: wireScalar,
  // What it wraps.
  data: z.optional(z.unknown()),
})

type Relayed = z.infer<typeof relayed>

const readRelayed = wireReader(relayed)

// Any other word of a task with an id.
const goesOn = 'processing'

// Seconds until the year 5138, milliseconds from 1973 on.
const mostSeconds = 1e11

function toTime(...values: readonly Scalar[]): number | undefined {
  const time = values.map(toNumber).find((value) => value !== undefined && value > 0)
  return time === undefined || time >= mostSeconds ? time : time * 1_000
}

function idOf(reply: Relayed, inner: Relayed | undefined): string | undefined {
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

function outputsOf(layers: readonly Relayed[]): readonly Output[] {
  const made = layers.map(({ task_result }) => task_result?.videos ?? []).find((videos) => videos.length > 0)
  // How long a relay's addresses live, nobody says.
  const listed = (made ?? [])
    .map((video) => readOutput(video, undefined))
    .filter((output) => output !== undefined)
  if (listed.length > 0) return listed
  const url = layers.map((one) => one.result_url || one.url || one.metadata?.url).find(Boolean)
  const duration = layers.map(({ metadata }) => metadata?.duration).find((value) => value !== undefined)
  const output = readOutput({ url, duration }, undefined)
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

function rowOf({ status }: HttpReply, word: string, type: string): KlingErrorRow | undefined {
  if (status === 409) return conflict
  if (word === 'task_not_exist') return missing
  const own = Object.hasOwn(klingRelayErrors, word) ? klingRelayErrors[word] : undefined
  const door = doormen.has(type) ? beforeTheTask[status] : undefined
  const row = own ?? door
  const ownWords = !/^\d+$/.test(word) && (word !== '' || type !== '')
  return status === 429 && ownWords ? saturated : row
}

/** Kling's own codes, passed on. 1203 and 404 say that the relay does not know the task, or not yet. */
function passedOn(reply: HttpReply): Refusal | undefined {
  const refusal = readOfficial(reply)
  if (!refusal) return undefined
  const { code, retryable, outcome, advice } = missing
  const lost = refusal.missing || reply.status === 404 || refusal.nativeCode === '1203'
  return lost ? { ...refusal, code, retryable, outcome, advice, missing: true } : refusal
}

/**
 * What a relay's reply refuses. A reply that names a task refuses nothing, and a 2xx is no promise that nothing was made:
 * only a 4xx whose row says so is one. A gateway repeats 5xx on other channels before it passes one on.
 */
export function readRefusal(reply: HttpReply): Refusal | undefined {
  const said = readRelayed(reply.body)
  const { status } = reply
  const fine = status >= 200 && status < 300
  if (!said) return undefined
  const word = String(said.error?.code ?? said.code ?? '')
  if (fine && (namedTask(reply.body) !== undefined || ['', '0', 'success'].includes(word.toLowerCase())))
    return undefined
  const row = rowOf(reply, word, said.error?.type ?? '')
  const message = said.error?.message ?? said.message
  const refusal = row
    ? { ...row, nativeCode: word, message, ...(row === missing && { missing: true }) }
    : passedOn(reply)
  if (!refusal) return undefined
  const sure = status >= 400 && status < 500 && !undecided.has(status) && namedTask(reply.body) === undefined
  return sure ? refusal : { ...refusal, outcome: 'unknown' }
}
