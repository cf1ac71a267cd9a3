import type { ErrorRow, Failure, TaskStatus } from '@reelay/core/adapter'

/** Status words of V1. */
export const statuses: Readonly<Record<string, TaskStatus>> = {
  submitted: 'queued',
  processing: 'running',
  succeed: 'succeeded',
  // The word of API 2.0. Kling's newer endpoints mix the two (dossier, section 7), and a paid clip must not hang on it.
  succeeded: 'succeeded',
  failed: 'failed',
}

/**
 * A row of the error table, with its source.
 *
 * @example
 * ```ts
 * import { type KlingErrorRow, klingErrors } from '@reelay/kling'
 * const final = Object.values(klingErrors).filter((row: KlingErrorRow) => !row.retryable)
 * ```
 */
export interface KlingErrorRow extends ErrorRow {
  /** What to do about it, where the general advice would mislead. */
  readonly advice?: string
  readonly source: string
}

const official = 'klingai.com/document-api, error code table, 2026-09'
const wire = 'official error table, 2026-09, and replies recorded on the wire until 2026-10'

const rejected = (code: ErrorRow['code'], retryable: boolean, source: string = official): KlingErrorRow => ({
  code,
  retryable,
  outcome: 'rejected',
  source,
})

const unknown = (code: ErrorRow['code'], retryable: boolean, source: string = official): KlingErrorRow => ({
  code,
  retryable,
  outcome: 'unknown',
  source,
})

const keys =
  'Check the key, and that it belongs to this region and account. An access key is no API key: pass it as accessKey ' +
  'together with secretKey (KLINGAI_ACCESS_KEY with KLINGAI_SECRET_KEY); only a key made as an API key goes in as apiKey.'

const advice = 'Set the clock of this machine: the token was refused for its time, not for its key.'

/**
 * Kling's error codes. HTTP 429 does not mean "try later" here: 1100, 1101, 1102 and 1304 are 429 too, and final.
 * `rejected` stands only where the code itself says that the request was turned away before any task was made.
 *
 * @example
 * ```ts
 * import { klingErrors } from '@reelay/kling'
 * klingErrors['1303']?.code // 'ERR_CONCURRENCY'
 * ```
 */
export const klingErrors: Readonly<Record<string, KlingErrorRow>> = {
  // Authentication failed: turned away at the door.
  1000: { ...rejected('ERR_AUTH', false), advice: keys },
  // No Authorization header.
  1001: rejected('ERR_AUTH', false, wire),
  // Credentials malformed, unknown or of the wrong scheme.
  // The commonest cause is half of a key pair passed as an API key, and no text of Kling's says so.
  1002: { ...rejected('ERR_AUTH', false, wire), advice: keys },
  // Token not valid yet (nbf): our clock is fast. Re-signed once.
  1003: { ...rejected('ERR_AUTH', false), advice },
  // Token expired (exp). Re-signed once.
  1004: { ...rejected('ERR_AUTH', false), advice },
  // The account itself is in trouble; no waiting cures it.
  1100: rejected('ERR_FORBIDDEN', false),
  // Arrears on a postpaid account.
  1101: rejected('ERR_FUNDS', false),
  // Resource pack used up or expired, or the balance is too low.
  1102: rejected('ERR_FUNDS', false, wire),
  // The account has no right to this API or model.
  1103: rejected('ERR_FORBIDDEN', false),
  // The body cannot be read.
  1200: rejected('ERR_INVALID_REQUEST', false),
  // A key or value is wrong; the message says which.
  1201: rejected('ERR_INVALID_REQUEST', false, wire),
  // Wrong HTTP method for this path.
  1202: rejected('ERR_INVALID_REQUEST', false),
  // The resource, a model for instance, does not exist.
  1203: rejected('ERR_UNSUPPORTED', false),
  // Against a policy of the platform.
  1300: rejected('ERR_CONTENT', false),
  // Stopped by the content policy before a task was made.
  1301: rejected('ERR_CONTENT', false),
  // Too many requests; passes by itself.
  1302: rejected('ERR_RATE_LIMIT', true),
  // All parallel slots are taken; nothing is queued.
  1303: rejected('ERR_CONCURRENCY', true, wire),
  // Our address is not on the allow-list of the account.
  1304: rejected('ERR_FORBIDDEN', false),
  // Internal error: it may have struck after the task was made.
  5000: unknown('ERR_UNAVAILABLE', true),
  // Maintenance: nothing says at which point it struck.
  5001: unknown('ERR_UNAVAILABLE', true),
  // Internal timeout: the backlog may still make the task.
  5002: unknown('ERR_UNAVAILABLE', true),
}

/** A code younger than the table still belongs to its hundred; what it means for money, nobody has said. */
export const families: Readonly<Record<string, KlingErrorRow>> = {
  // The 10xx codes are about credentials.
  10: unknown('ERR_AUTH', false),
  // The 11xx codes are about the account.
  11: unknown('ERR_FORBIDDEN', false),
  // The 12xx codes are about the request.
  12: unknown('ERR_INVALID_REQUEST', false),
  // The 13xx codes are about policies.
  13: unknown('ERR_FORBIDDEN', false),
  // The 50xx codes are about the service.
  50: unknown('ERR_UNAVAILABLE', true),
}
/** Any other code. */
export const unlisted: KlingErrorRow = unknown('ERR_UNEXPECTED_REPLY', true)

interface Wording {
  readonly pattern: RegExp
  /** The code the words came with; absent: any. */
  readonly nativeCode?: string
  readonly row: KlingErrorRow
  readonly mark?: 'missing' | 'duplicate'
}

/** Refusals that only their words tell apart. */
export const wordings: readonly Wording[] = [
  {
    // API 2.0 says the same of a made-up API key.
    pattern: /does not support AK\/SK/i,
    nativeCode: '1002',
    row: {
      ...rejected('ERR_AUTH', false, 'live probes 2026-09-20'),
      advice:
        'This is sold to API keys only: a key pair (access key and secret key) signs for V1 alone. If it was an API key, check ' +
        'it, and that it belongs to this region and account.',
    },
  },
  {
    pattern: /^task not found\b/i,
    nativeCode: '1201',
    mark: 'missing',
    // Not found is no proof that nothing was made: the first POST may still be on its way.
    row: unknown('ERR_NOT_FOUND', false, 'live probes 2026-07-29/30'),
  },
  {
    pattern: /^external_task_id\b.*\balready exists/i,
    nativeCode: '1201',
    mark: 'duplicate',
    row: unknown('ERR_INVALID_REQUEST', false, 'recorded on the wire'),
  },
  {
    // The HTTP status and code were not recorded, so the words decide whatever they are.
    pattern: /^the model\b.*\bhas been discontinued\b/i,
    row: rejected('ERR_UNSUPPORTED', false, 'live probes 2026-09-20'),
  },
]

interface FailureRow extends Pick<Failure, 'reason' | 'retryable' | 'flagged'> {
  readonly pattern: RegExp
  readonly advice: string
  readonly source: string
}

const expected = 'wording of the official error table, 2026-09; not recorded on a failed task'

/**
 * Why accepted tasks end failed, by `task_status_msg`. Only the risk-control words were recorded; the other rows
 * expect the wording of the error table, and anything else stays `unknown`.
 */
export const failures: readonly FailureRow[] = [
  {
    pattern: /risk control/i,
    reason: 'content',
    flagged: true,
    retryable: false,
    advice: 'change the prompt or the image',
    source: 'recorded many times until 2026-10: "Failure to pass the risk control system"',
  },
  {
    pattern: /content security|policy/i,
    reason: 'content',
    flagged: true,
    retryable: false,
    advice: 'change the prompt or the image',
    source: expected,
  },
  {
    pattern: /\binternal\b|time(d )?-?out|maintenance|unavailable/i,
    reason: 'internal',
    retryable: true,
    advice: 'try again',
    source: expected,
  },
  {
    pattern: /\bis invalid\b|\binvalid\b.*\bparam/i,
    reason: 'input',
    retryable: false,
    advice: 'change the request',
    source: expected,
  },
]

/** Any other words. */
export const otherFailure: Omit<FailureRow, 'pattern' | 'source'> = {
  reason: 'unknown',
  retryable: false,
  advice: 'look it up in the console before trying again',
}

/** Keys of `providerOptions` that are refused, each with what to do instead. */
export const reservedOptions: Readonly<Record<string, string>> = {
  model: "Set the request's model.",
  model_name: "Set the request's model.",
  prompt: "Set the request's prompt.",
  negative_prompt: "Set the request's negativePrompt.",
  duration: "Set the request's duration, a number of seconds.",
  mode: "Set the request's mode.",
  sound: "Set the request's generateAudio.",
  cfg_scale: "Set the request's cfgScale.",
  camera_control: "Set the request's cameraControl.",
  aspect_ratio: "Set the request's aspectRatio.",
  image: "Set the request's startImage, or image where it makes pictures.",
  image_tail: "Set the request's endImage.",
  human_image: "Set the request's personImage.",
  cloth_image: "Set the request's garmentImage.",
  contents: "Set the request's own fields.",
  settings: "Set the request's own fields.",
  options: "Pass idempotencyKey and webhookUrl in submit's options, and watermark_info here.",
  watermark: 'Pass watermark_info.',
  resolution: "Set the request's mode.",
  n: "Set the request's n.",
  result_type: "Set the request's series.",
  series_amount: "Set the request's series.",
  callback_url: "Pass webhookUrl in submit's options.",
  external_task_id: "Pass idempotencyKey in submit's options; the external id is derived from it.",
  voice_list: 'Leave it out: voices are billed at a higher rate, which this version does not quote.',
}

/** Micro-USD of a unit by what a pack is for: list prices of 2026-09-20, without any discount of a pack. */
export const unitPrices: Readonly<Record<string, number>> = {
  video: 140_000,
  image: 3_500,
  'try-on': 70_000,
}
