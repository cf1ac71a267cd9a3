import { equal, failure, ok } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { attempt, balanced, errorOf, submissionOf } from '../probe/attempt.ts'
import { bought } from '../probe/buy.ts'
import { needsFind } from '../probe/needs.ts'
import { plant } from '../probe/plant.ts'
import type { World } from '../world.ts'

const reason = Object.freeze({ name: 'Enough', message: 'the user went home' })
const always = { times: Number.POSITIVE_INFINITY }

/** A signal that fires by itself, in virtual time. */
function abortIn(world: World, ms: number): AbortSignal {
  const controller = new AbortController()
  void world.clock.sleep(ms).then(() => controller.abort(reason))
  return controller.signal
}

/** Who stops waiting gets told what is known, and loses nothing that was paid for. */
export const abortCases: readonly ContractCase[] = [
  {
    name: 'an abort before anything was sent rethrows its reason and sends nothing',
    rule: 'money 5',
    async run(world) {
      const abortSignal = AbortSignal.abort(reason)
      const none = await attempt(world, world.createProvider(), { abortSignal })
      ok(none.error === reason, 'the caller gets its own reason back')
      equal([none.posts, none.entries.length], [0, 0], 'paid POSTs and record entries')
    },
  },
  {
    name: 'an abort while the intent is being recorded rethrows its reason and sends nothing',
    rule: 'money 5',
    async run(world) {
      const controller = new AbortController()
      const none = await attempt(world, world.createProvider(), {
        abortSignal: controller.signal,
        record: async () => controller.abort(reason),
      })
      ok(none.error === reason, 'the caller gets its own reason back')
      equal([none.posts, none.tasks], [0, 0], 'paid POSTs and tasks')
    },
  },
  {
    name: 'an abort after the POST left is ERR_ABORTED, with the reason, the outcome and the submission',
    rule: 'money 5',
    async run(world) {
      plant(world, 'hang-answer', always)
      const left = await attempt(world, world.createProvider(), { abortSignal: abortIn(world, 1_000) })
      const error = errorOf(left)
      equal([error.code, error.outcome], ['ERR_ABORTED', 'unknown'], 'code and outcome')
      ok(error.cause === reason, 'the reason is the cause')
      equal(error.submission, submissionOf(left), 'the submission on the error')
      equal(left.posts, 1, 'paid POSTs')
      balanced(left)
    },
  },
  {
    name: 'an abort while a lost task is looked for keeps its submission and sends no more',
    rule: 'money 5',
    ...needsFind,
    async run(world) {
      plant(world, 'lost-request')
      const left = await attempt(world, world.createProvider(), { abortSignal: abortIn(world, 1_000) })
      const error = errorOf(left)
      equal([error.code, error.outcome], ['ERR_ABORTED', 'unknown'], 'code and outcome')
      ok(error.cause === reason, 'the reason is the cause')
      equal(error.submission, submissionOf(left), 'the submission on the error')
      equal([left.posts, left.elapsedMs], [1, 1_000], 'paid POSTs and milliseconds')
    },
  },
  {
    name: 'an abort of get is ERR_ABORTED with the reason and the handle',
    rule: 'money 5',
    async run(world) {
      const { provider, handle } = await bought(world)
      plant(world, 'hang-answer', { on: 'read', ...always })
      for (const signal of [() => AbortSignal.abort(reason), () => abortIn(world, 1_000)]) {
        const error = await failure(provider.get(handle, { abortSignal: signal() }), 'an aborted get()')
        equal([error.code, error.outcome], ['ERR_ABORTED', 'accepted'], 'code and outcome')
        ok(error.cause === reason, 'the reason is the cause')
        equal(error.handle, handle, 'the handle on the error')
      }
    },
  },
  {
    name: 'a fetch that ignores its signal holds nobody up',
    rule: 'money 5',
    async run(world) {
      const deaf: typeof globalThis.fetch = (input, init) =>
        world.wire.fetch(new Request(new Request(input, init), { signal: null }))
      const provider = world.createProvider({ fetch: deaf })
      plant(world, 'hang-answer', always)
      const left = await attempt(world, provider, { abortSignal: abortIn(world, 1_000) })
      equal([errorOf(left).code, left.elapsedMs], ['ERR_ABORTED', 1_000], 'code and milliseconds')
    },
  },
]
