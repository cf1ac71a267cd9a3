import { clipName, folderOf } from './files.ts'
import type { KlingAccount, KlingSettings } from './options.ts'
import { MICRO_USD_PER_MILLI_UNIT, type Refusal, refuse } from './tables.ts'
import { findTask, isTerminal, type KlingState, type KlingTask, type Phase, phaseAt } from './task.ts'

type View = Record<string, unknown>

// Clips come out a frame longer than asked: 41 ms is one frame at 24 per second.
export const EXTRA_SECONDS = 0.041

export function envelope(data: unknown, requestId: string): Response {
  return Response.json({ code: 0, message: 'SUCCEED', request_id: requestId, data })
}

const taskInfo = ({ externalId }: KlingTask): View =>
  externalId === undefined ? {} : { external_task_id: externalId }

/** `data` of a create answer. */
export function createdView(task: KlingTask): View {
  return {
    task_id: task.id,
    task_status: 'submitted',
    task_info: taskInfo(task),
    created_at: task.createdAt,
    updated_at: task.createdAt,
  }
}

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

/** Body of a callback: the bare task, in the order of the callbacks page. */
export function callbackView(task: KlingTask, phase: Phase, settings: KlingSettings, folder: string): View {
  const { task_info, task_result, watermark_info, ...rest } = taskView(task, phase, settings, folder)
  return { ...rest, task_info, ...(task_result === undefined ? {} : { task_result }) }
}

function result(task: KlingTask, settings: KlingSettings, folder: string): View {
  const { watermark } = task.job
  const off = settings.watermarkUrlWhenOff === 'empty' ? { watermark_url: '' } : {}
  const marked = watermark ? { watermark_url: `${folder}/${clipName(task, 'wm')}` } : off
  return { task_result: { videos: [videoOf(task, folder, marked)] }, watermark_info: { enabled: watermark } }
}

const videoOf = (task: KlingTask, folder: string, marked: View): View => ({
  id: task.videoId,
  url: `${folder}/${clipName(task, 'raw')}`,
  ...marked,
  duration: String(task.job.seconds + EXTRA_SECONDS),
})

const dollarsOf = ({ job }: KlingTask): string =>
  String((job.milliUnits * MICRO_USD_PER_MILLI_UNIT) / 1_000_000)

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
 * `GET /tasks`, the batch read of API 2.0: it knows V1 tasks too, in its own words (live 2026-09-20). Unknown ids are simply
 * missing. Its order is not documented: here it is the one asked in.
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
    return found ? [batchView(found, phaseAt(found, now), folderOf(state, found, cdn))] : []
  })
}

function batchView(task: KlingTask, phase: Phase, folder: string): View {
  const { externalId, job, createdAt } = task
  // Without a watermark the key is absent here, unlike on V1 (live).
  const marked = job.watermark ? { watermark_url: `${folder}/${clipName(task, 'wm')}` } : {}
  const outputs = [{ type: 'video', ...videoOf(task, folder, marked) }]
  return {
    id: task.id,
    status: phase.status === 'succeed' ? 'succeeded' : phase.status,
    message: phase.message,
    create_time: createdAt,
    update_time: phase.updatedAt,
    ...(externalId === undefined ? {} : { external_id: externalId }),
    ...(phase.status === 'succeed' ? { outputs } : {}),
    // A running task has no billing.
    ...(isTerminal(phase) ? { billing: [billOf(task, phase)] } : {}),
  }
}

function billOf(task: KlingTask, { status }: Phase): View {
  const free = status === 'failed'
  if (task.paysFrom === 'pack') {
    const amount = free ? '0' : String(task.job.milliUnits / 1000)
    return { charge_type: 'unit', amount, package_type: 'video' }
  }
  const dollars = free ? '0' : dollarsOf(task)
  return { charge_type: 'cash', amount: dollars, cash_type: 'balance', currency: 'USD', list_price: dollars }
}
