import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import {
  type Catalog,
  type ErrorCode,
  type Offer,
  type Outcome,
  offerFor,
  type Problem,
  type Quote,
  ReelayError,
  type RenderRequest,
  type Submission,
  type SubmitOptions,
  type TaskHandle,
  type VideoProvider,
  type VideoTask,
} from '../../src/index.ts'
import { isDocumentedFree } from '../../src/provider/task/free.ts'
import { handleOf } from '../../src/provider/task/normalize.ts'

/** What a scripted leaf does when a submit comes: an error of ours, a task, or a task that has failed already. */
export type Step =
  | readonly [code: ErrorCode, outcome: Outcome]
  | 'task'
  | 'failed'
  | (() => Promise<VideoTask>)

export interface ScriptedLeaf extends VideoProvider {
  /** The options and request of each submit, in order. */
  readonly submits: { readonly request: RenderRequest; readonly options: SubmitOptions }[]
}

export interface LeafOptions {
  readonly clock?: VirtualClock
  readonly account?: string
  /** Micro-USD; `undefined` for a price that nobody knows. */
  readonly usd?: number | undefined
  readonly problems?: readonly Problem[]
  readonly catalog?: Partial<Catalog>
  readonly failure?: (VideoTask & { status: 'failed' })['failure']
}

export const request: RenderRequest = {
  kind: 'text-to-video',
  prompt: 'A paper boat',
  model: 'kling-v3',
  mode: 'std',
}

const price = { asOf: '2026-11-24', source: 'made up' } as const

export const submissionOf = (provider: string, account = 'default'): Submission => ({
  v: 1,
  provider,
  account,
  kind: 'text-to-video',
  model: 'kling-v3',
  mode: 'std',
  route: 'text',
  idempotencyKey: 'key',
  requestHash: 'hash',
  attempt: 'attempt',
  startedAt: 0,
})

/** A provider whose submits are scripted: each takes the next step, the last one stays. */
export function leaf(id: string, steps: readonly Step[], options: LeafOptions = {}): ScriptedLeaf {
  const { clock = createVirtualClock(), account = 'default', problems = [] } = options
  const submits: ScriptedLeaf['submits'] = []
  const usd = 'usd' in options ? options.usd : 100_000
  const quote: Quote =
    usd === undefined
      ? { type: 'unknown', why: 'no price' }
      : { type: 'exact', microUsd: usd, basis: 'list', ...price }
  const offer = {
    provider: id,
    kind: 'text-to-video',
    model: 'kling-v3',
    mode: 'std',
    state: 'current',
  } as Offer

  function handle(): TaskHandle {
    return handleOf(submissionOf(id, account), `${id}-${submits.length}`, clock.now())
  }

  function taskOf(step: 'task' | 'failed'): VideoTask {
    const own = handle()
    const shared = { id: own.id, handle: own, nativeStatus: step, warnings: [] }
    const said = options.failure ?? { reason: 'internal', message: 'It broke.', retryable: true }
    // As the engine says it of a provider that documents so.
    const free = isDocumentedFree(options.catalog?.freeFailures, said.reason)
    const failure = { ...said, ...(free && { free: true as const }) }
    return step === 'task' ? { ...shared, status: 'queued' } : { ...shared, status: 'failed', failure }
  }

  const catalog = { defaultModel: 'kling-v3', offers: [offer], ...options.catalog }
  return Object.freeze({
    id,
    account,
    clock,
    catalog,
    submits,
    owns: (of: TaskHandle) => of.provider === id && of.account === account,
    appraise(request: RenderRequest) {
      const row = offerFor(catalog, request)
      const chosen = row && { chosen: { model: row.model, mode: row.mode, why: `${id} says so.` } }
      return { ...chosen, problems, quote, warnings: [] }
    },
    check: () => problems,
    quote: () => quote,
    async submit(asked: RenderRequest, given: SubmitOptions = {}) {
      submits.push({ request: asked, options: given })
      const step = steps[Math.min(submits.length, steps.length) - 1] ?? 'task'
      if (typeof step === 'function') return step()
      if (step === 'task' || step === 'failed') return taskOf(step)
      const [code, outcome] = step
      throw new ReelayError(code, `${id} says ${code}.`, {
        provider: id,
        account,
        outcome,
        ...(outcome === 'unknown' ? { submission: submissionOf(id, account) } : {}),
        ...(outcome === 'accepted' ? { handle: handle() } : {}),
      })
    },
    async get(of: TaskHandle): Promise<VideoTask> {
      return { id: of.id, handle: of, nativeStatus: 'running', status: 'running', warnings: [] }
    },
  })
}

/** What a promise is rejected with. */
export async function thrown(promise: Promise<unknown>): Promise<ReelayError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!ReelayError.isInstance(error)) throw new Error('expected a ReelayError', { cause: error })
  return error
}
