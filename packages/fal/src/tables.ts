import type { CancelResult, ErrorRow, Failure, TaskStatus } from '@reelay/core/adapter'

/** fal has three words; the last two are ours, for what it tells by errors. */
export const statuses: Readonly<Record<string, TaskStatus>> = {
  IN_QUEUE: 'queued',
  IN_PROGRESS: 'running',
  COMPLETED: 'succeeded',
  // Its webhooks say so; a status never does.
  ERROR: 'failed',
  // The error type of a request that its caller stopped.
  client_cancelled: 'canceled',
}

interface RefusalRow extends ErrorRow {
  readonly status: number
  /** What the type or the words must look like; absent: anything of fal's own. */
  readonly pattern?: RegExp
  readonly advice?: string
  readonly missing?: true
}

const row = (
  status: number,
  pattern: RegExp | undefined,
  code: ErrorRow['code'],
  outcome: ErrorRow['outcome'],
  retryable = false,
): RefusalRow => ({ status, code, outcome, retryable, ...(pattern && { pattern }) })

// Platform reference, 2026-08-21; two clients saw the 403.
const scopes =
  'This key lacks the scope: the books (usage, billing events, balance) take a key with ADMIN scope, given as adminKey or in FAL_ADMIN_KEY, the request history one with API scope. Keys are made at https://fal.ai/dashboard/keys.'

/**
 * What fal refuses, the first row that fits. `rejected` only where the refusal itself says that nothing was queued: no
 * key, a locked account, no such app, a queue that is full. Everything else, 422 included, is no verdict: the queue does
 * not validate, so a submit that is told off was told off by something in front of it.
 *
 * Sources: fal.ai/docs request-errors, queue and concurrency-limits pages, 2026-09; github.com/fal-ai/fal issues 1112
 * and 1147 for the lock; a probe of 2026-09-27 for the unknown app.
 */
export const refusals: readonly RefusalRow[] = [
  row(401, undefined, 'ERR_AUTH', 'rejected'),
  // Reads are locked too while the task runs on; it passes with a top-up, so waiting goes on.
  row(403, /^User is locked|^TOP_UP|^Admin lock/i, 'ERR_FUNDS', 'rejected', true),
  // The platform API's word for a key without the right; asking again does not give it.
  { ...row(403, /^authorization_error/, 'ERR_FORBIDDEN', 'unknown'), advice: scopes },
  row(404, /^Application .* not found/i, 'ERR_UNSUPPORTED', 'rejected'),
  { ...row(404, undefined, 'ERR_NOT_FOUND', 'unknown'), missing: true },
  row(410, undefined, 'ERR_NOT_FOUND', 'unknown'),
  row(429, /concurren/i, 'ERR_CONCURRENCY', 'rejected', true),
  row(429, undefined, 'ERR_RATE_LIMIT', 'rejected', true),
]

/** Statuses that say nothing about the task: keys, locks, rate limits and timeouts of the read itself. */
export const aboutTheRead: ReadonlySet<number> = new Set([401, 403, 408, 425, 429])

/**
 * Why tasks fail, by fal's type; the first row that fits. Types outside it go by their status: 5xx is fal's or the
 * model's trouble and never billed, everything else is about the input. Source: errors and request-errors pages, 2026-09.
 */
export const failures: readonly (readonly [type: RegExp, reason: Failure['reason'], retryable: boolean])[] = [
  [/^content_policy/, 'content', false],
  [/^(request|startup)_timeout|^runner_(scheduling|connection|disconnected)/, 'capacity', true],
  [/^(runner|internal|downstream|generation)_/, 'internal', true],
  [/^(no_media|client)_/, 'unknown', false],
]

/** What to do about a failure. */
export const advice: { readonly [reason in Failure['reason']]?: string } = {
  content: 'Change the prompt or the image.',
  input: 'Change the request.',
  capacity: 'Try again later.',
}

/** The words of a cancel's answer. */
export const cancelWords: ReadonlyMap<string, CancelResult> = new Map([
  ['OK', 'canceled'],
  ['CANCELLATION_REQUESTED', 'requested'],
  ['ALREADY_COMPLETED', 'too-late'],
])

const set = (field: string): string => `Set the request's ${field}.`
const camera = set('cameraControl')
const images = set('startImage or endImage, or image where it makes pictures')
const webhook = "Pass webhookUrl in submit's options."

/** Keys of `providerOptions` that are refused, each with what to do instead. */
export const reservedOptions: Readonly<Record<string, string>> = {
  prompt: set('prompt'),
  negative_prompt: set('negativePrompt'),
  duration: set('duration, a number of seconds'),
  resolution: set('mode'),
  aspect_ratio: set('aspectRatio'),
  num_images: set('n'),
  result_type: set('series'),
  series_amount: set('series'),
  sync_mode: 'Leave it out: the picture would come inside the answer, and the request be in no history.',
  cfg_scale: set('cfgScale'),
  generate_audio: set('generateAudio'),
  camera_control: camera,
  advanced_camera_control: camera,
  image_url: images,
  start_image_url: images,
  end_image_url: images,
  tail_image_url: images,
  human_image_url: set('personImage'),
  garment_image_url: set('garmentImage'),
  fal_webhook: webhook,
  webhook_url: webhook,
  voice_ids: 'Leave it out: voices cost more, and this version does not quote them.',
}
