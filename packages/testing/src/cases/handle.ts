import { isTaskHandle, type TaskHandle } from '@reelay/core'
import { equal, failure, ok, plainJson } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { bought } from '../probe/buy.ts'
import { needsCancel, needsGetMany } from '../probe/needs.ts'
import type { World } from '../world.ts'

const foreign = (handle: TaskHandle): readonly TaskHandle[] => [
  { ...handle, provider: 'somebody-else' },
  { ...handle, account: 'somebody-else' },
]

/** Refused before any request, and the handle comes back. */
async function refusesForeign(
  world: World,
  handle: TaskHandle,
  ask: (handle: TaskHandle) => Promise<unknown>,
): Promise<void> {
  for (const theirs of foreign(handle)) {
    const sent = world.wire.reads() + world.wire.posts()
    const error = await failure(ask(theirs), 'a call with somebody else’s handle')
    equal([error.code, error.outcome], ['ERR_INVALID_REQUEST', 'none'], 'code and outcome')
    equal(error.handle, theirs, 'the handle on the error')
    equal(world.wire.reads() + world.wire.posts(), sent, 'requests sent')
  }
}

/** What is stored of a task, and who may ask for it. */
export const handleCases: readonly ContractCase[] = [
  {
    name: 'a handle is plain JSON, from which another instance can go on',
    rule: 'handle',
    everyKind: true,
    async run(world) {
      const { handle } = await bought(world)
      plainJson(handle, 'the handle')
      const stored: unknown = JSON.parse(JSON.stringify(handle))
      ok(isTaskHandle(stored), 'what was stored is still a handle')
      const restarted = world.createProvider()
      ok(restarted.owns(stored), 'another instance of the same account owns it')
      const task = await restarted.get(stored)
      equal(task.id, handle.id, 'the task that the stored handle leads to')
      equal(task.handle, handle, 'the handle of the task read')
    },
  },
  {
    name: 'a handle holds no address',
    rule: 'handle',
    async run(world) {
      const { handle } = await bought(world)
      ok(!JSON.stringify(handle).includes('://'), 'URLs in replies are not stored')
    },
  },
  {
    name: 'a handle tells what was bought, when, under which key and account',
    rule: 'handle',
    async run(world) {
      const provider = world.createProvider({ account: 'studio' })
      const startedAt = world.clock.now()
      const { handle } = await provider.submit(world.request, { idempotencyKey: 'order-1' })
      equal([handle.kind, handle.account], [world.request.kind, 'studio'], 'kind and account')
      equal(handle.idempotencyKey, 'order-1', 'the key')
      const { submittedAt } = handle
      ok(submittedAt >= startedAt && submittedAt <= world.clock.now(), 'the time is that of the given clock')
      ok(/^[0-9a-f]{64}$/.test(handle.requestHash), 'the request hash is a SHA-256 in hex')
      const unnamed = await world.createProvider().submit(world.request)
      equal(unnamed.handle.account, 'default', 'the account that was given no name')
    },
  },
  {
    name: 'owns tells whose a handle is',
    rule: 'handle',
    async run(world) {
      const { provider, handle } = await bought(world)
      ok(provider.owns(handle), 'its own handle')
      for (const theirs of foreign(handle)) ok(!provider.owns(theirs), 'somebody else’s handle')
    },
  },
  {
    name: 'get refuses a foreign handle before any request',
    rule: 'handle',
    async run(world) {
      const { provider, handle } = await bought(world)
      await refusesForeign(world, handle, (theirs) => provider.get(theirs))
    },
  },
  {
    name: 'getMany refuses a foreign handle before any request',
    rule: 'handle',
    ...needsGetMany,
    async run(world) {
      const { provider, handle } = await bought(world)
      await refusesForeign(world, handle, async (theirs) => provider.getMany?.([handle, theirs]))
    },
  },
  {
    name: 'cancel refuses a foreign handle before any request',
    rule: 'handle',
    ...needsCancel,
    async run(world) {
      const { provider, handle } = await bought(world)
      await refusesForeign(world, handle, async (theirs) => provider.cancel?.(theirs))
    },
  },
  {
    name: 'two accounts beside each other do not mix',
    rule: 'instance',
    async run(world) {
      const providers = ['left', 'right'].map((account) => world.createProvider({ account }))
      const tasks = await Promise.all(providers.map((provider) => provider.submit(world.request)))
      const owners = tasks.map(({ handle }) => providers.map((provider) => provider.owns(handle)))
      equal(
        owners,
        [
          [true, false],
          [false, true],
        ],
        'which account owns which handle',
      )
      const read = await Promise.all(tasks.map(({ handle }, index) => providers[index]?.get(handle)))
      equal(
        read.map((task) => task?.id),
        tasks.map(({ id }) => id),
        'the tasks each account reads',
      )
    },
  },
]
