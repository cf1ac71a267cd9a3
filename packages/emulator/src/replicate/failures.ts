/** How a prediction is to end: with which words, and whether the model ever ran. */
export interface Failure {
  readonly error: string
  readonly stage: 'starting' | 'processing'
}

const REQUEST_FAILED = 'An error occurred while processing your request'

/**
 * Texts by code. Three digits: the helper in front of proxied models (cog-flux, 2025-07). Four digits: the
 * platform's own table; only the codes are certain there, the words are worded here. So are those of E006,
 * which the helper lacks and public reports know.
 */
const texts: Readonly<Record<string, string>> = {
  E001: REQUEST_FAILED,
  E002: REQUEST_FAILED,
  E003: 'Service is currently unavailable due to high demand. Please try again later.',
  E004: 'Service is temporarily unavailable. Please try again later.',
  E005: 'The input or output was flagged as sensitive. Please try again with different inputs.',
  E006: 'The input was invalid.',
  E1000: 'Unknown error',
  E1001: 'Model ran out of memory',
  E4875: 'Webhook URL is empty',
  E6716: 'Timeout starting prediction',
  E8367: 'Prediction stopped in a non-terminal state',
  E8765: 'Model health check failed',
  E9243: 'Error starting prediction',
  E9825: 'File upload failed',
}

/** Codes of a prediction that never ran. */
const beforeStart: readonly string[] = ['E4875', 'E6716', 'E8765', 'E9243']

/** What the helper looks for in upstream words, in its own order: a text with `plan` in it is E001. */
const triggers: readonly (readonly [code: string, words: readonly string[]])[] = [
  ['E001', ['credit', 'fund', 'billing', 'payment', 'subscription', 'plan', 'overdue']],
  ['E005', ['nsfw', 'moderation', 'risk control', 'sensitive', 'violate']],
  ['E002', ['invalid api key', 'unauthorized', 'auth failed']],
  ['E003', ['rate limit', 'too many requests', 'quota exceeded', '429']],
  ['E004', ['server error', 'timeout', 'bad gateway', '502', '503', '504']],
]

/** Kling's own words for a refusal, which the helper turns into E005. */
export const RISK_CONTROL = 'Failure to pass the risk control system'

const coded = (code: string): Failure => ({
  error: `${texts[code]} (${code})`,
  stage: beforeStart.includes(code) ? 'starting' : 'processing',
})

/** The failure behind a code, behind upstream words, or with words of its own. */
export function failureOf(message: string): Failure {
  if (Object.hasOwn(texts, message)) return coded(message)
  if (/\(E\d{3,4}\)/.test(message)) return { error: message, stage: 'processing' }
  const words = message.toLowerCase()
  const code = triggers.find(([, found]) => found.some((word) => words.includes(word)))?.[0]
  return code === undefined ? { error: message, stage: 'processing' } : coded(code)
}
