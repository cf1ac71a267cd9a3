import type { RenderRequest } from '../../kinds/kinds.ts'
import { assertAmounts } from '../../model/amount.ts'
import { elapsedOf } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import type { VideoTask } from '../../model/task.ts'
import { appraisalOf } from '../../provider/appraisal.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { defaultModelOf } from '../../provider/request/offer.ts'
import { invalidRequest } from '../../provider/request/prepare.ts'
import { knownAmong, knownFirst, type Ordered, purchasing } from '../../provider/submit/purchasing.ts'
import { wrap } from '../wrap.ts'
import { createGates } from './gates.ts'
import { createLeases } from './leases.ts'
import { type Admission, createSlots } from './slots.ts'

/**
 * How much a provider is asked for.
 *
 * @example
 * ```ts
 * import type { GovernOptions } from '@reelay/core'
 * const options: GovernOptions = { concurrency: 10, perModel: { 'kling-v3': 5 }, rate: { perMinute: 60 } }
 * ```
 */
export interface GovernOptions {
  /** Most tasks at a time; without limit when absent. */
  readonly concurrency?: number | undefined
  /** Most tasks at a time of one model, by its name in the catalogue. */
  readonly perModel?: Readonly<Record<string, number>> | undefined
  /** Most paid requests in any 60 s. */
  readonly rate?: { readonly perMinute: number } | undefined
  /** Milliseconds a submit may wait in all; without limit when absent, so that only its abort signal ends it. */
  readonly maxWaitMs?: number | undefined
}

function assertOptions({ concurrency, perModel, rate, maxWaitMs }: GovernOptions): void {
  const models = Object.entries(perModel ?? {}).map(([model, count]) => [`perModel.${model}`, count ?? null])
  assertAmounts('count', { concurrency, ...Object.fromEntries(models) })
  if (rate !== undefined) assertAmounts('count', { 'rate.perMinute': rate?.perMinute ?? null })
  assertAmounts('wait', { maxWaitMs })
}

/** Turned away for now, and surely nothing was made: the only case in which the same request goes out again. */
function isFull(error: unknown): error is ReelayError {
  if (!ReelayError.isInstance(error) || error.outcome !== 'rejected') return false
  return error.code === 'ERR_CONCURRENCY' || error.code === 'ERR_RATE_LIMIT'
}

/**
 * A provider at which submits wait for their turn instead of failing. First come, first served. A slot lasts from the
 * submit to the end of the task as read through this provider (`get`, `getMany`, `find`, `cancel`, and so `wait` and
 * `generate`). If nobody reads it, the task is looked at once after 4 times its usual duration, 10 minutes at least, as
 * soon as somebody waits for its slot. Tasks of earlier processes take a slot when they are first read. Where the
 * provider itself says that it is full or asked too often, and that nothing was made, the same request with the same
 * idempotency key is sent again later. Never after an unknown outcome.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for limits that are none. From `submit`: the abort signal's reason
 * while it waits, when nothing was bought; after `maxWaitMs` the provider's last refusal, or `ERR_CONCURRENCY` with
 * outcome `none` if nothing was sent; else what the provider throws.
 *
 * @example
 * ```ts
 * import { generate, govern, type VideoProvider } from '@reelay/core'
 * declare const provider: VideoProvider
 * const governed = govern(provider, { concurrency: 5 })
 * const prompts = ['A paper boat in the rain', 'A paper plane in the sun']
 * await Promise.all(prompts.map((prompt) => generate(governed, { kind: 'text-to-video', prompt })))
 * ```
 */
export function govern(provider: VideoProvider, options: GovernOptions): VideoProvider {
  assertOptions(options)
  const { maxWaitMs = Number.POSITIVE_INFINITY } = options
  const { id, account, clock, catalog } = provider
  const gates = createGates(clock)
  const leases = createLeases(provider, (model) => gates.freed(model, leases.count(model)))
  const slots = createSlots(options, clock, leases, gates)

  function tooLong(): ReelayError {
    const message = `No slot at ${id} became free within ${maxWaitMs} ms. Nothing was sent.`
    const details = { provider: id, account, outcome: 'none', retryable: true } as const
    return new ReelayError('ERR_CONCURRENCY', message, details)
  }

  /** What a submit that failed means for its slot. */
  function ended(model: string, { name, pass }: Admission, error: unknown): void {
    if (isFull(error)) gates.refused(model, pass, error)
    else gates.passed(model, pass)
    const { outcome, handle, submission } = ReelayError.isInstance(error) ? error : {}
    if (outcome === 'accepted' && handle) leases.hand(name, handle)
    // A task may be running there.
    else if (outcome === 'accepted' || outcome === 'unknown') leases.lose(name, submission)
    else leases.drop(name)
    slots.pump()
  }

  async function submit(request: RenderRequest, call: Ordered): Promise<VideoTask> {
    const signal = call.abortSignal
    signal?.throwIfAborted()
    const first = await knownFirst((...known) => knownAmong([provider], ...known), request, call)
    if (first.task) {
      leases.seen([first.task])
      return first.task
    }
    const { problems, chosen } = appraisalOf(provider, request)
    if (problems.length > 0) throw invalidRequest(id, account, problems)
    const model = chosen?.model ?? request.model ?? defaultModelOf(catalog, request.kind) ?? ''
    const place = slots.join(model, elapsedOf(clock) + maxWaitMs)
    const again = first.options
    for (let overdue = tooLong; ; ) {
      const entry = await slots.enter(place, signal, overdue)
      try {
        const task = await provider.submit(request, again)
        gates.passed(model, entry.pass)
        leases.hand(entry.name, task.handle)
        leases.seen([task])
        slots.pump()
        return task
      } catch (error) {
        ended(model, entry, error)
        if (!isFull(error) || elapsedOf(clock) >= place.deadline) throw error
        overdue = () => error
      }
    }
  }

  return wrap(provider, {
    submit: purchasing(provider, submit),
    learn(tasks) {
      leases.seen(tasks)
      slots.pump()
    },
    canceled(handle) {
      leases.end(handle)
      slots.pump()
    },
  })
}
