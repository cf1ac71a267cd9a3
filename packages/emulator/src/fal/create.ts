import type { Exchange } from '../engine/exchange.ts'
import { unknownKeys } from '../engine/fields.ts'
import { bytesOfBase64 } from '../engine/pictures.ts'
import { secondsOf } from '../engine/recordings.ts'
import { lasting } from '../engine/task.ts'
import { isRecord } from '../http/json.ts'
import { isSecure } from '../webhooks/address.ts'
import { failureNamed } from './failures.ts'
import type { Endpoint, Job } from './kinds/kind.ts'
import { endpointsOf } from './kinds.ts'
import type { FalAccount, FalTaskFacts } from './options.ts'
import { queueLength } from './schedule.ts'
import { badRequest, tooMany, unknownApp } from './tables.ts'
import { type FalState, type FalTask, fileNamed, filesOf } from './task.ts'

export type Target = { readonly app: string; readonly path: string }

/**
 * Takes a body in without looking at it: a wrong one is accepted too, and refused once it runs. From the first
 * check to the stored task nothing is awaited.
 */
export function submit(
  state: FalState,
  account: FalAccount,
  target: Target,
  exchange: Exchange,
): FalTask | Response {
  const endpoints = endpointsOf(state, target.app)
  if (!endpoints) return unknownApp(target.app)
  const { headers, url } = exchange
  const now = state.clock.now()
  const longest = url.searchParams.get('fal_max_queue_length')
  if (longest !== null && queueLength(state, account, now) > Number(longest)) {
    return tooMany('The queue is longer than fal_max_queue_length')
  }
  const webhook = url.searchParams.get('fal_webhook')
  if (webhook && !isSecure(webhook)) return badRequest('fal_webhook must be an HTTPS URL')
  const timeout = headers.get('x-fal-request-timeout')
  if (timeout !== null && !(Number(timeout) > MIN_TIMEOUT_SECONDS)) {
    return badRequest(`X-Fal-Request-Timeout must be a number above ${MIN_TIMEOUT_SECONDS}`)
  }
  const task = newTask(state, account, target, endpoints.get(target.path), exchange)
  state.tasks.add(task)
  return task
}

const MIN_TIMEOUT_SECONDS = 0.1

function newTask(
  state: FalState,
  account: FalAccount,
  { app, path }: Target,
  endpoint: Endpoint | undefined,
  { json, headers, record, visibleAfterMs }: Exchange,
): FalTask {
  const { settings, upcoming, ids, clock, pictures } = state
  const uploaded = (url: string): Uint8Array | undefined =>
    fileNamed(state, new URL(url).pathname, clock.now())?.bytes
  const createdAt = clock.now() + visibleAfterMs
  const read = endpoint ? endpoint.read(json, (address) => lengthOf(state, address)) : []
  const job = 'seconds' in read ? charged(read, upcoming.takeCharge(), settings.discount) : undefined
  const strangers = endpoint && isRecord(json) ? unknownKeys(endpoint.input, json) : []
  if (strangers.length > 0) record.unknownKeys = strangers

  const id = requestId(createdAt, ids.uuid())
  const { op = 'text-to-video', tier = 'standard' } = endpoint ?? {}
  const { seconds = 0, prompt = '' } = job ?? {}
  const facts: FalTaskFacts = { id, endpoint: `${app}/${path}`, op, tier, seconds, prompt }
  const ordered = upcoming.takeFailure()
  const place = ids.uuid().replaceAll('-', '')
  const timeout = headers.get('x-fal-request-timeout')
  const start = job && endpoint?.startImage && job.body[endpoint.startImage]
  return {
    id,
    account: account.name,
    app,
    path,
    endpoint,
    job,
    errors: 'seconds' in read ? [] : read,
    request: isRecord(json) ? json : {},
    createdAt,
    readyAt: createdAt + lasting(settings.queuedMs, facts),
    processingMs: lasting(settings.processingMs, facts) + upcoming.takeDelayMs(),
    startBy: timeout === null ? Number.POSITIVE_INFINITY : createdAt + Number(timeout) * 1000,
    mediaMs: lifeMs(headers.get('x-fal-object-lifecycle-preference'), settings.mediaTtlMs),
    stored: headers.get('x-fal-store-io') !== '0',
    folder: place.slice(0, 8),
    files: job
      ? filesOf(job).map(({ type }, index) => `${place.slice(8, 29)}_${outputName(type, index)}`)
      : [],
    picture: typeof start === 'string' ? pictures(start, uploaded) : undefined,
    references: job?.references?.map((one) => pictures(one, uploaded)),
    ...(ordered ? { ordered: failureNamed(ordered.failure) } : {}),
  }
}

/** Of a data URI, an upload or a clip that was made here; nothing is fetched. */
function lengthOf(state: FalState, address: string): number | undefined {
  if (address.startsWith('data:')) {
    const bytes = bytesOfBase64(address.slice(address.indexOf(',') + 1))
    return bytes && secondsOf(bytes)
  }
  if (!URL.canParse(address)) return undefined
  const { pathname } = new URL(address)
  const uploaded = fileNamed(state, pathname, state.clock.now())
  if (uploaded) return secondsOf(uploaded.bytes)
  const made = state.tasks
    .all()
    .find(({ folder, files }) => files.some((file) => pathname.endsWith(`/${folder}/${file}`)))
  return made?.job?.seconds
}

const outputName = (type: string, index: number): string => `output${index === 0 ? '' : `_${index}`}.${type}`

const charged = (job: Job, factor: number, discount: number): Job => ({
  ...job,
  microUsd: Math.round(job.microUsd * factor * (1 - discount)),
  units: Number((job.units * factor).toFixed(6)),
})

/** Recent request ids are version 7 UUIDs: milliseconds first (RFC 9562 section 5.7). */
function requestId(now: number, uuid: string): string {
  const time = Math.max(now, 0).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${uuid.slice(15)}`
}

/** The life a caller wants for a file: seconds, null for ever. */
export function lifeMs(header: string | null, fallback: number): number {
  let asked: unknown
  try {
    asked = header === null ? undefined : JSON.parse(header)
  } catch {
    asked = undefined
  }
  const seconds = isRecord(asked) ? asked.expiration_duration_seconds : undefined
  if (seconds === null) return Number.POSITIVE_INFINITY
  return typeof seconds === 'number' ? seconds * 1000 : fallback
}
