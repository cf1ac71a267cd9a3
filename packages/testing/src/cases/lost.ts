import type { Submission } from '@reelay/core'
import { equal, failure, ok } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import {
  attempt,
  balanced,
  crashed,
  errorOf,
  maybePaid,
  submissionOf,
  taskOf,
  unsettled,
} from '../probe/attempt.ts'
import { needsFind } from '../probe/needs.ts'
import { plant } from '../probe/plant.ts'

const always = { times: Number.POSITIVE_INFINITY }

/** Finding what an answer was lost about. */
export const lostCases: readonly ContractCase[] = [
  {
    name: 'a task whose answer was lost is found, without a second POST',
    rule: 'money 3',
    everyKind: true,
    ...needsFind,
    async run(world) {
      const provider = world.createProvider()
      plant(world, 'lost-answer')
      const lost = await attempt(world, provider)
      const task = taskOf(lost)
      equal([lost.posts, lost.tasks], [1, 1], 'paid POSTs and tasks')
      equal((await provider.get(task.handle)).id, task.id, 'the task that its handle leads to')
      balanced(lost)
    },
  },
  {
    name: 'a create still in flight while we look for it is bought once',
    rule: 'money 3',
    async run(world) {
      const provider = world.createProvider()
      plant(world, 'in-flight', { ms: 6_000 })
      const late = await attempt(world, provider)
      maybePaid(late)
      balanced(late)
      await world.clock.sleep(60_000)
      equal(
        [world.wire.tasks(), world.wire.charges()],
        [1, 1],
        'tasks and charges once everything has arrived',
      )
    },
  },
  {
    name: 'not found is not called rejected, and the task that appears later is found',
    rule: 'money 3',
    everyKind: true,
    ...needsFind,
    async run(world) {
      const provider = world.createProvider()
      plant(world, 'in-flight', { ms: 120_000 })
      plant(world, 'lost-request', always)
      const submission = unsettled(await attempt(world, provider)).submission
      ok(submission && provider.find, 'there is a submission and a way to look for it')
      equal((await provider.find(submission)).state, 'not-found-yet', 'the first look')
      await world.clock.sleep(180_000)
      const result = await provider.find(submission)
      ok(result.state === 'found', 'the task that arrived later is found')
      ok(provider.owns(result.task.handle), 'the provider owns the task it found')
      equal(result.task.handle.requestHash, submission.requestHash, 'the request hash of the task found')
      equal((await provider.get(result.task.handle)).id, result.task.id, 'the task that its handle leads to')
    },
  },
  {
    name: 'two equal submits whose answers were lost never share one task',
    rule: 'money 3',
    everyKind: true,
    async run(world) {
      const provider = world.createProvider()
      const ids: string[] = []
      for (const _ of ['first', 'second']) {
        plant(world, 'lost-answer')
        const lost = await attempt(world, provider)
        maybePaid(lost)
        if (lost.task) ids.push(lost.task.id)
      }
      equal(new Set(ids).size, ids.length, 'different tasks among those found')
      equal(world.wire.tasks(), 2, 'tasks made')
    },
  },
  ...(['lost-answer', 'slow-answer'] as const).map((fault): ContractCase => {
    const what = fault === 'lost-answer' ? 'whose answer was lost' : 'whose answer is on its way'
    return {
      name: `a lost request is not given the task of an equal one ${what}`,
      rule: 'money 3',
      async run(world) {
        const provider = world.createProvider()
        plant(world, fault, { ms: 10_000 })
        plant(world, 'lost-request', always)
        const both = await Promise.all([attempt(world, provider), attempt(world, provider)])
        const ids = both.flatMap(({ task }) => task?.id ?? [])
        equal(new Set(ids).size, ids.length, 'different tasks among those found')
        for (const one of both) if (!one.task) unsettled(one)
        equal(world.wire.tasks(), 1, 'tasks made')
      },
    }
  }),
  {
    name: 'after a crash the recorded intent is enough to find the task',
    rule: 'money 6',
    everyKind: true,
    ...needsFind,
    async run(world) {
      plant(world, 'hang-answer')
      const journal = JSON.stringify(submissionOf(await crashed(world)))
      const stored: Submission = JSON.parse(journal)
      const restarted = world.createProvider()
      const result = await restarted.find?.(stored)
      ok(result?.state === 'found', 'the task is found from what was recorded before its POST')
      equal(world.wire.tasks(), 1, 'tasks made')
    },
  },
  {
    name: 'find refuses the submission of another account before any request',
    rule: 'money 4',
    ...needsFind,
    async run(world) {
      const submission = submissionOf(await attempt(world, world.createProvider()))
      const other = world.createProvider({ account: 'somebody-else' })
      const reads = world.wire.reads()
      ok(other.find, 'the manifest promises find')
      const error = await failure(other.find(submission), 'find() of another account’s submission')
      equal([error.code, error.outcome], ['ERR_INVALID_REQUEST', 'unknown'], 'code and outcome')
      equal(error.submission, submission, 'the submission on the error')
      equal(world.wire.reads(), reads, 'requests sent')
    },
  },
  {
    name: 'find that cannot ask says so and leaves the verdict open',
    rule: 'money 3',
    ...needsFind,
    async run(world) {
      const provider = world.createProvider()
      plant(world, 'lost-request', always)
      const submission = errorOf(await attempt(world, provider)).submission
      ok(submission && provider.find, 'there is a submission and a way to look for it')
      plant(world, 'html', { on: 'read', ...always })
      const error = await failure(provider.find(submission), 'find() while the provider is down')
      equal(error.outcome, 'unknown', 'the outcome')
      equal(error.submission, submission, 'the submission on the error')
    },
  },
]
