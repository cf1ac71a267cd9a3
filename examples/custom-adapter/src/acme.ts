import {
  defineProvider,
  type ErrorRow,
  type HttpReply,
  maybe,
  type NativeTask,
  type Offer,
  type ProviderSpec,
  pathPart,
  resolveHosts,
  rowsOf,
  sell,
  staticKey,
  textToVideo,
  type VideoProvider,
  wireId,
  wireReader,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { type AcmeOptions, apiKeyVariables, hosts, keysFrom } from './manifest.ts'

const checked = { source: 'docs.acme.example/pricing', asOf: '2026-11-24' }

const offer = (mode: 'std' | 'pro', dollarsPerSecond: number): Offer<'text-to-video'> => ({
  provider: 'acme',
  kind: 'text-to-video',
  model: 'kling-v3',
  mode,
  state: 'current',
  route: 'clips',
  nativeModel: `kling3-${mode}`,
  limits: {
    durations: [5, 10],
    prompt: { required: true, maxLength: 1_000 },
    negativePrompt: false,
    aspectRatios: ['16:9', '9:16'],
    cfgScale: false,
    audio: 'never',
    cameraControl: false,
    images: false,
    endImage: false,
  },
  price: { unit: 'usd', unitUsd: 1_000_000, per: 'second', rates: { silent: dollarsPerSecond }, ...checked },
  timing: { expectedMs: 40_000, pollFloorMs: 3_000 },
  ...checked,
})

const rejected = (code: ErrorRow['code'], retryable = false): ErrorRow => ({
  code,
  retryable,
  outcome: 'rejected',
})

// Acme documents for each of these that no clip is made. Whatever is not listed stays unknown.
const errors: Readonly<Record<string, ErrorRow>> = {
  bad_key: rejected('ERR_AUTH'),
  no_credit: rejected('ERR_FUNDS'),
  bad_request: rejected('ERR_INVALID_REQUEST'),
  slow_down: rejected('ERR_RATE_LIMIT', true),
  no_such_clip: { code: 'ERR_NOT_FOUND', retryable: false, outcome: 'unknown' },
}

// Loose: a field we cannot use must not cost a paid clip.
const text = maybe(z.string())
const readReply = wireReader(
  z.object({
    clip: maybe(z.object({ uuid: wireId, phase: text, mp4: text, why: text })),
    error: text,
    hint: text,
  }),
)

function readClip({ body }: HttpReply): NativeTask | undefined {
  const { uuid, phase, mp4, why } = readReply(body)?.clip ?? {}
  if (uuid === undefined || phase === undefined) return undefined
  const outputs = mp4 === undefined ? [] : [{ kind: 'video', url: mp4, mediaType: 'video/mp4' } as const]
  return { id: uuid, status: phase, message: why, outputs, raw: body }
}

const video = sell([textToVideo], {
  rows: [offer('std', 0.09), offer('pro', 0.13)],
  encode: ({ request, offer: row, duration, options, webhookUrl }) => ({
    method: 'POST',
    path: '/v1/clips',
    json: {
      ...options,
      engine: row.nativeModel,
      text: request.prompt,
      seconds: duration,
      shape: request.aspectRatio,
      notify: webhookUrl,
    },
  }),
})

const spec: ProviderSpec = {
  id: 'acme',
  kinds: [video],
  catalog: { defaultModel: 'kling-v3', offers: rowsOf([video]) },
  routes: { clips: { path: '/v1/clips', idempotency: 'none', find: 'none' } },
  statuses: { lined_up: 'queued', shooting: 'running', wrapped: 'succeeded', binned: 'failed' },
  providerOptions: {
    free: ['grain'],
    reserved: { notify: 'Use the webhookUrl option of submit.' },
  },
  refusal({ body }) {
    const { error, hint } = readReply(body) ?? {}
    const row = error === undefined ? undefined : errors[error]
    return row && { ...row, nativeCode: error, message: hint, missing: error === 'no_such_clip' }
  },
  created: readClip,
  query: ({ id }) => ({ method: 'GET', path: `/v1/clips/${pathPart(id)}` }),
  task: readClip,
  failure: ({ message = 'Acme binned the clip' }) => ({ reason: 'unknown', message, retryable: false }),
}

const define = defineProvider(spec)

/** One account at Acme. */
export function createAcme({ apiKey, ...shared }: AcmeOptions = {}): VideoProvider {
  const auth = staticKey({
    provider: 'acme',
    account: shared.account,
    apiKey,
    variables: apiKeyVariables,
    keysFrom,
    apply: (headers, key) => headers.set('x-acme-key', key),
  })
  return define({ ...shared, auth, ...resolveHosts('acme', hosts, shared) })
}
