import type { Order } from '@reelay/core'

/** An order without a verdict; nothing of it is bought. */
export function orderOf(key: string, at: number, attempts: readonly string[] = [`${key}/1`]): Order {
  const submission = {
    v: 1,
    provider: 'fal',
    account: 'studio',
    kind: 'text-to-video',
    model: 'kling-v3',
    mode: 'std',
    route: 'text-to-video',
    idempotencyKey: key,
    requestHash: 'f0',
    startedAt: at,
  } as const
  const purchase = {
    id: attempts[0] ?? '',
    number: 1,
    run: 'run',
    submission: { ...submission, attempt: attempts[0] ?? '' },
    quote: { state: 'unknown', why: 'a test' },
    state: 'unknown',
    attempts: attempts.map((attempt) => ({ submission: { ...submission, attempt }, at, until: at + 1 })),
    stored: { state: 'not-asked' },
    at,
  }
  return { v: 1, key, requestHash: 'ab', purchases: [purchase as never], began: at, at }
}
