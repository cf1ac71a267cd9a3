import { isTerminal, type SucceededTask, wait } from '@reelay/core'
import { equal, fulfilled, ok, oneOf } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { bought, unfinished } from '../probe/buy.ts'
import { needsUnknown } from '../probe/needs.ts'
import { plant } from '../probe/plant.ts'
import type { World } from '../world.ts'

const words = ['queued', 'running', 'succeeded', 'failed', 'canceled', 'expired', 'unknown']

async function finished(world: World): Promise<SucceededTask> {
  const { provider, handle } = await bought(world)
  const task = await wait(provider, handle)
  ok(task.status === 'succeeded', `the task ended ${task.status}`)
  return task
}

/** A task as the caller sees it. */
export const taskCases: readonly ContractCase[] = [
  {
    name: 'a finished task has its clip, with kind, type and an address or bytes',
    rule: 'task',
    everyKind: true,
    async run(world) {
      const { outputs } = await finished(world)
      for (const { kind, mediaType, url, body } of outputs) {
        ok(mediaType.includes('/'), `${mediaType} is a media type`)
        oneOf(kind, ['video', 'image', 'audio'], 'the kind of an output')
        ok(
          (url !== undefined && URL.canParse(url)) || body instanceof Uint8Array,
          'an output has a URL or bytes',
        )
      }
      ok(outputs.length > 0, 'a finished task has an output')
    },
  },
  {
    name: 'a task has a known status, the provider’s own word for it, and its warnings',
    rule: 'task',
    async run(world) {
      const { provider, task, handle } = await bought(world)
      for (const one of [task, await provider.get(handle), await wait(provider, handle)]) {
        oneOf(one.status, words, 'the status')
        ok(typeof one.nativeStatus === 'string' && one.nativeStatus !== '', 'the provider’s own word is kept')
        ok(Array.isArray(one.warnings), 'warnings is a list')
        ok(one.id === handle.id, 'the id stays the same')
      }
    },
  },
  {
    name: 'the raw reply of a task is there to look at, and stays out of logs',
    rule: 'money 9',
    everyKind: true,
    async run(world) {
      const { provider, task, handle } = await bought(world)
      for (const one of [task, await provider.get(handle), await wait(provider, handle)]) {
        ok(!Object.keys(one).includes('raw'), 'raw is not enumerable')
        ok(!JSON.stringify(one).includes('"raw"'), 'raw is not in the JSON')
      }
    },
  },
  {
    name: 'a status word outside the documentation is unknown, with the word kept',
    rule: 'task',
    ...needsUnknown,
    async run(world) {
      const { provider, handle } = await unfinished(world)
      plant(world, 'unknown-status', { on: 'read' })
      const task = await provider.get(handle)
      equal(task.status, 'unknown', 'the status')
      ok(task.nativeStatus !== '' && !isTerminal(task), 'the word is kept, and the task goes on')
    },
  },
  {
    name: 'success without a result is no success',
    rule: 'task',
    async run(world) {
      const { provider, handle } = await unfinished(world)
      plant(world, 'missing-url', { on: 'read', times: Number.POSITIVE_INFINITY })
      const task = await provider.get(handle).catch(() => undefined)
      ok(task?.status !== 'succeeded', 'a task without a result is not called succeeded')
    },
  },
  {
    name: 'a failed task is a value, with the provider’s own words',
    rule: 'task',
    everyKind: true,
    async run(world) {
      plant(world, 'task-fails')
      const { provider, handle } = await bought(world)
      const task = await fulfilled(wait(provider, handle), 'wait() for a task that fails')
      ok(task.status === 'failed', `the task ended ${task.status}`)
      const { reason, message, retryable } = task.failure
      oneOf(reason, ['content', 'input', 'capacity', 'internal', 'unknown'], 'the reason')
      ok(message !== '' && typeof retryable === 'boolean', 'the failure says why, and whether to try again')
    },
  },
]
