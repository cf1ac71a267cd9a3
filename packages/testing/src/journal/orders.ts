import type { Found, Journal, Order, Purchase } from '@reelay/core'
import type { Json } from '@reelay/core/adapter'
import { equal, fulfilled } from '../assert.ts'

/** When everything in these cases begins; milliseconds since the epoch. */
export const start: number = Date.UTC(2026, 10, 26, 12)

/** How an order is made up. */
export interface OrderSetup {
  readonly began?: number
  readonly at?: number
  /** Of the task; no task, and no verdict, when absent. */
  readonly task?: string
  readonly ended?: boolean
  readonly fingerprint?: string
  readonly runs?: number
  /** What a step brought: then the purchase is one, and no task. */
  readonly result?: Json
}

function purchaseOf(
  key: string,
  at: number,
  { task, ended, fingerprint, runs = 1, result }: OrderSetup,
): Purchase {
  const submission = {
    v: 1,
    provider: 'fal',
    account: 'studio',
    kind: 'text-to-video',
    model: 'kling-v3',
    mode: 'std',
    route: 'text-to-video',
    idempotencyKey: key,
    requestHash: 'f0'.repeat(32),
    attempt: `${key}/1`,
    startedAt: at,
    ...(fingerprint !== undefined && { fingerprint }),
    ...(result !== undefined && { step: 'identify-face' }),
  } as const
  const isDone = task !== undefined || result !== undefined
  const { provider, account, kind, model, mode, route, idempotencyKey, requestHash } = submission
  const handle = {
    v: 1,
    provider,
    account,
    id: task ?? '',
    kind,
    model,
    mode,
    route,
    submittedAt: at,
    idempotencyKey,
    requestHash,
  } as const
  return {
    id: submission.attempt,
    number: 1,
    run: `run ${runs}`,
    submission,
    quote: { state: 'unknown', why: 'none of this is bought' } as unknown as Purchase['quote'],
    state: isDone ? 'bought' : 'unknown',
    attempts: [{ submission, at, until: at + 90_000, ...(isDone && { outcome: 'accepted' as const }) }],
    ...(result !== undefined && { result: { value: result, until: at + 86_400_000 } }),
    ...(task !== undefined && { handle }),
    ...(ended && { ended: { status: 'succeeded', at } as const }),
    stored: { state: 'not-asked' },
    at,
  } as Purchase
}

/** An order as Reelay makes them. */
export function orderOf(key: string, setup: OrderSetup = {}): Order {
  const { began = start, at = began } = setup
  return { v: 1, key, requestHash: 'ab'.repeat(32), purchases: [purchaseOf(key, at, setup)], began, at }
}

/** Writes an order down, whatever was there. */
export async function put(journal: Journal, order: Order): Promise<void> {
  const written = journal.change(order.key, order.at, () => ({ order, result: undefined }))
  await fulfilled(written, 'writing an order')
}

/** Everything a list tells. */
export async function listed(list: AsyncIterable<Found>): Promise<readonly Found[]> {
  const found: Found[] = []
  for await (const one of list) found.push(one)
  return found
}

/** Holds a list to some keys, in their order. */
export function sameKeys(found: readonly Found[], keys: readonly string[], what: string): void {
  equal(
    found.map(({ key }) => key),
    keys,
    what,
  )
}
