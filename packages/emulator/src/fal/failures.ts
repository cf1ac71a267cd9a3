/** One entry of a model error's `detail`. */
export interface ErrorDetail {
  readonly loc: readonly (string | number)[]
  readonly msg: string
  readonly type: string
  readonly url?: string
  readonly ctx?: Readonly<Record<string, unknown>>
  readonly input?: unknown
}

/** How a request ended badly: what its result answers from then on. */
export interface Failure {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
  /** The platform's word; absent when the model app itself refused. */
  readonly errorType?: string
  /** What a status says as `error`, where it says anything. */
  readonly message: string
  /** Nothing is charged. */
  readonly free: boolean
}

const docs = 'https://docs.fal.ai/errors'

/** The retry verdict under its documented name of 2026-09 and under the one before. */
const retryHeaders = (retry: boolean): Record<string, string> => ({
  'x-fal-needs-retry': retry ? '1' : '0',
  'x-fal-retryable': String(retry),
})

export const detail = (
  loc: ErrorDetail['loc'],
  type: string,
  msg: string,
  more: Pick<ErrorDetail, 'ctx' | 'input'> = {},
): ErrorDetail => ({
  loc,
  msg,
  type,
  // Recorded: without `url` on a literal_error.
  ...(type === 'literal_error' ? {} : { url: `${docs}/#${type}` }),
  ...more,
})

/** A refusal by the model app, as its documented `detail` list. */
export function modelFailure(status: number, errors: readonly ErrorDetail[]): Failure {
  return {
    status,
    body: { detail: errors },
    headers: retryHeaders(status >= 500),
    message: errors[0]?.msg ?? `${status}`,
    free: true,
  }
}

export const validationFailure = (errors: readonly ErrorDetail[]): Failure => modelFailure(422, errors)

/** Recorded: the whole body is blamed and not quoted. */
export const contentPolicy = (msg = 'The prompt was flagged by a content checker.'): Failure =>
  modelFailure(422, [
    {
      loc: ['body'],
      msg,
      type: 'content_policy_violation',
      url: `${docs}#content_policy_violation`,
    },
  ])

export const pathNotFound = (path: string): Failure => ({
  status: 404,
  body: { detail: `Path /${path} not found` },
  headers: {},
  message: `Path /${path} not found`,
  free: true,
})

interface PlatformRow {
  readonly status: number
  readonly text: string
  readonly retry: boolean
}

/** Platform failures: the request-errors page, read 2026-11. Texts are worded here but for `request_timeout`. */
const platformErrors: Readonly<Record<string, PlatformRow>> = {
  request_timeout: { status: 504, text: 'Request timed out', retry: true },
  startup_timeout: { status: 504, text: 'The runner did not start in time', retry: true },
  runner_scheduling_failure: { status: 503, text: 'No runner could be scheduled', retry: true },
  runner_connection_timeout: { status: 503, text: 'Connecting to the runner timed out', retry: true },
  runner_disconnected: { status: 503, text: 'The runner disconnected', retry: true },
  runner_connection_refused: { status: 503, text: 'The runner refused the connection', retry: true },
  runner_connection_error: { status: 503, text: 'The connection to the runner failed', retry: true },
  runner_incomplete_response: { status: 502, text: 'The runner answered in part', retry: true },
  runner_server_error: { status: 500, text: 'The runner failed', retry: true },
  internal_error: { status: 500, text: 'Internal error', retry: true },
  client_disconnected: { status: 499, text: 'The client disconnected', retry: false },
  client_cancelled: { status: 499, text: 'Request was cancelled', retry: false },
  bad_request: { status: 400, text: 'Bad request', retry: false },
}

export function platformFailure(
  errorType: string,
  more: { readonly headers?: Readonly<Record<string, string>>; readonly free?: boolean } = {},
): Failure {
  const { status, text, retry } = platformErrors[errorType] ?? { status: 500, text: errorType, retry: true }
  return {
    status,
    body: { detail: text, error_type: errorType },
    headers: { 'x-fal-error-type': errorType, ...retryHeaders(retry), ...more.headers },
    errorType,
    message: text,
    free: more.free ?? true,
  }
}

/** The caller's own start deadline passed; the header keeps clients from retrying. */
export const startTimeout = (): Failure =>
  platformFailure('request_timeout', {
    headers: {
      'x-fal-request-timeout-type': 'user',
      'x-fal-needs-retry': '0',
      'x-fal-retryable': 'false',
    },
  })

const modelErrors: Readonly<Record<string, number>> = {
  internal_server_error: 500,
  generation_timeout: 504,
  downstream_service_error: 500,
  downstream_service_unavailable: 500,
  no_media_generated: 422,
  image_too_small: 422,
  image_too_large: 422,
  image_load_error: 422,
  file_download_error: 422,
  face_detection_error: 422,
  file_too_large: 422,
  feature_not_supported: 422,
  unsupported_image_format: 422,
}

const words = (type: string): string =>
  type.replaceAll('_', ' ').replace(/^./, (first) => first.toUpperCase())

/** A failure by its documented type; any other text is what the content checker says. */
export function failureNamed(name: string): Failure {
  if (name === '' || name === 'content_policy_violation') return contentPolicy()
  if (Object.hasOwn(platformErrors, name)) return platformFailure(name)
  const status = modelErrors[name]
  return status === undefined
    ? contentPolicy(name)
    : modelFailure(status, [detail(['body'], name, words(name))])
}
