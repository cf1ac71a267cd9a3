import {
  type Catalog,
  imageToVideo,
  type Offer,
  textToVideo,
  type VideoKind,
  type VideoLimits,
} from '@reelay/core'
import {
  type ErrorRow,
  type HttpReply,
  type NativeTask,
  type ProviderSpec,
  pathPart,
  type Sold,
  type Step,
  sell,
} from '@reelay/core/adapter'

const checked = { source: 'made up', asOf: '2026-11-24' }

const limits: VideoLimits = {
  durations: [5, 10],
  prompt: { required: true, maxLength: 500 },
  negativePrompt: false,
  aspectRatios: ['16:9', '9:16'],
  cfgScale: true,
  audio: 'never',
  cameraControl: false,
  images: false,
  endImage: false,
}

function rowsAt(provider: string): readonly Offer<VideoKind>[] {
  const shared = {
    provider,
    mode: 'std',
    route: 'renders',
    price: { unit: 'usd', unitUsd: 1_000_000, per: 'second', rates: { silent: 0.05 }, ...checked },
    timing: { expectedMs: 30_000, pollFloorMs: 5_000 },
    ...checked,
  } as const
  const row = (model: string, more: Partial<Offer<VideoKind>> = {}): Offer<VideoKind> => ({
    ...shared,
    kind: 'text-to-video',
    model,
    nativeModel: model,
    state: 'current',
    limits,
    ...more,
  })
  const images = { forms: ['url'], mediaTypes: ['image/png'], maxBytes: 10_000_000 } as const
  return [
    row('kling-v3'),
    row('kling-v3', { kind: 'image-to-video', limits: { ...limits, aspectRatios: false, images } }),
    row('kling-v1', { state: 'discontinued' }),
  ]
}

/** What one of them sells. */
function selling(provider: string): { readonly kinds: readonly Sold[]; readonly catalog: Catalog } {
  const video = sell([textToVideo, imageToVideo], {
    rows: rowsAt(provider),
    encode: ({ request, offer, duration, externalId, options, webhookUrl }) => ({
      method: 'POST',
      path: '/renders',
      json: {
        ...options,
        model: offer.nativeModel,
        prompt: request.prompt,
        seconds: duration,
        external_id: externalId,
        callback: webhookUrl,
      },
    }),
  })
  return { kinds: [video], catalog: { defaultModel: 'kling-v3', offers: video.rows } }
}

const rejected = (code: ErrorRow['code'], retryable = false): ErrorRow => ({
  code,
  retryable,
  outcome: 'rejected',
})

const errors: Readonly<Record<string, ErrorRow>> = {
  unauthorized: rejected('ERR_AUTH'),
  forbidden: rejected('ERR_FORBIDDEN'),
  funds: rejected('ERR_FUNDS'),
  invalid: rejected('ERR_INVALID_REQUEST'),
  content: rejected('ERR_CONTENT'),
  too_fast: rejected('ERR_RATE_LIMIT', true),
  too_many: rejected('ERR_CONCURRENCY', true),
  not_found: { code: 'ERR_NOT_FOUND', retryable: false, outcome: 'unknown' },
  duplicate: { code: 'ERR_INVALID_REQUEST', retryable: false, outcome: 'unknown' },
}

interface Render {
  readonly id?: string
  readonly state?: string
  readonly url?: string
  readonly reason?: string
  readonly input?: object
  /** Milliseconds since the epoch. */
  readonly made?: number
}

const rendersOf = ({ body }: HttpReply): readonly Render[] | undefined =>
  (body as { renders?: readonly Render[] } | undefined)?.renders

function toNative(render: Render | undefined): NativeTask | undefined {
  if (render?.id === undefined || render.state === undefined) return undefined
  const { id, state, url, reason, made } = render
  const outputs = url === undefined ? [] : [{ kind: 'video', url, mediaType: 'video/mp4' } as const]
  return { id, status: state, message: reason, createdAt: made, outputs, raw: render }
}

const common = {
  statuses: {
    waiting: 'queued',
    rendering: 'running',
    done: 'succeeded',
    failed: 'failed',
    stopped: 'canceled',
  },
  providerOptions: { free: ['seed'], reserved: { external_id: 'Use idempotencyKey.' } },
  refusal({ body }) {
    const { error } = (body ?? {}) as { error?: { code?: string; message?: string } }
    const row = error?.code === undefined ? undefined : errors[error.code]
    if (!row) return undefined
    const { code: nativeCode, message } = error ?? {}
    const missing = nativeCode === 'not_found'
    return { ...row, nativeCode, message, missing, duplicate: nativeCode === 'duplicate' }
  },
  created: ({ body }) => toNative(body as Render),
  task: ({ body }) => toNative(body as Render),
  query: ({ id }) => ({ method: 'GET', path: `/renders/${pathPart(id)}` }),
  failure: ({ message = '' }) => ({ reason: 'content', message, retryable: false, flagged: true }),
} satisfies Partial<ProviderSpec>

/** A provider that takes an id of ours, finds tasks by it, and lists them. */
export const keyedSpec: ProviderSpec = {
  ...common,
  id: 'keyed',
  ...selling('keyed'),
  routes: { renders: { path: '/renders', idempotency: 'external-id', find: 'external-id' } },
  find: ({ externalId = '' }) => ({ method: 'GET', path: '/renders', query: { external_id: externalId } }),
  list: {
    scope: 'account',
    maxPageSize: 100,
    readSpacingMs: 100,
    request: () => ({ method: 'GET', path: '/renders' }),
    tasks: (reply) =>
      rendersOf(reply)
        ?.map(toNative)
        .filter((task) => task !== undefined),
  },
  cancel: {
    request: ({ id }) => ({ method: 'DELETE', path: `/renders/${pathPart(id)}` }),
    read: ({ status }) => (status === 200 ? 'canceled' : status === 409 ? 'too-late' : undefined),
  },
}

/** A provider that takes no id of ours, but lists what was made, each with its input. */
export const searchedSpec: ProviderSpec = {
  ...common,
  id: 'searched',
  ...selling('searched'),
  routes: { renders: { path: '/renders', idempotency: 'none', find: 'search' } },
  search: {
    soleSubmitter: true,
    slackMs: 0,
    latestMs: 900_000,
    withinMs: 3_600_000,
    echoed: ({ json }) => json,
    request: ({ from, previous }) =>
      previous ? undefined : { method: 'GET', path: '/renders', query: { since: from } },
    rows: (reply) =>
      rendersOf(reply)?.flatMap((render) => {
        const task = toNative(render)
        return task ? [{ task, echoed: render.input }] : []
      }),
  },
}

/** A provider that can do none of that. */
export const plainSpec: ProviderSpec = {
  ...common,
  id: 'plain',
  ...selling('plain'),
  routes: { renders: { path: '/renders', idempotency: 'none', find: 'none' } },
}

const measured: Step = {
  name: 'measure',
  route: 'measures',
  request: ({ request }) => ({
    method: 'POST',
    path: '/measures',
    json: { prompt: 'prompt' in request && request.prompt },
  }),
  read: ({ body }) => {
    const { measure } = (body ?? {}) as { readonly measure?: string }
    return measure === undefined ? undefined : { result: measure, charged: { amount: 0.01, unit: 'usd' } }
  },
  heldMs: 86_400_000,
  pending: '<a measure>',
}

/** The keyed provider, whose creates from an image need a priced step before them. */
export const steppedSpec: ProviderSpec = steppedOf({ ...keyedSpec, id: 'stepped', ...selling('stepped') })

function steppedOf(spec: ProviderSpec): ProviderSpec {
  const price = { unit: 'usd', unitUsd: 1_000_000, per: 'clip', rates: { any: 0.01 }, ...checked } as const
  const kinds = spec.kinds.map((sold) => ({
    ...sold,
    rows: sold.rows.map((row) =>
      row.kind === 'image-to-video' ? { ...row, steps: { measure: price } } : row,
    ),
    steps: [measured],
    encode: (draft: Parameters<typeof sold.encode>[0]) => {
      const create = sold.encode(draft)
      return { ...create, json: { ...(create.json as object), measure: draft.steps?.measure } }
    },
  }))
  return {
    ...spec,
    kinds,
    catalog: { ...spec.catalog, offers: kinds.flatMap(({ rows }) => rows) },
    routes: { ...spec.routes, measures: { path: '/measures', idempotency: 'none', find: 'none' } },
  }
}
