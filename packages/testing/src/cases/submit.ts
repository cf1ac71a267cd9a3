import { equal, failure, ok } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { attempt, balanced, taskOf } from '../probe/attempt.ts'

/** Buying without any trouble. */
export const submitCases: readonly ContractCase[] = [
  {
    name: 'a submit sends one paid POST and returns its task',
    rule: 'money 1',
    everyKind: true,
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
    everyKind: true,
    async run(world) {
      const provider = world.createProvider()
      const [one, two] = await Promise.all([provider.submit(world.request), provider.submit(world.request)])
      ok(one.id !== two.id, 'two purchases without a common key are two tasks')
      equal([world.wire.posts(), world.wire.tasks()], [2, 2], 'paid POSTs and tasks of two submits')
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
