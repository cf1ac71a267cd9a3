import { equal, failure, ok } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { attempt, balanced, taskOf } from '../probe/attempt.ts'
import { needsExternalId } from '../probe/needs.ts'
import { otherThan } from '../probe/requests.ts'

/** Buying without any trouble. */
export const submitCases: readonly ContractCase[] = [
  {
    name: 'a submit sends one paid POST and returns its task',
    rule: 'money 1',
    async run(world) {
      const provider = world.createProvider()
      const once = await attempt(world, provider)
      const task = taskOf(once)
      equal([once.posts, once.tasks, once.charges], [1, 1, 1], 'paid POSTs, tasks and charges of one submit')
      ok(task.id !== '' && task.id === task.handle.id, 'the task has an id, and its handle the same')
      ok(provider.owns(task.handle), 'the provider owns the task it made')
      balanced(once)
    },
  },
  {
    name: 'two submits of equal requests buy two tasks',
    rule: 'money 1',
    async run(world) {
      const provider = world.createProvider()
      const [one, two] = await Promise.all([provider.submit(world.request), provider.submit(world.request)])
      ok(one.id !== two.id, 'two purchases without a common key are two tasks')
      equal([world.wire.posts(), world.wire.tasks()], [2, 2], 'paid POSTs and tasks of two submits')
    },
  },
  {
    name: 'the same key and request buy once, however often they are submitted',
    rule: 'money 3',
    ...needsExternalId,
    async run(world) {
      const idempotencyKey = 'order-1'
      const first = await world.createProvider().submit(world.request, { idempotencyKey })
      const again = await attempt(world, world.createProvider(), { idempotencyKey })
      equal([again.tasks, again.charges], [0, 0], 'tasks and charges of the second submit')
      equal(taskOf(again).id, first.id, 'the task that the second submit returns')
      balanced(again)
    },
  },
  {
    name: 'the same key and request buy once, even at the same time',
    rule: 'money 3',
    ...needsExternalId,
    async run(world) {
      const provider = world.createProvider()
      const options = { idempotencyKey: 'order-1' }
      const both = await Promise.all([
        provider.submit(world.request, options),
        provider.submit(world.request, options),
      ])
      equal(both[0].id, both[1].id, 'the tasks of both submits')
      equal([world.wire.tasks(), world.wire.charges()], [1, 1], 'tasks and charges')
    },
  },
  {
    name: 'the same key never brings back another request’s clip',
    rule: 'money 3',
    async run(world) {
      const provider = world.createProvider()
      const idempotencyKey = 'order-1'
      const first = await provider.submit(world.request, { idempotencyKey })
      const other = await provider.submit(otherThan(world.request), { idempotencyKey })
      ok(first.id !== other.id, 'another request under the same key is another task')
      ok(first.handle.requestHash !== other.handle.requestHash, 'another request has another hash')
      equal(world.wire.tasks(), 2, 'tasks made')
    },
  },
  {
    name: 'wrong options are refused before any request',
    rule: 'check',
    async run(world) {
      const provider = world.createProvider()
      for (const options of [{ idempotencyKey: '' }, { webhookUrl: 'not a URL' }]) {
        const error = await failure(provider.submit(world.request, options), 'a submit with wrong options')
        equal([error.code, error.outcome], ['ERR_INVALID_REQUEST', 'none'], 'code and outcome')
        ok(
          error.problems?.every(({ fix }) => fix !== ''),
          'each problem says what to do about it',
        )
      }
      equal(world.wire.posts() + world.wire.reads(), 0, 'requests sent')
    },
  },
]
