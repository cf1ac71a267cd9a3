import { sizeOf } from '../engine/pictures.ts'
import { contentTypes } from '../media/store.ts'
import type { Endpoint, Job } from './kinds/kind.ts'
import { queuePosition, until } from './schedule.ts'
import { notFound } from './tables.ts'
import { type FalState, type FalTask, filesOf, isFailure, type Outcome, statusAt } from './task.ts'

type View = Record<string, unknown>

/** The three addresses of a request. They name owner and alias only, whatever endpoint it was submitted to. */
function urlsOf({ app, id }: FalTask, queue: string): Record<string, string> {
  const base = `${queue}/${app}/requests/${id}`
  return { response_url: base, status_url: `${base}/status`, cancel_url: `${base}/cancel` }
}

export function submittedView(state: FalState, task: FalTask, queue: string): View {
  const queue_position = queuePosition(state, task, task.createdAt)
  return { status: 'IN_QUEUE', request_id: task.id, queue_position, ...urlsOf(task, queue) }
}

interface LogEntry {
  readonly message: string
  readonly level: 'INFO' | 'ERROR'
  readonly source: 'USER'
  readonly timestamp: string
}

/** What a request has written so far. */
function logsOf({ startedAt, endsAt, outcome }: FalTask, now: number): LogEntry[] {
  const entry = (message: string, at: number, level: LogEntry['level'] = 'INFO'): LogEntry[] =>
    at > now ? [] : [{ message, level, source: 'USER', timestamp: new Date(at).toISOString() }]
  if (startedAt === undefined) return []
  const done = isFailure(outcome) ? (['Failed', 'ERROR'] as const) : (['Done', 'INFO'] as const)
  return [
    ...entry('Task accepted by upstream', startedAt),
    ...(endsAt === undefined ? [] : entry(done[0], endsAt, done[1])),
  ]
}

/** Body of a status. Whether a waiting request carries `logs` is left open; only the later states need it. */
export function statusView(state: FalState, task: FalTask, queue: string, logs: boolean): View {
  const now = state.clock.now()
  const status = statusAt(task, now)
  const common = { status, request_id: task.id }
  const urls = urlsOf(task, queue)
  if (status === 'IN_QUEUE') return { ...common, queue_position: queuePosition(state, task, now), ...urls }
  const written = { ...urls, logs: logs ? logsOf(task, now) : null }
  if (status === 'IN_PROGRESS') return { ...common, ...written }
  const { startedAt, endsAt = now, outcome } = task
  const inference_time = startedAt === undefined ? null : (endsAt - startedAt) / 1000
  return { ...common, ...written, metrics: { inference_time }, ...failureView(state, outcome) }
}

/** There is no status for failure: it shows in two extra fields, and for sure only in the result. */
function failureView({ settings }: FalState, outcome: Outcome | undefined): View {
  if (!isFailure(outcome) || settings.statusError === 'never') return {}
  const { errorType, message, body } = outcome
  if (errorType !== undefined) return { error: message, error_type: errorType }
  if (settings.statusError === 'platform') return {}
  const [first] = Array.isArray(body.detail) ? (body.detail as { type?: unknown }[]) : []
  return { error: message, error_type: first?.type ?? 'bad_request' }
}

type Bytes = Uint8Array<ArrayBuffer>

/** A file of a finished request. */
export async function fileOf(
  state: FalState,
  task: FalTask,
  index: number,
): Promise<{ readonly bytes: Bytes; readonly contentType: string } | undefined> {
  const { endpoint, job, outcome, path, picture, references } = task
  const file = job && filesOf(job)[index]
  if (!endpoint || !file || !outcome || isFailure(outcome)) return undefined
  const { type, seconds = 0 } = file
  const bytes = await state.media.get(`${task.id} ${index}`, {
    type,
    title: `fal ${path}${seconds === 0 ? '' : ` ${seconds}s`}`,
    text: captionOf(endpoint, job),
    seconds,
    aspect: outcome.aspect,
    picture,
    references,
  })
  return { bytes, contentType: contentTypes[type] }
}

const captionOf = ({ op }: Endpoint, { body, prompt }: Job): string =>
  typeof body.prompt === 'string' && body.prompt !== '' ? body.prompt : prompt || op

const TOO_EARLY = { detail: 'Request is still in progress' }

/** What the result address answers: the model's bare output, or the error the app ended with, status and all. */
export async function resultAnswer(state: FalState, task: FalTask, media: string): Promise<Response> {
  const now = state.clock.now()
  const headers = { 'x-fal-request-id': task.id }
  if (statusAt(task, now) !== 'COMPLETED') return Response.json(TOO_EARLY, { status: 400, headers })
  const { outcome, endsAt = now, job } = task
  if (now >= endsAt + state.settings.resultTtlMs) return notFound()
  const body = await resultBody(state, task, media)
  if (isFailure(outcome)) {
    const units = outcome.free ? '0' : String(job?.units ?? 0)
    return Response.json(body, {
      status: outcome.status,
      headers: { ...headers, 'x-fal-billable-units': units, ...outcome.headers },
    })
  }
  return Response.json(body, {
    headers: { ...headers, 'x-fal-billable-units': String(job?.units ?? 0) },
  })
}

/** The model's bare output or its error: what the result address shows, and what a webhook carries. */
export async function resultBody(
  state: FalState,
  task: FalTask,
  media: string,
): Promise<Readonly<Record<string, unknown>>> {
  const { outcome, endpoint, job } = task
  if (isFailure(outcome)) return outcome.body
  const files = await Promise.all(task.files.map((_, index) => outputFile(state, task, index, media)))
  return job && endpoint?.output ? endpoint.output(files, job) : { video: files[0] }
}

async function outputFile(state: FalState, task: FalTask, index: number, media: string): Promise<View> {
  const name = task.files[index] ?? ''
  const url = `${media}/files/b/${task.folder}/${name}`
  const made = state.settings.outputFile === 'url-only' ? undefined : await fileOf(state, task, index)
  if (!made) return { url }
  const { contentType, bytes } = made
  const size = contentType.startsWith('image/') ? sizeOf(bytes) : undefined
  return {
    url,
    content_type: contentType,
    file_name: name.slice(name.indexOf('_') + 1),
    file_size: bytes.length,
    ...size,
  }
}

const encoder = new TextEncoder()

/**
 * A status as server-sent events: one now, one at every change, until `COMPLETED`. fal's own client adds the logs of
 * all events up, so each event carries only what is new.
 */
export function statusStream(
  state: FalState,
  task: FalTask,
  queue: string,
  logs: boolean,
  signal: AbortSignal,
): Response {
  const stop = new AbortController()
  const stopped = AbortSignal.any([signal, stop.signal])
  let last: string | undefined
  let sentLogs = 0
  let done = false

  const view = (): Record<string, unknown> => statusView(state, task, queue, logs)
  // Without logs and metrics, which come with a change and are none.
  const gist = (): string => JSON.stringify({ ...view(), logs: undefined, metrics: undefined })
  const written = (): number => (logs ? logsOf(task, state.clock.now()).length : 0)

  const next = async (): Promise<Uint8Array> => {
    await until(state, () => gist() !== last || written() > sentLogs, stopped)
    last = gist()
    done = statusAt(task, state.clock.now()) === 'COMPLETED'
    const event = view()
    if (Array.isArray(event.logs)) {
      event.logs = event.logs.slice(sentLogs)
      sentLogs = written()
    }
    return encoder.encode(`data: ${JSON.stringify(event)}\n\n`)
  }

  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        if (done) return controller.close()
        controller.enqueue(await next())
      },
      cancel: (reason) => stop.abort(reason),
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-fal-request-id': task.id,
    },
  })
}
