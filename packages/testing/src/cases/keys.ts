import { wait } from '@reelay/core'
import { equal, failure, ok, skip } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { type Attempt, attempt, balanced, crashed, errorOf, submissionOf, taskOf } from '../probe/attempt.ts'
import { needsKeys } from '../probe/needs.ts'
import { plant } from '../probe/plant.ts'
import { otherThan } from '../probe/requests.ts'
import type { World } from '../world.ts'

const idempotencyKey = 'order-1'

/** A submit under a key that a journal knows: nothing is sent, and so nothing is recorded. */
function silent({ posts, tasks, charges, entries }: Attempt): void {
  equal([posts, tasks, charges], [0, 0, 0], 'paid POSTs, tasks and charges of a submit that was made before')
  equal(entries, [], 'entries recorded by a submit that sends nothing')
}

/** A journal answers from the first purchase, even where its task has failed: only another key buys another one. */
async function replaysFailed(world: World): Promise<void> {
  // What the wire cannot simulate is no reason to skip what the case has proved already.
  if (!world.wire.fault('task-fails')) return
  const options = { idempotencyKey: 'order-2' }
  const provider = world.createProvider()
  const { handle } = await provider.submit(world.request, options)
  const first = await wait(provider, handle)
  const again = await attempt(world, world.createProvider(), options)
  silent(again)
  const { id, status } = taskOf(again)
  equal([id, status], [handle.id, first.status], 'the failed task that the second submit returns')
}

/** The purchase of a process that died, to be had again only by looking: found, or as open as it was. */
function answeredByJournal(again: Attempt, before: Attempt): void {
  if (again.task) return
  const error = errorOf(again)
  equal([error.code, error.outcome], ['ERR_SUBMISSION_UNKNOWN', 'unknown'], 'code and outcome')
  equal(error.submission, submissionOf(before), 'the submission on the error')
  silent(again)
}

/** One key names one purchase. */
export const keyCases: readonly ContractCase[] = [
  {
    name: 'the same key and request buy once, however often they are submitted',
    rule: 'money 3',
    everyKind: true,
    ...needsKeys,
    async run(world, { journal }) {
      const first = await world.createProvider().submit(world.request, { idempotencyKey })
      const again = await attempt(world, world.createProvider(), { idempotencyKey })
      equal([again.tasks, again.charges], [0, 0], 'tasks and charges of the second submit')
      equal(taskOf(again).id, first.id, 'the task that the second submit returns')
      if (!journal) return balanced(again)
      silent(again)
      await replaysFailed(world)
    },
  },
  {
    name: 'the same key and request buy once, even at the same time',
    rule: 'money 3',
    ...needsKeys,
    async run(world, { journal }) {
      const provider = world.createProvider()
      const both = await Promise.all(
        // Two instances of a provider are two processes; only a journal makes them wait for each other.
        [provider, journal ? world.createProvider() : provider].map((one) =>
          one.submit(world.request, { idempotencyKey }),
        ),
      )
      equal(new Set(both.map(({ id }) => id)).size, 1, 'the tasks of both submits')
      equal([world.wire.tasks(), world.wire.charges()], [1, 1], 'tasks and charges')
      if (journal) equal(world.wire.posts(), 1, 'paid POSTs of both submits')
    },
  },
  {
    name: 'the same key never brings back another request’s clip',
    rule: 'money 3',
    everyKind: true,
    async run(world, { journal }) {
      const provider = world.createProvider()
      const other = otherThan(world.request)
      if (provider.check(other).length > 0)
        skip('the row takes nothing by which another request could differ')
      const first = await provider.submit(world.request, { idempotencyKey })
      if (journal) {
        const [posts, reads] = [world.wire.posts(), world.wire.reads()]
        const error = await failure(provider.submit(other, { idempotencyKey }), 'a key with another request')
        equal([error.code, error.outcome], ['ERR_INVALID_REQUEST', 'none'], 'code and outcome')
        equal([world.wire.posts(), world.wire.reads()], [posts, reads], 'requests sent')
        return
      }
      const second = await provider.submit(other, { idempotencyKey })
      ok(first.id !== second.id, 'another request under the same key is another task')
      ok(first.handle.requestHash !== second.handle.requestHash, 'another request has another hash')
      equal(world.wire.tasks(), 2, 'tasks made')
    },
  },
  {
    name: 'after a crash, submitting again under the same key buys nothing twice',
    rule: 'money 6',
    everyKind: true,
    ...needsKeys,
    async run(world, { idempotency, journal }) {
      for (const moment of ['lost-request', 'hang-answer'] as const) {
        plant(world, moment)
        // Under the key of the first moment a journal would answer the second one, and nothing would crash.
        const options = { idempotencyKey: journal ? moment : idempotencyKey }
        const before = await crashed(world, options)
        const again = await attempt(world, world.createProvider(), options)
        if (!journal || idempotency === 'external-id') {
          ok(taskOf(again).id !== '', 'the restarted process has its task')
        } else {
          answeredByJournal(again, before)
        }
        if (!journal) equal([world.wire.tasks(), world.wire.charges()], [1, 1], 'tasks and charges')
        ok(before.tasks + again.tasks <= 1, 'one purchase made two tasks')
        ok(before.charges + again.charges <= 1, 'one purchase was charged twice')
      }
    },
  },
]
