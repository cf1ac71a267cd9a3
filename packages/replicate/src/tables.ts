import type { ErrorRow, Failure, TaskStatus } from '@reelay/core/adapter'

/** The six words of the newest specification (2026-04); `aborted` is younger than most clients. */
export const statuses: Readonly<Record<string, TaskStatus>> = {
  starting: 'queued',
  processing: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  canceled: 'canceled',
  // Its deadline passed before it started.
  aborted: 'canceled',
}

/**
 * A row of the error table, with what the row rests on.
 *
 * @example
 * ```ts
 * import { type ReplicateErrorRow, replicateErrors } from '@reelay/replicate'
 * const final = Object.values(replicateErrors).filter((row: ReplicateErrorRow) => !row.retryable)
 * ```
 */
export interface ReplicateErrorRow extends ErrorRow {
  readonly source: string
}

const row = (code: ErrorRow['code'], source: string, retryable = false): ReplicateErrorRow => ({
  code,
  retryable,
  outcome: 'rejected',
  source,
})

/**
 * Replicate's refusals by HTTP status. A 4xx in Replicate's own words created nothing, 429 included (documentation and
 * observation until 2026-11); 5xx, 408, 409, 425 and 499 say nothing about that.
 *
 * @example
 * ```ts
 * import { replicateErrors } from '@reelay/replicate'
 * replicateErrors[402]?.code // 'ERR_FUNDS'
 * ```
 */
export const replicateErrors: Readonly<Record<number, ReplicateErrorRow>> = {
  // The codes 400 and 403 exist, their shapes are unknown.
  400: row('ERR_INVALID_REQUEST', 'unverified'),
  401: row('ERR_AUTH', 'recorded, three texts'),
  // A top-up takes minutes to count.
  402: row('ERR_FUNDS', 'observed 2026'),
  403: row('ERR_FORBIDDEN', 'unverified'),
  404: row('ERR_NOT_FOUND', 'recorded'),
  // Files only.
  413: row('ERR_INVALID_REQUEST', 'OpenAPI 1.0.0-a1'),
  422: row('ERR_INVALID_REQUEST', 'observed 2026'),
  429: row('ERR_RATE_LIMIT', 'observed 2026-08-24', true),
}

/** A model that is not sold there, whatever the status. */
export const noSuchModel: ReplicateErrorRow = row('ERR_UNSUPPORTED', 'documentation, 2026')
/** Any 4xx that the table does not have. */
export const otherRefusal: ReplicateErrorRow = row('ERR_INVALID_REQUEST', 'documentation, 2026')
/** Any 5xx. */
export const serverTrouble: ErrorRow = { code: 'ERR_UNAVAILABLE', retryable: true, outcome: 'unknown' }

/** Timeouts, conflicts and early data: a gateway may answer so after the request went through. */
export const unclear: ReadonlySet<number> = new Set([408, 409, 425, 499])

type FailureRow = readonly [reason: Failure['reason'], retryable: boolean, advice: string]

const later = 'Try again later.'
const again = 'Try again.'
const change = 'Change the request.'
const upstream = "Replicate's account at the model's maker is in trouble; try again later."
/** Stopped by the content policy of Replicate, or of the model's maker. */
export const flaggedContent: FailureRow = ['content', false, 'Change the prompt or the image.']

/**
 * Why predictions fail, by the code in their text. Four digits: replicate.com/docs/reference/error-codes (2026). Three:
 * the helper that Replicate puts before proxied models (cog-flux ca9a013, 2025-07-31), which goes by words found in
 * the model's own message: one that echoes a prompt with "plan" in it becomes E001.
 */
export const failures: Readonly<Record<string, FailureRow>> = {
  E001: ['internal', true, upstream],
  E002: ['internal', true, upstream],
  E003: ['capacity', true, later],
  E004: ['internal', true, again],
  E005: flaggedContent,
  // Also reported as passing, unverified.
  E006: ['input', false, change],
  E1000: ['internal', true, again],
  E1001: ['input', false, 'Make the input smaller.'],
  E4875: ['input', false, 'Pass a webhook URL, or none.'],
  E6716: ['capacity', true, later],
  E8367: ['internal', true, again],
  E8765: ['internal', true, later],
  E9243: ['internal', true, again],
  E9825: ['internal', true, 'Check the size of the files, then try again.'],
}

/** Any other text. */
export const otherFailure: FailureRow = ['unknown', false, 'Look it up at replicate.com before trying again.']

const field = (name: string): string => `Set the request's ${name}.`
const scale = field('cfgScale')
const start = field('startImage')
const hook = "Pass webhookUrl in submit's options."
const video = 'Leave it out: a reference video moves the price.'
const none = 'Leave it out: Reelay polls.'

/** Keys of `providerOptions` that are refused, each with what to do instead. */
export const reservedOptions: Readonly<Record<string, string>> = {
  model: field('model'),
  version: field('model'),
  input: 'Put its keys here.',
  prompt: field('prompt'),
  negative_prompt: field('negativePrompt'),
  duration: field('duration'),
  mode: field('mode'),
  generate_audio: field('generateAudio'),
  cfg_scale: scale,
  guidance_scale: scale,
  aspect_ratio: field('aspectRatio'),
  start_image: start,
  image: start,
  end_image: field('endImage'),
  reference_video: video,
  video_reference_type: video,
  keep_original_sound: video,
  webhook: hook,
  webhook_events_filter: hook,
  lifetime: 'Use cancel_after.',
  stream: none,
  prefer: none,
}
