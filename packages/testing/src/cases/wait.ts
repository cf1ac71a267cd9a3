import { generate, isTaskHandle, type TaskHandle, wait } from '@reelay/core'
import { equal, failure, fulfilled, isReelayError, ok, rejection } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { bought, unfinished } from '../probe/buy.ts'
import { needsUnknown } from '../probe/needs.ts'
import { plant } from '../probe/plant.ts'
import { lasting, passing } from './trouble.ts'

const always = { times: Number.POSITIVE_INFINITY }
// At once, and as often as the provider allows: three looks fall within its first minute.
const eager = { poll: { intervalMs: 1 } }
// Each look asks up to three times by itself.
const threeLooks = 9

/** Waiting for a clip, come what may. */
export const waitCases: readonly ContractCase[] = [
  ...passing.map(
    ({ title, fault, options }): ContractCase => ({
      name: `wait survives three looks in a row that meet ${title}`,
      rule: 'wait',
      async run(world) {
        const { provider, handle } = await unfinished(world)
        plant(world, fault, { ...options, on: 'read', times: threeLooks })
        const task = await fulfilled(wait(provider, handle, eager), 'wait()')
        equal([task.status, task.id], ['succeeded', handle.id], 'status and id of the task')
        equal(world.wire.posts(), 1, 'paid POSTs')
      },
    }),
  ),
  ...lasting.map(
    ({ title, fault }): ContractCase => ({
      name: `wait survives three looks in a row that meet ${title}`,
      rule: 'wait',
      async run(world) {
        const { provider, handle } = await unfinished(world)
        plant(world, fault, { on: 'read', times: 3 })
        const task = await fulfilled(wait(provider, handle, eager), 'wait()')
        equal([task.status, task.id], ['succeeded', handle.id], 'status and id of the task')
      },
    }),
  ),
  {
    name: 'wait ends at its deadline, and the handle goes on',
    rule: 'wait',
    async run(world) {
      const { provider, handle } = await unfinished(world)
      const startedAt = world.clock.now()
      const error = await failure(
        wait(provider, handle, { deadlineMs: 1, ...eager }),
        'a wait that is too short',
      )
      equal([error.code, error.outcome], ['ERR_TIMEOUT', 'accepted'], 'code and outcome')
      equal(error.handle, handle, 'the handle on the error')
      ok(world.clock.now() - startedAt <= 60_000, 'it ended near its deadline')
      equal((await wait(provider, handle)).status, 'succeeded', 'the end of a second, longer wait')
    },
  },
  {
    name: 'wait asks on through an unknown status, to the deadline only',
    rule: 'wait',
    ...needsUnknown,
    async run(world) {
      const { provider, handle } = await unfinished(world)
      plant(world, 'unknown-status', { on: 'read', ...always })
      const words: string[] = []
      const error = await failure(
        wait(provider, handle, {
          deadlineMs: 600_000,
          onEvent: (event) => event.type === 'unknown-status' && words.push(event.nativeStatus),
        }),
        'a wait for a task in an unknown status',
      )
      equal([error.code, error.outcome], ['ERR_UNKNOWN_STATUS', 'accepted'], 'code and outcome')
      equal(error.handle, handle, 'the handle on the error')
      equal(words.length, 1, 'events about the one unknown word')
    },
  },
  {
    name: 'wait ends at its deadline while the provider is down, and keeps the handle',
    rule: 'wait',
    async run(world) {
      const { provider, handle } = await unfinished(world)
      plant(world, 'html', { on: 'read', ...always })
      const error = await failure(wait(provider, handle, { deadlineMs: 300_000 }), 'a wait during an outage')
      equal([error.code, error.handle], ['ERR_TIMEOUT', handle], 'code and handle')
    },
  },
  {
    name: 'wait does not insist where only its caller can help',
    rule: 'wait',
    async run(world) {
      const { provider, handle } = await unfinished(world)
      const reads = world.wire.reads()
      plant(world, 'unauthorized', { on: 'read', ...always })
      const error = await failure(wait(provider, handle), 'a wait with refused credentials')
      equal([error.code, error.handle], ['ERR_AUTH', handle], 'code and handle')
      ok(world.wire.reads() - reads <= 2, `it asked ${world.wire.reads() - reads} times`)
    },
  },
  ...['while it sleeps', 'while it asks'].map(
    (when): ContractCase => ({
      name: `an abort of wait ${when} is ERR_ABORTED with the reason and the handle`,
      rule: 'money 5',
      async run(world) {
        const { provider, handle } = await unfinished(world)
        if (when === 'while it asks') plant(world, 'hang-answer', { on: 'read', ...always })
        const reason = new Error('the user went home')
        const controller = new AbortController()
        const startedAt = world.clock.now()
        void world.clock.sleep(500).then(() => controller.abort(reason))
        const waiting = wait(provider, handle, { abortSignal: controller.signal, ...eager })
        const error = await failure(waiting, 'an aborted wait')
        equal([error.code, error.outcome], ['ERR_ABORTED', 'accepted'], 'code and outcome')
        ok(error.cause === reason, 'the reason is the cause')
        equal(error.handle, handle, 'the handle on the error')
        equal(world.clock.now() - startedAt, 500, 'milliseconds until it ended')
      },
    }),
  ),
  {
    name: 'wait goes on from a stored handle in another instance',
    rule: 'handle',
    async run(world) {
      const { handle } = await bought(world)
      const stored: TaskHandle = JSON.parse(JSON.stringify(handle))
      ok(isTaskHandle(stored), 'what was stored is still a handle')
      const task = await fulfilled(wait(world.createProvider(), stored), 'wait() with a stored handle')
      equal([task.status, task.id], ['succeeded', handle.id], 'status and id of the task')
      equal(world.wire.posts(), 1, 'paid POSTs')
    },
  },
  {
    name: 'generate buys once and brings the clip',
    rule: 'money 1',
    async run(world) {
      const task = await generate(world.createProvider(), world.request)
      equal(task.status, 'succeeded', 'the status')
      equal([world.wire.posts(), world.wire.tasks()], [1, 1], 'paid POSTs and tasks')
    },
  },
  {
    name: 'generate says ERR_TASK_FAILED with the handle when the provider gave up',
    rule: 'errors',
    async run(world) {
      plant(world, 'task-fails')
      const provider = world.createProvider()
      const error = await rejection(generate(provider, world.request), 'generate() of a task that fails')
      isReelayError(error, 'generate()')
      equal([error.code, error.outcome], ['ERR_TASK_FAILED', 'accepted'], 'code and outcome')
      ok(error.handle && provider.owns(error.handle), 'the handle is on the error')
      equal(world.wire.posts(), 1, 'paid POSTs')
    },
  },
]
