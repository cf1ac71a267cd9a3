import type { Phase } from '../phase.ts'
import type { RelayForm, RelaySettings } from './options.ts'

/** A task as a reply tells it. */
export interface Told {
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

function native({ id, view }: Told, { times }: RelaySettings): Record<string, unknown> {
  const { created_at, updated_at, ...rest } = view
  const time = (ms: unknown): number => (times === 's' ? inSeconds(Number(ms)) : Number(ms))
  return { ...rest, task_id: id, created_at: time(created_at), updated_at: time(updated_at) }
}

const failure = ({ phase }: Told): { code: string; message: string } | null =>
  phase.status === 'failed' ? { code: 'task_failed', message: phase.message } : null

const flat = (told: Told): Record<string, unknown> => ({
  task_id: told.id,
  status: flatWords[told.phase.status],
  url: told.url,
  format: told.url === '' ? '' : 'mp4',
  metadata: told.url === '' ? {} : { duration: told.seconds, fps: 24 },
  error: failure(told),
})

function wrapped(told: Told): Record<string, unknown> {
  const { phase, createdAt } = told
  const ended = phase.status === 'succeed' || phase.status === 'failed'
  return {
    id: 1,
    task_id: told.id,
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
    data: { code: 0, message: 'SUCCEED', request_id: 'upstream', data: told.view },
  }
}

const video = (told: Told): Record<string, unknown> => ({
  id: told.id,
  task_id: told.id,
  object: 'video',
  model: told.model,
  status: openai[told.phase.status],
  progress: told.phase.status === 'succeed' ? 100 : 0,
  created_at: inSeconds(told.createdAt),
  ...(told.url !== '' && { metadata: { url: told.url } }),
  ...(told.phase.status === 'failed' && { error: failure(told) }),
})

const forms: Readonly<Record<RelayForm, (told: Told, settings: RelaySettings) => unknown>> = {
  K: (told, settings) => ({ code: 0, message: 'SUCCEED', request_id: 'r', data: native(told, settings) }),
  'K+': (told, settings) => ({
    code: 0,
    message: 'SUCCEED',
    request_id: 'r',
    task_id: told.id,
    data: native(told, settings),
  }),
  W: (told) => ({ code: 'success', message: '', data: wrapped(told) }),
  F: (told) => ({ code: 'success', message: '', data: flat(told) }),
  B: flat,
  O: video,
}

/** A reply about a task. */
export const reply = (form: RelayForm, told: Told, settings: RelaySettings): Response =>
  Response.json(forms[form](told, settings))
