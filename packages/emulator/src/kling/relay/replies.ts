import { type AnswerEdits, createEdits } from '../../engine/edits.ts'
import { isRecord } from '../../http/json.ts'
import type { Phase } from '../task.ts'
import type { RelayForm, RelaySettings } from './options.ts'

/** What a reply says of a task. */
export interface RelayedTask {
  /** The relay's own. */
  readonly id: string
  readonly phase: Phase
  /** Kling's own words about it. */
  readonly view: Readonly<Record<string, unknown>>
  readonly url: string
  readonly seconds: number
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number
  readonly model: string
}

type Words = Readonly<Record<Phase['status'], string>>

const wrapper: Words = {
  submitted: 'SUBMITTED',
  processing: 'IN_PROGRESS',
  succeed: 'SUCCESS',
  failed: 'FAILURE',
}
const flatWords: Words = {
  submitted: 'queued',
  processing: 'processing',
  succeed: 'succeeded',
  failed: 'failed',
}
const openai: Words = {
  submitted: 'queued',
  processing: 'in_progress',
  succeed: 'completed',
  failed: 'failed',
}

const inSeconds = (ms: number): number => Math.floor(ms / 1_000)

function native({ id, view }: RelayedTask, { times }: RelaySettings): Record<string, unknown> {
  const { created_at, updated_at, ...rest } = view
  const time = (ms: unknown): number => (times === 's' ? inSeconds(Number(ms)) : Number(ms))
  return { ...rest, task_id: id, created_at: time(created_at), updated_at: time(updated_at) }
}

const failure = ({ phase }: RelayedTask): { code: string; message: string } | null =>
  phase.status === 'failed' ? { code: 'task_failed', message: phase.message } : null

const flat = (task: RelayedTask): Record<string, unknown> => ({
  task_id: task.id,
  status: flatWords[task.phase.status],
  url: task.url,
  format: task.url === '' ? '' : 'mp4',
  metadata: task.url === '' ? {} : { duration: task.seconds, fps: 24 },
  error: failure(task),
})

function wrapped(task: RelayedTask): Record<string, unknown> {
  const { phase, createdAt } = task
  const ended = phase.status === 'succeed' || phase.status === 'failed'
  return {
    id: 1,
    task_id: task.id,
    platform: '50',
    user_id: 1,
    group: 'default',
    channel_id: 1,
    quota: 250_000,
    action: 'generate',
    status: wrapper[phase.status],
    fail_reason: phase.status === 'failed' ? phase.message : '',
    submit_time: inSeconds(createdAt),
    start_time: phase.status === 'submitted' ? 0 : inSeconds(createdAt),
    finish_time: ended ? inSeconds(phase.updatedAt) : 0,
    progress: ended ? '100%' : '30%',
    properties: {},
    data: { code: 0, message: 'SUCCEED', request_id: 'upstream', data: task.view },
  }
}

const video = (task: RelayedTask): Record<string, unknown> => ({
  id: task.id,
  task_id: task.id,
  object: 'video',
  model: task.model,
  status: openai[task.phase.status],
  progress: task.phase.status === 'succeed' ? 100 : 0,
  created_at: inSeconds(task.createdAt),
  ...(task.url !== '' && { metadata: { url: task.url } }),
  ...(task.phase.status === 'failed' && { error: failure(task) }),
})

const forms: Readonly<Record<RelayForm, (task: RelayedTask, settings: RelaySettings) => unknown>> = {
  K: (task, settings) => ({ code: 0, message: 'SUCCEED', request_id: 'r', data: native(task, settings) }),
  'K+': (task, settings) => ({
    code: 0,
    message: 'SUCCEED',
    request_id: 'r',
    task_id: task.id,
    data: native(task, settings),
  }),
  W: (task) => ({ code: 'success', message: '', data: wrapped(task) }),
  F: (task) => ({ code: 'success', message: '', data: flat(task) }),
  B: flat,
  O: video,
}

/** A reply about a task. */
export const reply = (form: RelayForm, task: RelayedTask, settings: RelaySettings): Response =>
  Response.json(forms[form](task, settings))

/** The task of a flat, bare or wrapped reply; `undefined` where it is told in Kling's own form. */
function tasksIn(answer: unknown): readonly Record<string, unknown>[] {
  if (!isRecord(answer)) return []
  const task = isRecord(answer.data) ? answer.data : answer
  return 'status' in task ? [task] : []
}

const dropResult = (task: Record<string, unknown>): void => {
  for (const key of ['url', 'metadata', 'data']) delete task[key]
}

/** Field faults for the forms that are not Kling's. */
export const relayEdits: AnswerEdits = createEdits({
  tasksIn,
  setStatus: (task, word) => {
    task.status = word
    dropResult(task)
  },
  dropURLs: (answer) => {
    const tasks = tasksIn(answer)
    for (const task of tasks) dropResult(task)
    return tasks.length > 0
  },
})
