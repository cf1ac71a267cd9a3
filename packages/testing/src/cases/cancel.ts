import { wait } from '@reelay/core'
import { equal, failure, oneOf } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { bought, unfinished } from '../probe/buy.ts'
import { needsCancel } from '../probe/needs.ts'
import { plant } from '../probe/plant.ts'

/** Stopping a task upstream, which happens only when somebody asks for it. */
export const cancelCases: readonly ContractCase[] = [
  {
    name: 'cancel says what came of it, and the task can still be read',
    rule: 'money 8',
    everyKind: true,
    ...needsCancel,
    async run(world) {
      const { provider, handle } = await unfinished(world)
      const result = await provider.cancel?.(handle)
      oneOf(result, ['canceled', 'requested', 'too-late'], 'the answer of cancel()')
      const task = await wait(provider, handle)
      equal(task.id, handle.id, 'the task that its handle leads to')
      if (result === 'canceled') equal(task.status, 'canceled', 'the status of a task that was canceled')
    },
  },
  {
    name: 'cancel that fails keeps the handle',
    rule: 'money 5',
    ...needsCancel,
    async run(world) {
      const { provider, handle } = await bought(world)
      // Whatever method the provider stops tasks with, it is no create.
      plant(world, 'html', { on: 'read', times: Number.POSITIVE_INFINITY })
      const cancel = async (): Promise<unknown> => provider.cancel?.(handle)
      const error = await failure(cancel(), 'cancel() while the provider is down')
      equal([error.outcome, error.handle], ['accepted', handle], 'outcome and handle on the error')
    },
  },
  {
    name: 'giving up never stops the task upstream',
    rule: 'money 8',
    async run(world) {
      const { provider, handle } = await unfinished(world)
      const waiting = wait(provider, handle, { deadlineMs: 1 })
      await failure(waiting, 'a wait that is too short')
      const abortSignal = AbortSignal.abort('the user went home')
      await failure(wait(provider, handle, { abortSignal }), 'an aborted wait')
      await failure(provider.get(handle, { abortSignal }), 'an aborted look')
      equal((await wait(provider, handle)).status, 'succeeded', 'how the task ends all the same')
    },
  },
]
