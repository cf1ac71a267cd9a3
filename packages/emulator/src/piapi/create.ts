import type { Exchange } from '../engine/exchange.ts'
import type { Picture } from '../engine/pictures.ts'
import { isRecord } from '../http/json.ts'
import type { PiapiAccount } from './accounts.ts'
import { invalid, isRefusal, type Refusal, refuse } from './errors.ts'
import { unknownKeys } from './fields.ts'
import { type Job, readJob } from './job.ts'
import type { PiapiFailureWord, PiapiTaskFacts } from './options.ts'
import { phaseAt, type TaskError } from './phase.ts'
import type { PiapiState } from './state.ts'
import { type PiapiTask, usageAt } from './tasks.ts'
import { POINTS_PER_MICRO_USD } from './versions.ts'

/** What a task fails with when the control orders it and says nothing else. */
export const CONTENT_VIOLATION = '404 not found: deleted for content violation'

/**
 * Fields (400), words (400), balance (402), queue (429): this order is a choice of the emulator. Whoever is
 * over the concurrency is staged, not refused. From the first check to the stored task nothing is awaited.
 */
export function create(state: PiapiState, account: PiapiAccount, exchange: Exchange): PiapiTask | Refusal {
  const { json, headers, record } = exchange
  if (!isJSON(headers.get('content-type'))) return invalid('Content-Type', 'must be application/json')
  if (!isRecord(json)) return invalid('body', 'is not a JSON object')
  const strangers = isRecord(json.input) ? unknownKeys(json.input) : []
  if (strangers.length > 0) record.unknownKeys = strangers

  const media = exchange.siteURL('media')
  const uploaded = (url: string): Uint8Array | undefined =>
    url.startsWith(media) ? state.uploads.get(url.slice(media.length))?.bytes : undefined
  const job = readJob(json, state.settings, uploaded)
  if (isRefusal(job)) return job
  const spoiler = spoilerOf(job, state.settings.failureWords)
  if (spoiler?.at === 'create') return { ...refuse(400, spoiler.message), rawMessage: spoiler.rawMessage }
  const now = state.clock.now()
  if (balanceOf(state, account, now) < job.microUsd * POINTS_PER_MICRO_USD) return refuse(402)
  if (isQueueFull(state, account, now)) return refuse(429)

  const picture = job.startImage === '' ? undefined : state.pictures(job.startImage, uploaded)
  const task = newTask(state, account, job, now + exchange.visibleAfterMs, { spoiler, picture })
  state.tasks.add(task)
  return task
}

const isJSON = (contentType: string | null): boolean =>
  contentType?.split(';')[0]?.trim().toLowerCase() === 'application/json'

function spoilerOf(job: Job, words: readonly PiapiFailureWord[]): PiapiFailureWord | undefined {
  const { negative_prompt: negative } = job.input
  const written = `${job.prompt} ${typeof negative === 'string' ? negative : ''}`.toLowerCase()
  return words.find(({ word }) => written.includes(word.toLowerCase()))
}

/** Points left to spend. */
export function balanceOf(state: PiapiState, account: PiapiAccount, now: number): number {
  return account.grantedPoints - spentBy(state, account, now)
}

/** Points reserved or charged, and not given back. */
export const spentBy = (state: PiapiState, account: PiapiAccount, now: number): number =>
  state.tasks
    .ofAccount(account.name, now)
    .map((task) => usageAt(task, now))
    .reduce((sum, { frozen, consume }) => sum + frozen + consume, 0)

function isQueueFull(state: PiapiState, account: PiapiAccount, now: number): boolean {
  const open = state.tasks.ofAccount(account.name, now).map((task) => phaseAt(task, now).status)
  const running = open.filter((status) => status === 'pending' || status === 'processing').length
  const staged = open.filter((status) => status === 'staged').length
  return running >= account.concurrency && staged >= account.stagedLimit
}

function newTask(
  state: PiapiState,
  account: PiapiAccount,
  job: Job,
  createdAt: number,
  {
    spoiler,
    picture,
  }: { readonly spoiler: PiapiFailureWord | undefined; readonly picture: Picture | undefined },
): PiapiTask {
  const { settings, upcoming } = state
  const id = state.ids.uuid()
  const { model, version, mode, seconds, prompt } = job
  const facts: PiapiTaskFacts = { id, model, version, mode, seconds, prompt }
  const ordered = takeNext(upcoming.failures)
  const failure = ordered ? orderedFailure(ordered.message) : spoiler
  return {
    id,
    account: account.name,
    job,
    createdAt,
    queuedMs: lasting(settings.queuedMs, facts),
    processingMs: lasting(settings.processingMs, facts) + (takeNext(upcoming.delays)?.ms ?? 0),
    ...(picture && { picture }),
    ...(failure ? { failure: { message: failure.message, rawMessage: failure.rawMessage } } : {}),
  }
}

export const orderedFailure = (rawMessage: string = CONTENT_VIOLATION): TaskError => ({
  message: 'task failed',
  rawMessage,
})

const lasting = (ms: number | ((task: PiapiTaskFacts) => number), facts: PiapiTaskFacts): number =>
  typeof ms === 'number' ? ms : ms(facts)

function takeNext<Order extends { left: number }>(orders: Order[]): Order | undefined {
  const order = orders.find(({ left }) => left > 0)
  if (order) order.left -= 1
  return order
}
