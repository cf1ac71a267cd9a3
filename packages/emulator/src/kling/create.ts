import type { Exchange } from '../engine/exchange.ts'
import { type Body, holdsWord, list, text, unknownKeys } from '../engine/fields.ts'
import { isVisible, lasting } from '../engine/task.ts'
import { isJSON, isRecord } from '../http/json.ts'
import type { KlingAccount } from './account.ts'
import { fileName, folderOf, stillOf } from './files.ts'
import { namedElements } from './kinds/elements.ts'
import type { KlingKind, Sight } from './kinds/kind.ts'
import { checkVoice } from './kinds/voices.ts'
import type { KlingTaskFacts } from './options.ts'
import { MICRO_USD_PER_MILLI_UNIT, type Refusal, refuse } from './tables.ts'
import {
  filesOf,
  grantedMilliUnits,
  isTerminal,
  type Job,
  type KlingState,
  type KlingTask,
  microUsdOf,
  packOf,
  phaseAt,
  spentMilliUnits,
} from './task.ts'

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

  const now = state.clock.now()
  const fileURL: Sight['fileURL'] = (task, index) => {
    const file = filesOf(task.job)[index] ?? { type: 'mp4' }
    return `${folderOf(state, task, exchange.siteURL('cdn'))}/${fileName(task, index, file, 'raw')}`
  }
  const sight: Sight = { now, tasks: state.tasks.ofAccount(account.name), owner: account.bucket, fileURL }
  const read = kind.read(json, state.settings, sight)
  if ('code' in read) return read
  const job = withElements(read, kind, exchange, state, sight)
  if ('code' in job) return job
  const isSync = kind.answer !== undefined
  const takesId = kind.dialect === 'solutions' || Object.hasOwn(kind.fields, 'external_task_id')
  const externalId = isSync || !takesId ? '' : text(tailOf(kind, json), 'external_task_id')
  if (isTaken(state, account, externalId, now)) {
    return refuse(1201, `External_task_id ${externalId} already exists`)
  }
  const verdict = judge(job, state)
  if (verdict === 'refuse') return refuse(1301)
  if (!canPay(state, account, job, now)) return refuse(1102)
  const { slots = 1 } = job
  const places = account.concurrency[packOf(job)]
  // A set larger than all the places could never be made.
  const isFull = running(state, account, job, now) + Math.min(slots, places) > places
  if (!isSync && (places < 1 || isFull)) return refuse(1303)

  const createdAt = now + exchange.visibleAfterMs
  const task = newTask(state, account, job, { externalId, createdAt, risky: verdict === 'fail', isSync })
  state.tasks.add(task)
  return task
}

const utf8 = new TextDecoder()

/** The same with the pictures of the elements that it names by their ids; its voices are looked at too. */
function withElements(
  job: Job,
  { fields }: KlingKind,
  { body, json }: Exchange,
  { settings }: KlingState,
  sight: Sight,
): Job | Refusal {
  if (!isRecord(json)) return job
  const voices = Object.hasOwn(fields, 'voice_list') ? list(json, 'voice_list').filter(isRecord) : []
  for (const voice of voices) {
    const wrong = checkVoice(text(voice, 'voice_id'), settings, sight)
    if (wrong) return wrong
  }
  if (!Object.hasOwn(fields, 'element_list') || list(json, 'element_list').length === 0) return job
  const named = namedElements(utf8.decode(body), settings, sight)
  if ('code' in named) return named
  const { references = [] } = job
  return named.pictures.length === 0 ? job : { ...job, references: [...references, ...named.pictures] }
}

/** Where a body has its callback and its external id. */
export const tailOf = ({ dialect }: KlingKind, body: Body): Body =>
  dialect === 'solutions' ? (isRecord(body.options) ? body.options : {}) : body

function canPay(state: KlingState, account: KlingAccount, job: Job, now: number): boolean {
  const pack = packOf(job)
  const left = grantedMilliUnits(account, pack) - spentMilliUnits(state, account, now, pack)
  const cash = account.paysFrom === 'balance'
  return left >= (cash ? microUsdOf(job) / MICRO_USD_PER_MILLI_UNIT.video : job.milliUnits)
}

/** External ids are taken over all products of an account and for its life. */
const isTaken = ({ tasks, settings }: KlingState, { name }: KlingAccount, id: string, now: number): boolean =>
  id !== '' && tasks.byExternalId(name, id).some((task) => settings.atomicExternalIds || isVisible(task, now))

/** Places taken by the running tasks of one model version that the same pack pays for, in flight included. */
const running = ({ tasks }: KlingState, { name }: KlingAccount, job: Job, now: number): number =>
  tasks
    .ofAccount(name)
    .filter((task) => task.job.model === job.model && packOf(task.job) === packOf(job) && !task.isSync)
    .filter((task) => !isTerminal(phaseAt(task, now)))
    .reduce((sum, { job: { slots = 1 } }) => sum + slots, 0)

/** What the content policy says: refuse the create, let the task fail, or pass. */
function judge({ prompt, request }: Job, { settings }: KlingState): 'refuse' | 'fail' | 'pass' {
  const { refuse: refused, fail, judge: asked } = settings.contentFilter
  const written = `${prompt} ${text(request, 'negative_prompt')}`
  if (holdsWord(written, refused)) return 'refuse'
  return holdsWord(written, fail) ? 'fail' : asked(prompt, request)
}

function newTask(
  state: KlingState,
  account: KlingAccount,
  job: Job,
  {
    externalId,
    createdAt,
    risky,
    isSync,
  }: {
    readonly externalId: string
    readonly createdAt: number
    readonly risky: boolean
    readonly isSync: boolean
  },
): KlingTask {
  const { settings, upcoming, ids, pictures } = state
  const id = ids.taskId()
  const { op, model, mode, seconds, prompt, frame, references, goesOnFrom } = job
  const facts: KlingTaskFacts = { id, op, model, mode, seconds, prompt }
  return {
    id,
    account: account.name,
    ...(externalId === '' ? {} : { externalId }),
    job: { ...job, milliUnits: Math.round(job.milliUnits * upcoming.takeCharge()) },
    paysFrom: account.paysFrom,
    fileIds: filesOf(job).map(() => ids.uuid()),
    isSync,
    createdAt,
    queuedMs: isSync ? 0 : lasting(settings.queuedMs, facts),
    processingMs: isSync ? 0 : lasting(settings.processingMs, facts) + upcoming.takeDelayMs(),
    picture: goesOnFrom ? stillOf(state, goesOnFrom) : frame === '' ? undefined : pictures(frame),
    references: references?.map((one) => pictures(one)),
    failure: isSync ? undefined : (upcoming.takeFailure()?.failure ?? (risky ? RISK_CONTROL : undefined)),
  }
}
