import {
  type Clock,
  type Cost,
  type Quote,
  ReelayError,
  type Submission,
  type TaskHandle,
  type VideoProvider,
  type VideoTask,
} from '../../src/index.ts'
import { handleOf } from '../../src/provider/task/normalize.ts'

/** How a paid request of the market ends. */
export type Ending = 'accepted' | 'rejected' | 'unknown' | 'busy'

/** A provider whose every answer is up to the test. */
export interface Market extends VideoProvider {
  /** Tasks made, in order. */
  readonly handles: readonly TaskHandle[]
  /** Paid requests that arrived, by idempotency key. */
  readonly posts: readonly string[]
  /** Ends a task. */
  end(handle: TaskHandle, status: 'succeeded' | 'failed' | 'canceled', cost?: Cost): void
}

interface MarketOptions {
  readonly price?: number
  readonly id?: string
  /** How the next paid request ends; asked when it arrives, and awaited. */
  ending?(key: string): Ending | Promise<Ending>
}

/** A market on which each clip costs $0.21 unless told. */
export function createMarket(clock: Clock, options: MarketOptions = {}): Market {
  const { price = 210_000, id = 'market', ending = () => 'accepted' } = options
  const handles: TaskHandle[] = []
  const posts: string[] = []
  const ended = new Map<string, { status: 'succeeded' | 'failed' | 'canceled'; cost?: Cost }>()

  function show(handle: TaskHandle): VideoTask {
    const end = ended.get(handle.id)
    const shared = { id: handle.id, handle, nativeStatus: end?.status ?? 'running', warnings: [] }
    const cost = end?.cost && { cost: end.cost }
    if (!end) return { ...shared, status: 'running' }
    if (end.status === 'succeeded') {
      const output = { kind: 'video', mediaType: 'video/mp4', url: 'https://cdn.example.com/a.mp4' } as const
      return { ...shared, ...cost, status: 'succeeded', outputs: [output] }
    }
    if (end.status === 'canceled') return { ...shared, ...cost, status: 'canceled' }
    const failure = { reason: 'internal', message: 'it broke', retryable: true } as const
    return { ...shared, ...cost, status: 'failed', failure }
  }

  const source = { basis: 'list', asOf: '2026-11-24', source: 'made up' } as const
  const quoteOf = (prompt: string | undefined): Quote =>
    prompt === 'unpriced'
      ? { type: 'unknown', why: 'nobody knows.' }
      : { type: 'exact', microUsd: price, ...source }
  const offer = {
    provider: id,
    kind: 'text-to-video',
    mode: 'std',
    timing: { expectedMs: 30_000, pollFloorMs: 5_000 },
  }
  return {
    id,
    account: 'default',
    clock,
    handles,
    posts,
    catalog: {
      defaultModel: 'kling-v3',
      offers: ['kling-v3', 'kling-v2-6'].map((model) => ({ ...offer, model })) as never,
    },
    owns: (handle) => handle.provider === id,
    appraise: ({ prompt }) => ({ problems: [], quote: quoteOf(prompt), warnings: [] }),
    check: () => [],
    quote: ({ prompt }) => quoteOf(prompt),
    async submit({ prompt, model = 'kling-v3' }, options = {}) {
      const { idempotencyKey = crypto.randomUUID(), abortSignal, record, order } = options
      const { number = 1 } = order ?? {}
      abortSignal?.throwIfAborted()
      const startedAt = clock.now()
      const shared = {
        v: 1,
        provider: id,
        account: 'default',
        kind: 'text-to-video',
        model,
        mode: 'std',
      } as const
      const submission: Submission = {
        ...shared,
        route: 'text',
        idempotencyKey,
        requestHash: 'hash',
        attempt: crypto.randomUUID(),
        ...(number > 1 && { number }),
        startedAt,
      }
      const quote = quoteOf(prompt)
      await record?.({ type: 'intent', submission, quote, at: clock.now() })
      posts.push(idempotencyKey)
      const outcome = await ending(idempotencyKey)
      const verdict = { type: 'verdict', submission, at: clock.now() } as const
      if (outcome === 'accepted') {
        const handle = handleOf(submission, `${id}-${handles.length + 1}`, clock.now())
        handles.push(handle)
        await record?.({ ...verdict, outcome, handle })
        return show(handle)
      }
      const busy = outcome === 'busy'
      const code = busy ? 'ERR_CONCURRENCY' : outcome === 'rejected' ? 'ERR_FUNDS' : 'ERR_SUBMISSION_UNKNOWN'
      await record?.({ ...verdict, outcome: busy ? 'rejected' : outcome, code })
      throw new ReelayError(code, code, { outcome: busy ? 'rejected' : outcome, submission })
    },
    get: async (handle) => show(handle),
    getMany: async (wanted) => new Map(wanted.map((handle) => [handle, show(handle)])),
    find: async ({ idempotencyKey }) => {
      const handle = handles.find((one) => one.idempotencyKey === idempotencyKey)
      return handle ? { state: 'found', task: show(handle) } : { state: 'not-found-yet' }
    },
    end: (handle, status, cost) => void ended.set(handle.id, { status, ...(cost && { cost }) }),
  }
}

/** What the market sells. */
export const clip = { kind: 'text-to-video', prompt: 'A paper boat in the rain' } as const
