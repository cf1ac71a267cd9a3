import type { Exchange } from '../engine/exchange.ts'
import { isRecord, stringAt } from '../http/json.ts'
import type { ReplicateAccount } from './accounts.ts'
import { parseCancelAfter, parsePrefer } from './deadline.ts'
import { isRefusal, type Refusal, refusals } from './errors.ts'
import { type Failure, failureOf } from './failures.ts'
import { readUpload } from './files.ts'
import { checkBody, checkInput, chooseModel, chooseVersion, type Job, startImage, toJob } from './job.ts'
import type { ReplicatePredictionFacts } from './options.ts'
import { judge } from './policy.ts'
import type { Prediction } from './predictions.ts'
import { runRules } from './rules.ts'
import { unknownKeys } from './schema.ts'
import { predictionId, type ReplicateState } from './state.ts'

/** A stored prediction, and how long the client wants to wait for its output. */
export interface Created {
  readonly prediction: Prediction
  readonly waitMs: number
}

/** `preference` and `cancel-after`, read before anything is created. */
interface Wishes {
  readonly waitMs: number
  readonly cancelAfterMs: number | undefined
}

// A model may run for 30 minutes (documented); what happens then is worded here.
const LONGEST_RUN_MS = 30 * 60_000
const OVERRUN: Failure = { error: 'Prediction ran for longer than 30 minutes', stage: 'processing' }
/** How soon the model notices that its fields do not go together. */
const OBJECTION_MS = 1000

/**
 * JSON (400), model (404), version, fields and headers (422), credit (402): this order is a choice of the
 * emulator, nobody documents one. From the first check to the stored prediction nothing is awaited.
 */
export function create(
  state: ReplicateState,
  account: ReplicateAccount,
  exchange: Exchange,
  modelName: string | undefined,
): Created | Refusal {
  const { json: body, record } = exchange
  const { settings, predictions, clock } = state
  if (!isJSON(exchange.headers.get('content-type')) || !isRecord(body)) {
    return refusals.badRequest('The request body must be a JSON object.')
  }
  const version = stringAt(body, 'version')
  const choice = modelName === undefined ? chooseVersion(version ?? '') : chooseModel(modelName)
  // Without a version there is nothing to look up; the missing key is what to complain about.
  if (isRefusal(choice) && (modelName !== undefined || version !== undefined)) return choice
  const wrong = checkBody(body, modelName === undefined)
  const { input } = body
  const wrongInput = isRefusal(choice) || !isRecord(input) ? [] : checkInput(choice.row, input, settings)
  if (wrong.length + wrongInput.length > 0) return refusals.invalid([...wrong, ...wrongInput])
  if (isRefusal(choice)) return choice
  const wishes = readWishes(exchange.headers, settings.invalidPrefer)
  if (isRefusal(wishes)) return wishes

  const strangers = isRecord(input) ? unknownKeys(choice.row.input, input) : []
  if (strangers.length > 0) record.unknownKeys = strangers
  const job = toJob(choice, body)
  if (balanceOf(state, account, clock.now()) < job.microUsd) return refusals.noCredit()
  const prediction = newPrediction(state, account, job, wishes, exchange.visibleAfterMs)
  predictions.add(prediction)
  return { prediction, waitMs: wishes.waitMs }
}

const isJSON = (contentType: string | null): boolean =>
  contentType?.split(';')[0]?.trim().toLowerCase() === 'application/json'

function readWishes(headers: Headers, invalidPrefer: 'refuse' | 'ignore'): Wishes | Refusal {
  const prefer = headers.get('prefer')
  const wait = prefer === null ? 0 : parsePrefer(prefer)
  if (wait === 'invalid' && invalidPrefer === 'refuse') {
    return refusals.invalidValue('Prefer', "Must be 'wait' or 'wait=n', n from 1 to 60")
  }
  const cancelAfter = headers.get('cancel-after')
  const cancelAfterMs = cancelAfter === null ? undefined : parseCancelAfter(cancelAfter)
  if (cancelAfter !== null && cancelAfterMs === undefined) {
    return refusals.invalidValue('Cancel-After', "Must be a duration like '30s' or '1h30m', from 5s to 24h")
  }
  return { waitMs: wait === 'invalid' ? 0 : wait, cancelAfterMs }
}

/** Millionths of a dollar left. */
export const balanceOf = (state: ReplicateState, account: ReplicateAccount, now: number): number =>
  account.grantedMicroUsd - state.predictions.spentMicroUsd(account.name, now)

function newPrediction(
  state: ReplicateState,
  account: ReplicateAccount,
  job: Job,
  { cancelAfterMs }: Wishes,
  visibleAfterMs: number,
): Prediction {
  const { settings, upcoming, clock, ids } = state
  const id = predictionId(ids)
  const { model, mode, seconds, input } = job
  const facts: ReplicatePredictionFacts = { id, model, mode, seconds, prompt: String(input.prompt ?? '') }
  const now = clock.now()
  const createdAt = now + visibleAfterMs
  const ordered = takeNext(upcoming.failures)?.message
  const checked = runRules(job, (url) => readUpload(state, account, url, now))
  const frame = startImage(input) ?? input.end_image
  const uploaded = (url: string): Uint8Array | undefined => {
    const bytes = readUpload(state, account, url, now)
    return bytes === 'missing' ? undefined : bytes
  }
  const objection = 'error' in checked ? failureOf(checked.error) : undefined
  const wanted = lasting(settings.processingMs, facts) + (takeNext(upcoming.delays)?.ms ?? 0)
  const overruns = wanted > LONGEST_RUN_MS
  const failure =
    (ordered === undefined ? undefined : failureOf(ordered)) ??
    objection ??
    judge(input, settings) ??
    (overruns ? OVERRUN : undefined)
  return {
    id,
    account: account.name,
    job,
    aspect: 'aspect' in checked ? checked.aspect : 1,
    ...(typeof frame === 'string' && frame !== '' ? { picture: state.pictures(frame, uploaded) } : {}),
    folder: ids.uuid().replaceAll('-', ''),
    createdAt,
    queuedMs: lasting(settings.queuedMs, facts),
    processingMs: Math.min(wanted, LONGEST_RUN_MS, objection ? OBJECTION_MS : Number.POSITIVE_INFINITY),
    ...(failure === undefined ? {} : { failure }),
    ...(cancelAfterMs === undefined ? {} : { deadlineAt: createdAt + cancelAfterMs }),
    holds: new Set(),
  }
}

const lasting = (
  ms: number | ((facts: ReplicatePredictionFacts) => number),
  facts: ReplicatePredictionFacts,
): number => (typeof ms === 'number' ? ms : ms(facts))

function takeNext<Order extends { left: number }>(orders: Order[]): Order | undefined {
  const order = orders.find(({ left }) => left > 0)
  if (order) order.left -= 1
  return order
}
