import type { Exchange } from '../engine/exchange.ts'
import { holdsWord, text, unknownKeys } from '../engine/fields.ts'
import type { Picture } from '../engine/pictures.ts'
import { lasting } from '../engine/task.ts'
import { isJSON, isRecord } from '../http/json.ts'
import { stillOf } from './files.ts'
import { everyField, readJob } from './kinds.ts'
import type { PiapiAccount, PiapiFailureWord, PiapiTaskFacts } from './options.ts'
import { invalid, isRefusal, POINTS_PER_MICRO_USD, type Refusal, refuse } from './tables.ts'
import {
  type Job,
  type PiapiState,
  type PiapiTask,
  phaseAt,
  settled,
  spentPoints,
  type TaskError,
} from './task.ts'

/** What a task fails with when the control orders it and says nothing else. */
const CONTENT_VIOLATION = '404 not found: deleted for content violation'

/**
 * Fields (400), words (400), balance (402), queue (429): this order is a choice of the emulator. Whoever is
 * over the concurrency is staged, not refused. From the first check to the stored task nothing is awaited.
 */
export function create(state: PiapiState, account: PiapiAccount, exchange: Exchange): PiapiTask | Refusal {
  const { json, headers, record } = exchange
  if (!isJSON(headers)) return invalid('Content-Type', 'must be application/json')
  if (!isRecord(json)) return invalid('body', 'is not a JSON object')
  const strangers = isRecord(json.input) ? unknownKeys(everyField, json.input) : []
  if (strangers.length > 0) record.unknownKeys = strangers

  const media = exchange.siteURL('media')
  const uploaded = (url: string): Uint8Array | undefined =>
    url.startsWith(media) ? state.uploads.kept(url.slice(media.length))?.bytes : undefined
  const now = state.clock.now()
  const completed = (id: string): PiapiTask | undefined =>
    settled(state, now)
      .ofAccount(account.name)
      .find((task) => task.id === id && phaseAt(task, now).status === 'completed')
  const job = readJob(json, { settings: state.settings, uploaded, completed })
  if (isRefusal(job)) return job
  const spoiler = spoilerOf(job, state.settings.failureWords)
  if (spoiler?.at === 'create') return { ...refuse(400, spoiler.message), rawMessage: spoiler.rawMessage }
  if (account.granted - spentPoints(state, account, now) < job.microUsd * POINTS_PER_MICRO_USD)
    return refuse(402)
  if (isQueueFull(state, account, now)) return refuse(429)

  const started = job.startImage === '' ? undefined : state.pictures(job.startImage, uploaded)
  const picture = job.goesOnFrom ? stillOf(state, job.goesOnFrom) : started
  const references = job.references?.map((one) => state.pictures(one, uploaded))
  const createdAt = now + exchange.visibleAfterMs
  const task = newTask(state, account, job, createdAt, { spoiler, picture, references })
  state.tasks.add(task)
  return task
}

function spoilerOf(job: Job, words: readonly PiapiFailureWord[]): PiapiFailureWord | undefined {
  const written = `${job.prompt} ${text(job.input, 'negative_prompt')}`
  return words.find(({ word }) => holdsWord(written, [word]))
}

function isQueueFull(state: PiapiState, account: PiapiAccount, now: number): boolean {
  const open = settled(state, now)
    .ofAccount(account.name)
    .map((task) => phaseAt(task, now).status)
  const running = open.filter((status) => status === 'pending' || status === 'processing').length
  const staged = open.filter((status) => status === 'staged').length
  return running >= account.concurrency && staged >= account.stagedLimit
}

function newTask(
  { settings, upcoming, ids }: PiapiState,
  account: PiapiAccount,
  job: Job,
  createdAt: number,
  {
    spoiler,
    picture,
    references,
  }: {
    readonly spoiler: PiapiFailureWord | undefined
    readonly picture: Picture | undefined
    readonly references: readonly Picture[] | undefined
  },
): PiapiTask {
  const id = ids.uuid()
  const { model, version, mode, seconds, prompt } = job
  const facts: PiapiTaskFacts = { id, model, version, mode, seconds, prompt }
  return {
    id,
    account: account.name,
    job: { ...job, microUsd: Math.round(job.microUsd * upcoming.takeCharge()) },
    createdAt,
    releasedAt: undefined,
    queuedMs: lasting(settings.queuedMs, facts),
    processingMs: lasting(settings.processingMs, facts) + upcoming.takeDelayMs(),
    picture,
    references,
    failure: upcoming.takeFailure()?.failure ?? (spoiler && failureOf(spoiler)),
  }
}

const failureOf = ({ message, rawMessage }: TaskError): TaskError => ({ message, rawMessage })

export const orderedFailure = (rawMessage: string = CONTENT_VIOLATION): TaskError => ({
  message: 'task failed',
  rawMessage,
})
