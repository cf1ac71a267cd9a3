import { contentTypes } from '../media/store.ts'
import type { KlingAccount } from './account.ts'
import { fileName, folderOf } from './files.ts'
import { imageView, type KlingKind, type MadeFile, type View, videoView } from './kinds/kind.ts'
import { kindOf } from './kinds.ts'
import type { KlingSettings } from './options.ts'
import { type Refusal, refuse } from './tables.ts'
import {
  filesOf,
  findTask,
  isTerminal,
  type KlingState,
  type KlingTask,
  microUsdOf,
  type Phase,
  packOf,
  phaseAt,
} from './task.ts'

/**
 * Ids of elements are JSON longs on V1, which no double holds: they are kept as text, and leave as numbers. In a value's text
 * the marks around them are escaped.
 */
export function envelope(data: unknown, requestId: string): Response {
  const body = JSON.stringify({ code: 0, message: 'SUCCEED', request_id: requestId, data })
  return new Response(body.replace(/"element_id":"(\d+)"/g, '"element_id":$1'), {
    headers: { 'content-type': 'application/json' },
  })
}

const ownInfo = ({ externalId }: KlingTask): View =>
  externalId === undefined ? {} : { external_task_id: externalId }

// Recorded: a create does not name the source yet.
const taskInfo = (task: KlingTask): View => ({
  ...(task.job.parentVideo === undefined ? {} : { parent_video: task.job.parentVideo }),
  ...(kindOf(task.job.op).keepsId ? {} : ownInfo(task)),
})

/** `data` of a create answer. */
export function createdView(task: KlingTask, settings: KlingSettings): View {
  const { id, externalId, createdAt, job } = task
  if (kindOf(job.op).dialect === 'solutions') {
    const external = externalId === undefined ? {} : { external_id: externalId }
    const named = { [voiceOf(task, settings)?.createdId ?? 'id']: id }
    return { ...named, status: 'submitted', create_time: createdAt, update_time: createdAt, ...external }
  }
  return {
    task_id: task.id,
    task_status: 'submitted',
    task_info: ownInfo(task),
    created_at: task.createdAt,
    updated_at: task.createdAt,
  }
}

const voiceOf = ({ job }: KlingTask, { solutionWords }: KlingSettings): KlingKind['voice'] =>
  solutionWords === 'page' ? kindOf(job.op).voice : undefined

/** `data` of a query, and one item of a list. */
export function taskView(task: KlingTask, phase: Phase, settings: KlingSettings, folder: string): View {
  return {
    task_id: task.id,
    task_status: phase.status,
    task_status_msg: phase.message,
    task_info: taskInfo(task),
    created_at: task.createdAt,
    updated_at: phase.updatedAt,
    ...(phase.status === 'succeed' ? result(task, settings, folder) : {}),
    ...(isTerminal(phase) ? deductions(task, phase) : {}),
  }
}

/** Body of a callback: the bare task, in the order of the callbacks page; of a solution as its queries have it. */
export function callbackView(task: KlingTask, phase: Phase, settings: KlingSettings, folder: string): View {
  if (kindOf(task.job.op).dialect === 'solutions') return batchView(task, phase, settings, folder)
  const { task_info, task_result, watermark_info, ...rest } = taskView(task, phase, settings, folder)
  return { ...rest, task_info, ...(task_result === undefined ? {} : { task_result }) }
}

/** What a create that is answered at once carries. */
export function answerView(task: KlingTask, folder: string): View {
  const phase = phaseAt(task, task.createdAt)
  const { answer, answersAlone } = kindOf(task.job.op)
  const own = answer?.(task, madeFiles(task, folder, {}))
  return { ...own, ...(answersAlone ? {} : deductions(task, phase)) }
}

function result(task: KlingTask, settings: KlingSettings, folder: string): View {
  const { watermark, op, request } = task.job
  const kind = kindOf(op)
  const off = settings.watermarkUrlWhenOff === 'empty' ? { watermark_url: '' } : {}
  const marks = Object.hasOwn(kind.fields, 'watermark_info')
  const files = madeFiles(task, folder, marks ? off : {})
  const task_result = kind.result?.(task, files, settings) ?? listed(files)
  return {
    task_result,
    ...(marks || request.watermark_info ? { watermark_info: { enabled: watermark } } : {}),
  }
}

/** The files of a finished task; `off` is what stands where a mark was not asked for. */
export const madeFiles = (task: KlingTask, folder: string, off: View): readonly MadeFile[] =>
  filesOf(task.job).map((file, index) => ({
    ...file,
    id: task.fileIds[index] ?? '',
    url: `${folder}/${fileName(task, index, file, 'raw')}`,
    marked: task.job.watermark ? { watermark_url: `${folder}/${fileName(task, index, file, 'wm')}` } : off,
  }))

const familyOf = ({ type }: MadeFile): string => contentTypes[type].split('/')[0] ?? ''

/** The files in the lists of V1. How sounds are listed differs from one product to the next, so kinds that make some tell. */
function listed(files: readonly MadeFile[]): View {
  const of = (family: string): readonly MadeFile[] => files.filter((file) => familyOf(file) === family)
  const [videos, images] = [of('video'), of('image')]
  return {
    ...(videos.length > 0 ? { videos: videos.map(videoView) } : {}),
    ...(images.length > 0 ? { images: images.map(imageView) } : {}),
  }
}

const dollarsOf = ({ job }: KlingTask): string => String(microUsdOf(job) / 1_000_000)

/** Both stand in every ended task since mid-2026 (pages of 2026-09), whichever of the two has paid. */
function deductions(task: KlingTask, { status }: Phase): View {
  const { job, paysFrom } = task
  const free = status === 'failed'
  const quota = free || paysFrom === 'pack' ? '0' : dollarsOf(task)
  return {
    final_unit_deduction: free || paysFrom === 'balance' ? '0' : String(job.milliUnits / 1000),
    final_balance_deduction: { quota, list_price: quota },
  }
}

// Live 2026-09-20: 20 ids are answered, 21 are refused.
const MOST_IDS = 20

/**
 * `GET /tasks`, the batch read of API 2.0, which knows V1 tasks too, in its own words (live 2026-09-20), and `GET /solutions`.
 * Unknown ids are simply missing. Its order is not documented: here it is the one asked in.
 */
export function batch(
  state: KlingState,
  account: KlingAccount,
  ops: readonly string[],
  search: URLSearchParams,
  cdn: string,
): readonly View[] | Refusal {
  const idsIn = (name: string): string[] => (search.get(name) ?? '').split(',').filter((id) => id !== '')
  const ids = idsIn('task_ids')
  const wanted = [...ids, ...idsIn('external_task_ids')]
  if (ids.length > 0 && wanted.length > ids.length) {
    return refuse(1201, 'task_ids and external_task_ids exclude each other')
  }
  if (wanted.length === 0) return refuse(1201, 'task_ids and external_task_ids cannot both be empty')
  if (wanted.length > MOST_IDS) {
    return refuse(1201, `task_ids and external_task_ids cannot exceed ${MOST_IDS} in total`)
  }
  const now = state.clock.now()
  return wanted.flatMap((reference) => {
    const found = ops
      .map((op) => findTask(state, account, op, reference, now))
      .find((task) => task && (ids.length === 0 || task.id === reference))
    return found ? [batchView(found, phaseAt(found, now), state.settings, folderOf(state, found, cdn))] : []
  })
}

function batchView(task: KlingTask, phase: Phase, settings: KlingSettings, folder: string): View {
  const { externalId, job, createdAt } = task
  // Without a watermark the key is absent here, unlike on V1 (live).
  const files = madeFiles(task, folder, {})
  const outputs = kindOf(job.op).outputs?.(task, files) ?? files.map(outputView)
  return {
    id: task.id,
    status: phase.status === 'succeed' ? (voiceOf(task, settings)?.success ?? 'succeeded') : phase.status,
    message: phase.message,
    create_time: createdAt,
    update_time: phase.updatedAt,
    ...(externalId === undefined ? {} : { external_id: externalId }),
    ...(phase.status === 'succeed' ? { outputs } : {}),
    // A running task has no billing.
    ...(isTerminal(phase) ? { billing: [billOf(task, phase)] } : {}),
  }
}

const outputView = (file: MadeFile): View =>
  familyOf(file) === 'video'
    ? { type: 'video', ...videoView(file) }
    : { type: familyOf(file), url: file.url, ...file.marked }

function billOf(task: KlingTask, { status }: Phase): View {
  const free = status === 'failed'
  if (task.paysFrom === 'pack') {
    const amount = free ? '0' : String(task.job.milliUnits / 1000)
    return { charge_type: 'unit', amount, package_type: packOf(task.job) }
  }
  const dollars = free ? '0' : dollarsOf(task)
  return { charge_type: 'cash', amount: dollars, cash_type: 'balance', currency: 'USD', list_price: dollars }
}
