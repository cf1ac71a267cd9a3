import type { ErrorRow, Failure, TaskStatus } from '@reelay/core/adapter'

/**
 * Status words, lower-cased and trimmed: samples are lower-case, the schema of the 2024–2025 pages is capitalised, one
 * page ends a word in a tab. `running`, `in_progress` and `success` are known from the vendor's own clients, `cancelled` from its CLI.
 */
export const statuses: Readonly<Record<string, TaskStatus>> = {
  // Over the account's concurrency: waits at PiAPI.
  staged: 'queued',
  pending: 'queued',
  processing: 'running',
  running: 'running',
  in_progress: 'running',
  // Documented for PiAPI's other families (2026).
  starting: 'running',
  retry: 'running',
  completed: 'succeeded',
  success: 'succeeded',
  failed: 'failed',
  cancelled: 'canceled',
  canceled: 'canceled',
}

/**
 * A row of the error table, with its source.
 *
 * @example
 * ```ts
 * import { type PiapiErrorRow, piapiErrors } from '@reelay/piapi'
 * const final = Object.values(piapiErrors).filter((row: PiapiErrorRow) => !row.retryable)
 * ```
 */
export interface PiapiErrorRow extends ErrorRow {
  readonly source: string
}

const official = 'piapi.ai/docs, response codes, 2024–2026'
const clients = 'public clients only, until 2026-05'

const entry = (
  code: ErrorRow['code'],
  outcome: ErrorRow['outcome'],
  source: string = clients,
  retryable = false,
): PiapiErrorRow => ({ code, retryable, outcome, source })

/**
 * PiAPI's error codes, which repeat the HTTP status. No page says in so many words that nothing is created, so
 * `rejected` stands only where the code leaves no room for a task; the comment of each row says why.
 *
 * @example
 * ```ts
 * import { piapiErrors } from '@reelay/piapi'
 * piapiErrors['402']?.code // 'ERR_FUNDS'
 * ```
 */
export const piapiErrors: Readonly<Record<string, PiapiErrorRow>> = {
  // The body was not accepted.
  400: entry('ERR_INVALID_REQUEST', 'rejected', official),
  // Without a valid key there is no account to charge.
  401: entry('ERR_AUTH', 'rejected', official),
  // A task freezes its price when it is made.
  402: entry('ERR_FUNDS', 'rejected'),
  // Nobody documents when the plan is looked at.
  403: entry('ERR_FORBIDDEN', 'unknown'),
  // Not found proves nothing.
  404: entry('ERR_NOT_FOUND', 'unknown'),
  // What is taken beyond the concurrency is answered 200 and staged.
  429: entry('ERR_RATE_LIMIT', 'rejected', clients, true),
  // Server or upstream submit: the task may exist.
  500: entry('ERR_UNAVAILABLE', 'unknown', official, true),
}

/** Any code that the table does not have. */
export const unlisted: PiapiErrorRow = entry('ERR_UNEXPECTED_REPLY', 'unknown', clients, true)

/** Words that say more than a general code (dossier, section 8: fragments that public clients look for). */
export const wordings: readonly (readonly [RegExp, Partial<ErrorRow>])[] = [
  // It reached Kling, or was on its way there: whatever the code, that is no proof that nothing was made.
  [
    /service busy|submit task failed|overloaded|timed out|timeout|proxyconnect|connection refused/i,
    { code: 'ERR_UNAVAILABLE', retryable: true, outcome: 'unknown' },
  ],
  [/\bcredits?\b/i, { code: 'ERR_FUNDS', retryable: false }],
  [/rate.?limit|limit (exceeded|reached)|too many requests/i, { code: 'ERR_RATE_LIMIT', retryable: true }],
  [/content violation|risk control/i, { code: 'ERR_CONTENT', retryable: false }],
]

/**
 * Why accepted tasks end failed, by `raw_message`, case-insensitively. The fragments are those that public clients look
 * for (until 2026-05); "risk control" is Kling's own wording, expected to be passed through.
 */
export const failures: readonly (readonly [
  pattern: RegExp,
  reason: Failure['reason'],
  retryable: boolean,
  advice: string,
])[] = [
  [/content violation|risk control/i, 'content', false, 'Change the prompt or the image.'],
  [/404 not found.*deleted|identify failed|status 609|no face/i, 'input', false, 'Change the input.'],
  [/too large|maximum is 10mb|file size/i, 'input', false, 'Send a smaller file.'],
  [/proxyconnect|connection refused/i, 'internal', true, 'The input could not be fetched; try again.'],
  [/service busy|submit task failed: 500|overloaded|timed out|timeout/i, 'capacity', true, 'Try again.'],
  [/\bcredits?\b/i, 'unknown', false, 'Top up the account.'],
  [/rate.?limit|limit (exceeded|reached)|too many requests/i, 'capacity', true, 'Try again.'],
]

const field = (name: string): string => `Set the request's ${name}.`

/** Keys of `providerOptions` that are refused, each with what to do instead. */
export const reservedOptions: Readonly<Record<string, string>> = {
  model: field('model'),
  version: field('model'),
  task_type: field('kind'),
  prompt: field('prompt'),
  negative_prompt: field('negativePrompt'),
  duration: field('duration'),
  mode: field('mode'),
  professional_mode: field('mode'),
  resolution: field('mode'),
  cfg_scale: field('cfgScale'),
  camera_control: field('cameraControl'),
  aspect_ratio: field('aspectRatio'),
  enable_audio: field('generateAudio'),
  image_url: field('startImage'),
  image_tail_url: field('endImage'),
  batch_size: field('n'),
  model_input: field('personImage'),
  dress_input: field('garmentImage'),
  upper_input: field('upperImage'),
  lower_input: field('lowerImage'),
  config: 'Pass serviceMode and webhookSecret to createPiapi(), and webhookUrl to submit().',
}
