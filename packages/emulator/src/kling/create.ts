import type { Exchange } from '../engine/exchange.ts'
import { isRecord } from '../http/json.ts'
import type { KlingAccount } from './accounts.ts'
import { type Refusal, refuse } from './errors.ts'
import { text, unknownKeys } from './fields.ts'
import { type Job, readJob } from './job.ts'
import type { VideoOp } from './models.ts'
import type { KlingTaskFacts } from './options.ts'
import { judge } from './policy.ts'
import type { KlingState } from './state.ts'
import type { KlingTask } from './tasks.ts'

/** The words the service was recorded with. */
export const RISK_CONTROL = 'Failure to pass the risk control system'

/**
 * Parse (1200), fields (1201), policy (1301), balance (1102), concurrency (1303): this order is a choice of
 * the emulator, the vendor documents none. From the first check to the stored task nothing is awaited.
 */
export function create(
  state: KlingState,
  account: KlingAccount,
  op: VideoOp,
  exchange: Exchange,
): KlingTask | Refusal {
  const { json, headers, record } = exchange
  if (!isJSON(headers.get('content-type'))) return refuse(1200, 'Content-Type must be application/json')
  if (!isRecord(json)) return refuse(1200)
  const strangers = unknownKeys(op, json)
  if (strangers.length > 0) record.unknownKeys = strangers

  const job = readJob(op, json, state.settings)
  if ('code' in job) return job
  const now = state.clock.now()
  const refusal = checkExternalId(state, account, job, now)
  if (refusal) return refusal
  const verdict = judge(job, state.settings)
  if (verdict === 'refuse') return refuse(1301)
  if (balanceOf(state, account, now) < job.milliUnits) return refuse(1102)
  if (state.tasks.running(account.name, job.model, now) >= account.videoConcurrency) return refuse(1303)

  const task = newTask(state, account, job, now + exchange.visibleAfterMs, verdict === 'fail')
  state.tasks.add(task)
  return task
}

const isJSON = (contentType: string | null): boolean =>
  contentType?.split(';')[0]?.trim().toLowerCase() === 'application/json'

function checkExternalId(
  state: KlingState,
  account: KlingAccount,
  job: Job,
  now: number,
): Refusal | undefined {
  const { externalId } = job
  if (externalId === undefined) return undefined
  const taken = state.tasks.holdsExternalId(account.name, externalId, now, state.settings.atomicExternalIds)
  return taken ? refuse(1201, `External_task_id ${externalId} already exists`) : undefined
}

/** Thousandths of a unit left. */
export const balanceOf = (state: KlingState, account: KlingAccount, now: number): number =>
  account.grantedMilliUnits - state.tasks.spentMilliUnits(account.name, now)

function newTask(
  state: KlingState,
  account: KlingAccount,
  job: Job,
  createdAt: number,
  risky: boolean,
): KlingTask {
  const { settings, upcoming } = state
  const id = state.ids.taskId()
  const { op, model, mode, seconds, prompt } = job
  const facts: KlingTaskFacts = { id, op, model, mode, seconds, prompt }
  const ordered = takeNext(upcoming.failures)?.message
  const frame = op === 'image2video' ? text(job.request, 'image') || text(job.request, 'image_tail') : ''
  const failure = ordered ?? (risky ? RISK_CONTROL : undefined)
  return {
    id,
    account: account.name,
    job,
    paysFrom: account.paysFrom,
    videoId: state.ids.uuid(),
    createdAt,
    queuedMs: lasting(settings.queuedMs, facts),
    processingMs: lasting(settings.processingMs, facts) + (takeNext(upcoming.delays)?.ms ?? 0),
    ...(frame === '' ? {} : { picture: state.pictures(frame) }),
    ...(failure === undefined ? {} : { failure }),
  }
}

const lasting = (ms: number | ((task: KlingTaskFacts) => number), facts: KlingTaskFacts): number =>
  typeof ms === 'number' ? ms : ms(facts)

function takeNext<Order extends { left: number }>(orders: Order[]): Order | undefined {
  const order = orders.find(({ left }) => left > 0)
  if (order) order.left -= 1
  return order
}
