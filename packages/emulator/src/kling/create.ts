import type { Exchange } from '../engine/exchange.ts'
import { holdsWord, text, unknownKeys } from '../engine/fields.ts'
import { isVisible, lasting } from '../engine/task.ts'
import { isJSON, isRecord } from '../http/json.ts'
import type { KlingKind } from './kinds/kind.ts'
import type { KlingAccount, KlingTaskFacts } from './options.ts'
import { type Refusal, refuse } from './tables.ts'
import { isTerminal, type Job, type KlingState, type KlingTask, phaseAt, spentMilliUnits } from './task.ts'

/** The words the service was recorded with. */
export const RISK_CONTROL = 'Failure to pass the risk control system'

/**
 * Parse (1200), fields (1201), policy (1301), balance (1102), concurrency (1303): this order is a choice of
 * the emulator, the vendor documents none. From the first check to the stored task nothing is awaited.
 */
export function create(
  state: KlingState,
  account: KlingAccount,
  kind: KlingKind,
  exchange: Exchange,
): KlingTask | Refusal {
  const { json, headers, record } = exchange
  if (!isJSON(headers)) return refuse(1200, 'Content-Type must be application/json')
  if (!isRecord(json)) return refuse(1200)
  const strangers = unknownKeys(kind.fields, json)
  if (strangers.length > 0) record.unknownKeys = strangers

  const job = kind.read(json, state.settings)
  if ('code' in job) return job
  const now = state.clock.now()
  const externalId = text(json, 'external_task_id')
  if (isTaken(state, account, externalId, now)) {
    return refuse(1201, `External_task_id ${externalId} already exists`)
  }
  const verdict = judge(job, state)
  if (verdict === 'refuse') return refuse(1301)
  if (account.granted - spentMilliUnits(state, account, now) < job.milliUnits) return refuse(1102)
  if (running(state, account, job.model, now) >= account.videoConcurrency) return refuse(1303)

  const createdAt = now + exchange.visibleAfterMs
  const task = newTask(state, account, job, { externalId, createdAt, risky: verdict === 'fail' })
  state.tasks.add(task)
  return task
}

/** External ids are taken over all products of an account and for its life. */
const isTaken = ({ tasks, settings }: KlingState, { name }: KlingAccount, id: string, now: number): boolean =>
  id !== '' && tasks.byExternalId(name, id).some((task) => settings.atomicExternalIds || isVisible(task, now))

/** Running tasks of one model version, in flight included. */
const running = ({ tasks }: KlingState, { name }: KlingAccount, model: string, now: number): number =>
  tasks.ofAccount(name).filter((task) => task.job.model === model && !isTerminal(phaseAt(task, now))).length

/** What the content policy says: refuse the create, let the task fail, or pass. */
function judge({ prompt, request }: Job, { settings }: KlingState): 'refuse' | 'fail' | 'pass' {
  const { refuse: refused, fail, judge: asked } = settings.contentFilter
  const written = `${prompt} ${text(request, 'negative_prompt')}`
  if (holdsWord(written, refused)) return 'refuse'
  return holdsWord(written, fail) ? 'fail' : asked(prompt, request)
}

function newTask(
  { settings, upcoming, ids, pictures }: KlingState,
  account: KlingAccount,
  job: Job,
  {
    externalId,
    createdAt,
    risky,
  }: { readonly externalId: string; readonly createdAt: number; readonly risky: boolean },
): KlingTask {
  const id = ids.taskId()
  const { op, model, mode, seconds, prompt, frame } = job
  const facts: KlingTaskFacts = { id, op, model, mode, seconds, prompt }
  return {
    id,
    account: account.name,
    ...(externalId === '' ? {} : { externalId }),
    job: { ...job, milliUnits: Math.round(job.milliUnits * upcoming.takeCharge()) },
    paysFrom: account.paysFrom,
    videoId: ids.uuid(),
    createdAt,
    queuedMs: lasting(settings.queuedMs, facts),
    processingMs: lasting(settings.processingMs, facts) + upcoming.takeDelayMs(),
    picture: frame === '' ? undefined : pictures(frame),
    failure: upcoming.takeFailure()?.failure ?? (risky ? RISK_CONTROL : undefined),
  }
}
