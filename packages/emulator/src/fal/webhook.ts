import { followTogether } from '../engine/news.ts'
import { isRecord } from '../http/json.ts'
import { type Draft, FOREIGN_CLIP, isAccepted, type Message, type Stamp } from '../webhooks/message.ts'
import { otherDigits } from '../webhooks/standard.ts'
import { nextChange, settle } from './schedule.ts'
import { type FalState, type FalTask, isFailure, statusAt } from './task.ts'
import { resultBody } from './views.ts'
import { sha256Hex } from './webhook-keys.ts'

/** A request whose submit named a `fal_webhook`. */
interface Followed {
  readonly task: FalTask
  readonly url: string
  readonly media: string
}

export type FollowRequest = (followed: Followed) => void

/** All requests together: when one of them starts depends on every other of its account. */
export function createFalWebhooks(state: FalState): FollowRequest {
  const isOver = ({ task }: Followed, now: number): boolean => statusAt(task, now) === 'COMPLETED'
  return followTogether<Followed>(state.webhooks, {
    settle: (now) => settle(state, now),
    messages: (followed, now) => (isOver(followed, now) ? [message(state, followed, now)] : []),
    isOver,
    nextChange: (now) => nextChange(state, now),
  })
}

// Documented 2026-09: a result is held for about an hour, from 10 KB on for about six minutes, and so are its retries.
const LARGE_BYTES = 10 * 1024
const LARGE_TTL_MS = 6 * 60_000
// Documented 2026-09.
const FIRST_TIMEOUT_MS = 15_000
const RETRY_TIMEOUT_MS = 120_000

function message(state: FalState, { task, url, media }: Followed, now: number): Message {
  const { settings } = state
  const { endsAt = now } = task
  let body: Promise<string> | undefined
  const fullBody = (): Promise<string> => {
    body ??= bodyOf(state, task, media, 'full')
    return body
  }
  const size = JSON.stringify(task.outcome).length
  return {
    taskId: task.id,
    url,
    event: isFailure(task.outcome) ? 'ERROR' : 'OK',
    last: true,
    retryMs: settings.webhookRetryMs,
    // Documented: a redirect is a permanent failure.
    isRetried: (status) => status === undefined || (!isAccepted(status) && !(status >= 300 && status < 400)),
    expiresAt: endsAt + Math.min(settings.resultTtlMs, size >= LARGE_BYTES ? LARGE_TTL_MS : Infinity),
    timeoutMs: (attempt) => (attempt === 1 ? FIRST_TIMEOUT_MS : RETRY_TIMEOUT_MS),
    write: async (stamp) => {
      const text = await (stamp.payload === 'full' ? fullBody() : bodyOf(state, task, media, 'missing'))
      return written(state, task, text, stamp)
    },
    spoil: ({ headers, body: text }) => {
      const { [SIGNATURE]: signature = '', ...others } = headers
      return { headers: { ...others, [SIGNATURE]: otherDigits(signature) }, body: text }
    },
    tamper: claimSuccess,
  }
}

async function bodyOf(
  state: FalState,
  task: FalTask,
  media: string,
  payload: Stamp['payload'],
): Promise<string> {
  const { outcome } = task
  const failed = isFailure(outcome)
  return pythonJSON({
    request_id: task.id,
    // It differs after a retry of the platform's own, and here there is none.
    gateway_request_id: task.id,
    status: failed ? 'ERROR' : 'OK',
    error: failed ? `Invalid status code: ${outcome.status}` : null,
    payload: payload === 'full' ? await resultBody(state, task, media) : null,
    payload_error: payload === 'full' ? undefined : 'Response payload is not JSON serializable',
  })
}

const SIGNATURE = 'x-fal-webhook-signature'

/** Ed25519 over four lines, the last one a hash of the exact bytes (webhooks page, read 2026-11). */
async function written(
  { accounts, webhookKeys }: FalState,
  { id, account }: FalTask,
  body: string,
  { at, key }: Stamp,
): Promise<Draft> {
  const userId = accounts.owner(({ name }) => name === account)?.userId ?? ''
  const timestamp = String(Math.floor(at / 1000))
  const lines = [id, userId, timestamp, await sha256Hex(body)]
  return {
    headers: {
      'content-type': 'application/json',
      'x-fal-webhook-request-id': id,
      'x-fal-webhook-user-id': userId,
      'x-fal-webhook-timestamp': timestamp,
      [SIGNATURE]: await webhookKeys.sign(lines.join('\n'), key),
    },
    body,
  }
}

/** Another clip, and a success where there was none. */
function claimSuccess(body: Record<string, unknown>): void {
  const { payload } = body
  const video = { content_type: 'video/mp4', url: FOREIGN_CLIP }
  const kept = isRecord(payload) && isRecord(payload.video) ? payload.video : {}
  Object.assign(body, { status: 'OK', error: null, payload: { video: { ...kept, ...video } } })
}

/**
 * JSON as it was recorded in a delivery: keys sorted, a space behind every comma and colon, as Python writes it. That it
 * escapes everything beyond ASCII too, as Python does unless told, is assumed.
 */
export function pythonJSON(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJSON).join(', ')}]`
  if (!isRecord(value)) return ascii(JSON.stringify(value ?? null))
  const pairs = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort()
    .map((key) => `${ascii(JSON.stringify(key))}: ${pythonJSON(value[key])}`)
  return `{${pairs.join(', ')}}`
}

const ascii = (text: string): string =>
  text.replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
