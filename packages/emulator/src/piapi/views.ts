import type { Exchange } from '../engine/exchange.ts'
import { isRecord, stringAt } from '../http/json.ts'
import type { PiapiSettings } from './options.ts'
import { type Addresses, output, placeholder } from './output.ts'
import { errorTable, type Refusal, refuse } from './tables.ts'
import { type Phase, type PiapiTask, phaseAt, type TaskError, type TaskStatus, usageAt } from './task.ts'

type View = Record<string, unknown>

// No number has been captured; this one is a placeholder.
const ERROR_CODE = 10_000
// Go's zero time is what the service sends for "not yet".
const ZERO_TIME = '0001-01-01T00:00:00Z'

export const success = (data: unknown): Response => Response.json({ code: 200, data, message: 'success' })

const word = (status: TaskStatus, { capitalizedStatus }: PiapiSettings): string =>
  capitalizedStatus ? status.charAt(0).toUpperCase() + status.slice(1) : status

/** Always an object, also where nothing went wrong. */
const errorView = (error: TaskError | undefined): View => ({
  code: error ? ERROR_CODE : 0,
  raw_message: error?.rawMessage ?? '',
  message: error?.message ?? '',
  detail: null,
})

/** The whole configuration comes back, the webhook secret in clear text (docs sample of a webhook body). */
function configView(config: unknown): View {
  const webhook = isRecord(config) ? config.webhook_config : undefined
  return {
    service_mode: stringAt(config, 'service_mode') ?? '',
    webhook_config: {
      endpoint: stringAt(webhook, 'endpoint') ?? '',
      secret: stringAt(webhook, 'secret') ?? '',
    },
  }
}

const usesPrivatePool = (config: unknown): boolean => stringAt(config, 'service_mode') === 'private'

const turboEcho = ['prompt', 'aspect_ratio', 'duration']

/** `kling` repeats what was sent with sorted keys, `kling-turbo` three keys only. */
function inputView({ job }: PiapiTask): View {
  const { input, model } = job
  const keys = model === 'kling' ? Object.keys(input).sort() : turboEcho
  return Object.fromEntries(keys.filter((key) => key in input).map((key) => [key, input[key]]))
}

/** `data` of a create and of a query alike. */
export function taskView(task: PiapiTask, now: number, settings: PiapiSettings, addresses: Addresses): View {
  const phase = phaseAt(task, now)
  const { job } = task
  return {
    task_id: task.id,
    model: job.model,
    task_type: job.taskType,
    status: word(phase.status, settings),
    config: configView(job.request.config),
    input: inputView(task),
    output: phase.status === 'completed' ? output(task, settings, addresses) : placeholder(task),
    meta: metaView(task, phase, now, settings),
    detail: null,
    logs: [],
    error: errorView(phase.error),
  }
}

function metaView(task: PiapiTask, phase: Phase, now: number, { utcOffset }: PiapiSettings): View {
  const time = (at: number | undefined): string =>
    at === undefined ? ZERO_TIME : rfc3339(at, task.id, utcOffset)
  const type = task.job.model === 'kling' ? 'point' : 'llm'
  return {
    created_at: time(task.createdAt),
    started_at: time(phase.startedAt),
    ended_at: time(phase.endedAt),
    usage: { type, ...usageAt(task, now) },
    is_using_private_pool: usesPrivatePool(task.job.request.config),
  }
}

/** `data` of a create that was refused: a failed task that does not exist. */
function failedView(request: View, error: TaskError, settings: PiapiSettings): View {
  return {
    task_id: '',
    model: stringAt(request, 'model') ?? '',
    task_type: stringAt(request, 'task_type') ?? '',
    status: word('failed', settings),
    config: configView(request.config),
    input: isRecord(request.input) ? request.input : {},
    output: null,
    meta: {
      created_at: ZERO_TIME,
      started_at: ZERO_TIME,
      ended_at: ZERO_TIME,
      usage: { type: 'point', frozen: 0, consume: 0 },
      is_using_private_pool: false,
    },
    detail: null,
    logs: null,
    error: errorView(error),
  }
}

/** `code` repeats the HTTP status, whether or not that one tells the truth. */
export function refusalAnswer(
  { status, message, rawMessage }: Refusal,
  settings: PiapiSettings,
  exchange: Pick<Exchange, 'op' | 'json'>,
): Response {
  const row = errorTable[status]
  const { op, json } = exchange
  const mixed = op === 'create' ? (row?.data ?? 'null') : 'null'
  const form = { mixed, null: 'null', task: 'task' }[settings.errorData]
  const sent = isRecord(json) && op === 'create' ? json : {}
  const request = form === 'task' ? sent : { ...sent, input: {} }
  const error = { message, rawMessage: rawMessage ?? row?.rawMessage ?? message }
  const data = form === 'null' ? null : failedView(request, error, settings)
  return Response.json(
    { code: status, data, message },
    { status: settings.errorsAsHttp200 ? 200 : httpOf(status) },
  )
}

// A test may ask for a code that no HTTP answer can have.
const httpOf = (code: number): number => (code >= 400 && code <= 599 ? code : 500)

/** The answer for a status or code; undefined where the service has none of its own. */
export function errorAnswer(
  status: number | undefined,
  code: number | undefined,
  settings: PiapiSettings,
  exchange: Pick<Exchange, 'op' | 'json'>,
): Response | undefined {
  const known = code ?? status
  if (known === undefined || (code === undefined && !errorTable[known])) return undefined
  const refusal = refuse(
    known,
    known === 500 && exchange.op !== 'create' ? 'internal server error' : undefined,
  )
  const answer = refusalAnswer(refusal, settings, exchange)
  return status === undefined ? answer : new Response(answer.body, { status, headers: answer.headers })
}

const HOUR_MS = 3_600_000

/**
 * RFC 3339 with nine fraction digits, as the samples have it. The clock knows milliseconds; the six digits
 * below them are taken from a seed, so that a client which reads them with fewer digits gets caught.
 */
export function rfc3339(at: number, seed: string, offset: '+00:00' | '+08:00'): string {
  const local = new Date(at + (offset === '+08:00' ? 8 * HOUR_MS : 0)).toISOString().slice(0, -1)
  const below = String(Number.parseInt(seed.slice(0, 8), 16) % 1_000_000).padStart(6, '0')
  return `${local}${below}${offset === '+00:00' ? 'Z' : offset}`
}
