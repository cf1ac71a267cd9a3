import { equal, ok, plainJson } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { attempt, balanced, errorOf, submissionOf, taskOf } from '../probe/attempt.ts'
import { plant } from '../probe/plant.ts'

/** The journal's side of a purchase. */
export const recordCases: readonly ContractCase[] = [
  {
    name: 'record is awaited before the paid POST leaves',
    rule: 'money 6',
    async run(world) {
      const postsAtIntent: number[] = []
      const slow = await attempt(world, world.createProvider(), {
        async record({ type }) {
          await world.clock.sleep(5_000)
          if (type === 'intent') postsAtIntent.push(world.wire.posts())
        },
      })
      taskOf(slow)
      equal(postsAtIntent, [0], 'paid POSTs that had left when the intent was recorded')
      balanced(slow)
    },
  },
  {
    name: 'record is awaited after the verdict, before submit returns',
    rule: 'money 6',
    async run(world) {
      let noted = 0
      const slow = await attempt(world, world.createProvider(), {
        async record() {
          await world.clock.sleep(5_000)
          noted += 1
        },
      })
      taskOf(slow)
      equal(noted, slow.posts + 1, 'entries noted when submit() returned')
    },
  },
  {
    name: 'each further POST of a purchase is recorded before it leaves',
    rule: 'money 6',
    everyKind: true,
    async run(world) {
      const ahead: number[] = []
      let intents = 0
      plant(world, 'lost-request', { times: Number.POSITIVE_INFINITY })
      const lost = await attempt(world, world.createProvider(), {
        async record({ type }) {
          if (type === 'intent') ahead.push(++intents - world.wire.posts())
        },
      })
      errorOf(lost)
      equal(intents, lost.posts, 'intents, one for each paid POST')
      ok(
        ahead.every((by) => by === 1),
        'each intent is one ahead of the POSTs that have left',
      )
    },
  },
  {
    name: 'a record that rejects stops the POST, and its error comes through',
    rule: 'money 6',
    async run(world) {
      const full = new Error('the disk is full')
      const stopped = await attempt(world, world.createProvider(), {
        record: () => Promise.reject(full),
      })
      equal([stopped.posts, stopped.tasks], [0, 0], 'paid POSTs and tasks')
      const { error } = stopped
      ok(
        error === full || (error instanceof Error && error.cause === full),
        'the error of record() comes through',
      )
    },
  },
  {
    name: 'a record that fails after acceptance does not lose the handle',
    rule: 'money 5',
    everyKind: true,
    async run(world) {
      const full = new Error('the disk is full')
      const provider = world.createProvider()
      const taken = await attempt(world, provider, {
        async record({ type }) {
          if (type === 'verdict') throw full
        },
      })
      const error = errorOf(taken)
      equal(error.outcome, 'accepted', 'the outcome')
      ok(error.cause === full, 'the error of record() is the cause')
      ok(error.handle && provider.owns(error.handle), 'the handle is on the error')
      equal((await provider.get(error.handle)).id, error.handle.id, 'the task that the handle leads to')
    },
  },
  {
    name: 'a record that fails after a lost answer does not hide the verdict',
    rule: 'money 6',
    async run(world) {
      plant(world, 'lost-request', { times: Number.POSITIVE_INFINITY })
      const lost = await attempt(world, world.createProvider(), {
        async record({ type }) {
          if (type === 'verdict') throw new Error('the disk is full')
        },
      })
      const error = errorOf(lost)
      equal([error.code, error.outcome], ['ERR_SUBMISSION_UNKNOWN', 'unknown'], 'code and outcome')
      equal(error.submission, submissionOf(lost), 'the submission on the error')
    },
  },
  {
    name: 'a recorded intent holds the quote and the key, as plain JSON',
    rule: 'money 6',
    async run(world) {
      const provider = world.createProvider()
      const startedAt = world.clock.now()
      const once = await attempt(world, provider, { idempotencyKey: 'order-1' })
      const [intent] = once.entries
      ok(intent?.type === 'intent', 'the first entry is an intent')
      plainJson(intent, 'the intent')
      equal(intent.quote, provider.quote(world.request), 'the quote recorded')
      equal(intent.submission.idempotencyKey, 'order-1', 'the key recorded')
      const { at } = intent
      ok(at >= startedAt && at <= world.clock.now(), 'the time is that of the given clock')
    },
  },
]
