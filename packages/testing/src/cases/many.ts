import { ReelayError, type TaskHandle, type VideoProvider } from '@reelay/core'
import { equal, ok } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { needsGetMany } from '../probe/needs.ts'
import { plant } from '../probe/plant.ts'
import { neverMade } from '../probe/requests.ts'
import type { World } from '../world.ts'

const howMany = 4

async function severalTasks(
  world: World,
): Promise<{ provider: VideoProvider; handles: readonly TaskHandle[] }> {
  const provider = world.createProvider()
  const tasks = await Promise.all(Array.from({ length: howMany }, () => provider.submit(world.request)))
  return { provider, handles: tasks.map(({ handle }) => handle) }
}

/** Looking at many tasks at once. */
export const manyCases: readonly ContractCase[] = [
  {
    name: 'getMany answers for every handle, by the handle given, in fewer requests',
    rule: 'read',
    ...needsGetMany,
    async run(world, { getMany }) {
      const { provider, handles } = await severalTasks(world)
      const reads = world.wire.reads()
      const answers = await provider.getMany?.(handles)
      equal(answers?.size, handles.length, 'answers')
      // Tasks under way are in no list of ended ones.
      const most = getMany === 'ended' ? handles.length + 1 : handles.length - 1
      ok(world.wire.reads() - reads <= most, 'it takes fewer requests than asking for each')
      for (const handle of handles) {
        const answer = answers?.get(handle)
        ok(answer && !ReelayError.isInstance(answer), 'each handle has its task')
        equal([answer.id, answer.handle], [handle.id, handle], 'id and handle of the task')
      }
      equal(world.wire.posts(), howMany, 'paid POSTs')
    },
  },
  {
    name: 'getMany answers for every handle when the provider is down, and loses none',
    rule: 'money 5',
    ...needsGetMany,
    async run(world) {
      const { provider, handles } = await severalTasks(world)
      plant(world, 'html', { on: 'read', times: Number.POSITIVE_INFINITY })
      const answers = await provider.getMany?.(handles)
      equal(answers?.size, handles.length, 'answers')
      for (const handle of handles) {
        const answer = answers?.get(handle)
        ok(ReelayError.isInstance(answer), 'each handle has its error')
        equal([answer.outcome, answer.handle], ['accepted', handle], 'outcome and handle on the error')
      }
    },
  },
  {
    name: 'getMany tells which task the provider does not know, and still answers for the others',
    rule: 'read',
    ...needsGetMany,
    async run(world) {
      const { provider, handles } = await severalTasks(world)
      const [first, ...others] = handles
      ok(first, 'there is a task')
      const lost = neverMade(first)
      const answers = await provider.getMany?.([lost, ...others])
      const answer = answers?.get(lost)
      ok(ReelayError.isInstance(answer), 'the task that does not exist has an error')
      equal([answer.code, answer.handle], ['ERR_NOT_FOUND', lost], 'code and handle')
      for (const handle of others)
        ok(!ReelayError.isInstance(answers?.get(handle)), 'the others have their task')
    },
  },
  {
    name: 'getMany of nothing asks nothing',
    rule: 'read',
    ...needsGetMany,
    async run(world) {
      const answers = await world.createProvider().getMany?.([])
      equal([answers?.size, world.wire.reads()], [0, 0], 'answers and requests')
    },
  },
]
