import type { ErrorCode, Outcome } from '../../model/error.ts'

/** What to do about each kind of failure, as the last sentence of its message. */
export const advice: { readonly [code in ErrorCode]?: string } = {
  ERR_AUTH: 'Check the API key, and that it belongs to this region and account.',
  ERR_FUNDS: 'Top up the account or buy a resource pack.',
  ERR_FORBIDDEN: 'The account may not use this API, model or address; check its rights at the provider.',
  ERR_INVALID_REQUEST: 'Change the request; sending the same again will fail again.',
  ERR_CONTENT: 'Change the prompt or the image; the content filter will not let this one through.',
  ERR_RATE_LIMIT: 'Send fewer requests per second, or try again later.',
  ERR_CONCURRENCY: 'Wait until one of the running tasks has ended, or buy more parallel slots.',
  ERR_NOT_FOUND: 'Check that the task belongs to this account and region.',
  ERR_UNAVAILABLE: 'Try again later.',
  ERR_NETWORK: 'Check the connection, then try again.',
  ERR_TIMEOUT: 'Try again, or allow more time.',
  ERR_UNEXPECTED_REPLY: 'Try again; if it stays, the provider has changed its API.',
}

/** What the outcome means for the caller's money. */
export const meaning: { readonly [outcome in Outcome]: string } = {
  none: 'Nothing was bought.',
  rejected: 'No task was created and nothing was charged.',
  unknown: 'A task may have been created and charged: do not send the request again before it is settled.',
  accepted: 'The task was created; keep the handle of this error to go on with it.',
}
