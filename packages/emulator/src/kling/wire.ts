import { MICRO_USD_PER_MILLI_UNIT } from './models.ts'
import type { KlingSettings } from './options.ts'
import { isTerminal, type Phase } from './phase.ts'
import type { KlingTask } from './tasks.ts'

// Clips come out a frame longer than asked: 41 ms is one frame at 24 per second.
const EXTRA_SECONDS = 0.041

export function envelope(data: unknown, requestId: string): Response {
  return Response.json({ code: 0, message: 'SUCCEED', request_id: requestId, data })
}

const taskInfo = ({ job }: KlingTask): Record<string, string> =>
  job.externalId === undefined ? {} : { external_task_id: job.externalId }

/** `data` of a create answer. */
export function createdView(task: KlingTask, now: number): Record<string, unknown> {
  return {
    task_id: task.id,
    task_status: 'submitted',
    task_info: taskInfo(task),
    created_at: now,
    updated_at: now,
  }
}

export const clipName = (task: KlingTask, kind: 'raw' | 'wm'): string => `${task.id}-0_${kind}_video_1.mp4`

/** `data` of a query, and one item of a list. */
export function taskView(
  task: KlingTask,
  phase: Phase,
  settings: KlingSettings,
  folder: string,
): Record<string, unknown> {
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
export function callbackView(
  task: KlingTask,
  phase: Phase,
  settings: KlingSettings,
  folder: string,
): Record<string, unknown> {
  const whole = taskView(task, phase, settings, folder)
  const { task_info, task_result, watermark_info, ...rest } = whole
  return {
    ...rest,
    task_info,
    ...(task_result === undefined ? {} : { task_result }),
  }
}

function result(task: KlingTask, settings: KlingSettings, folder: string): Record<string, unknown> {
  const { watermark, seconds } = task.job
  const off = settings.watermarkUrlWhenOff === 'empty' ? { watermark_url: '' } : {}
  const video = {
    id: task.videoId,
    url: `${folder}/${clipName(task, 'raw')}`,
    ...(watermark ? { watermark_url: `${folder}/${clipName(task, 'wm')}` } : off),
    duration: String(seconds + EXTRA_SECONDS),
  }
  return { task_result: { videos: [video] }, watermark_info: { enabled: watermark } }
}

/** Both stand in every ended task since mid-2026 (pages of 2026-09), whichever of the two has paid. */
function deductions({ job, paysFrom }: KlingTask, { status }: Phase): Record<string, unknown> {
  const free = status === 'failed'
  const dollars = String((job.milliUnits * MICRO_USD_PER_MILLI_UNIT) / 1_000_000)
  const quota = free || paysFrom === 'pack' ? '0' : dollars
  return {
    final_unit_deduction: free || paysFrom === 'balance' ? '0' : String(job.milliUnits / 1000),
    final_balance_deduction: { quota, list_price: quota },
  }
}
