import { jsonSchema, type SoldModel } from './kinds/kind.ts'
import type { ReplicateSettings } from './options.ts'
import { isRemoved, isTerminal, type Phase, type Prediction } from './task.ts'

/** The bases under which a client reaches the two hosts. */
export interface Bases {
  readonly api: string
  readonly delivery: string
}

type View = Record<string, unknown>

/** ISO 8601 in UTC; three or six fraction digits, both were recorded. */
export const timestamp = (ms: number, digits: 3 | 6 = 6): string =>
  new Date(ms).toISOString().replace('Z', digits === 3 ? 'Z' : '000Z')

export const clipPath = ({ folder, job }: Prediction): string =>
  `/xezq/${folder}/tmp${folder.slice(0, 8)}.${job.fileType ?? 'mp4'}`

const urlsOf = ({ id }: Prediction, { api }: Bases): View => ({
  cancel: `${api}/v1/predictions/${id}/cancel`,
  get: `${api}/v1/predictions/${id}`,
  web: `https://replicate.com/p/${id}`,
})

// Clips come out a frame longer than asked: 5.04 s for 5 in what was seen.
const EXTRA_SECONDS = 0.04

const logsOf = ({ status, startedAt, completedAt }: Phase): string | null => {
  if (status === 'canceled') return null
  if (startedAt === undefined) return ''
  const begun = 'Submitting generation request\n'
  if (status !== 'succeeded' || completedAt === undefined) return status === 'processing' ? begun : ''
  return `${begun}Generated video in ${((completedAt - startedAt) / 1000).toFixed(1)}s\n`
}

function metricsOf({ job, createdAt }: Prediction, { status, startedAt, completedAt }: Phase): View {
  if (completedAt === undefined) return {}
  return {
    ...(startedAt === undefined ? {} : { predict_time: (completedAt - startedAt) / 1000 }),
    total_time: (completedAt - createdAt) / 1000,
    ...(status === 'succeeded' && (job.fileType ?? 'mp4') === 'mp4'
      ? {
          video_output_count: 1,
          video_output_duration_seconds: Number(((job.seconds + EXTRA_SECONDS) * job.charge).toFixed(6)),
          ...(job.variant === undefined ? {} : { model_variant: job.variant }),
          ...(job.audio === undefined ? {} : { with_audio: job.audio }),
        }
      : {}),
  }
}

/** The keys every view has, in the order of the recordings. */
function head(prediction: Prediction, bases: Bases, own: View): View {
  const { id, job } = prediction
  const { output = null, logs = '', input = job.input, removed = false, error = null } = own
  return {
    id,
    model: job.model,
    version: job.version,
    input,
    logs,
    output,
    data_removed: removed,
    error,
    source: 'api',
    status: own.status,
    created_at: own.createdAt,
    urls: urlsOf(prediction, bases),
    ...(prediction.deadlineAt === undefined ? {} : { deadline: timestamp(prediction.deadlineAt, 3) }),
  }
}

/**
 * The answer to a create: no word of progress, whatever the model does meanwhile. With its output, after
 * `Prefer: wait`, it still says `processing` and has neither times nor metrics (recorded 2024-10).
 */
export function createdView(
  prediction: Prediction,
  bases: Bases,
  ready: { readonly status: string } | undefined,
): View {
  const own = {
    status: ready?.status ?? 'starting',
    createdAt: timestamp(prediction.createdAt, 3),
    ...(ready ? { output: bases.delivery + clipPath(prediction) } : {}),
  }
  return { ...head(prediction, bases, own), ...prediction.job.webhook }
}

/** A prediction as `GET` shows it, and a webhook's body. */
export function predictionView(
  prediction: Prediction,
  phase: Phase,
  bases: Bases,
  settings: ReplicateSettings,
  now: number,
): View {
  const { status, startedAt, completedAt, error } = phase
  const removed = isRemoved(prediction, phase, settings, now)
  const drift = startedAt === undefined ? 0 : settings.createdAtDriftMs
  const own = {
    status,
    createdAt: timestamp(prediction.createdAt + drift, status === 'starting' ? 3 : 6),
    removed,
    logs: removed ? null : logsOf(phase),
    ...(removed ? { input: {} } : {}),
    ...(error === undefined ? {} : { error }),
    ...(status === 'succeeded' && !removed ? { output: bases.delivery + clipPath(prediction) } : {}),
  }
  return {
    ...head(prediction, bases, own),
    ...(startedAt === undefined ? {} : { started_at: timestamp(startedAt) }),
    ...(completedAt === undefined ? {} : { completed_at: timestamp(completedAt) }),
    ...(isTerminal(phase) ? { metrics: metricsOf(prediction, phase) } : {}),
  }
}

/** Keys that older recordings leave out where they have nothing to say. */
const optional: readonly string[] = ['output', 'error', 'logs', 'data_removed']
const isEmpty = (value: unknown): boolean => value === null || value === false

export const dressed = (view: View, { emptyKeys }: ReplicateSettings): View =>
  emptyKeys === 'null'
    ? view
    : Object.fromEntries(
        Object.entries(view).filter(([key, value]) => !optional.includes(key) || !isEmpty(value)),
      )

const heavy: readonly string[] = ['input', 'output', 'error', 'logs']

/** The form that list items had in older samples. */
export const thin = (view: View): View =>
  Object.fromEntries(Object.entries(view).filter(([key]) => !heavy.includes(key)))

export function jsonAnswer(
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
  })
}

/** The public card of a model; `openapi_schema` is where a client finds its fields. */
export function modelCard(name: string, { input, version }: SoldModel): Record<string, unknown> {
  const [owner = '', model = ''] = name.split('/')
  const schemas = {
    Input: { type: 'object', title: 'Input', ...jsonSchema(input) },
    Output: { type: 'string', format: 'uri', title: 'Output' },
  }
  return {
    url: `https://replicate.com/${name}`,
    owner,
    name: model,
    description: null,
    visibility: 'public',
    is_official: true,
    github_url: null,
    paper_url: null,
    license_url: null,
    run_count: 0,
    cover_image_url: null,
    default_example: null,
    latest_version: {
      id: version ?? 'hidden',
      created_at: '2026-06-04T00:00:00.000000Z',
      cog_version: null,
      openapi_schema: { openapi: '3.0.2', info: { title: 'Cog', version: '0.1.0' }, components: { schemas } },
    },
  }
}
