import { equal, ok } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { bought } from '../probe/buy.ts'
import { plant } from '../probe/plant.ts'

const globals = (): readonly PropertyKey[] => Reflect.ownKeys(globalThis)

/** A provider as an object among others. */
export const instanceCases: readonly ContractCase[] = [
  {
    name: 'the optional methods are those that the manifest promises',
    rule: 'instance',
    async run(world, { find, getMany, cancel }) {
      const provider = world.createProvider()
      const present = [provider.find, provider.getMany, provider.cancel].map((method) => method !== undefined)
      equal(
        present,
        [find !== false, getMany !== false, cancel],
        'whether find, getMany and cancel are there',
      )
    },
  },
  {
    name: 'a provider is frozen',
    rule: 'instance',
    async run(world) {
      ok(Object.isFrozen(world.createProvider()), 'nobody can replace a method of a provider')
    },
  },
  {
    name: 'a provider says who it is',
    rule: 'instance',
    async run(world) {
      const provider = world.createProvider({ account: 'studio' })
      ok(provider.id !== '' && provider.account !== '', 'it has an id and an account')
      ok(provider.catalog.offers.length > 0, 'it sells something')
    },
  },
  {
    name: 'a provider leaves no trace in the global scope, nor any state between instances',
    rule: 'instance',
    async run(world) {
      const before = globals()
      const { provider, handle } = await bought(world)
      plant(world, 'unauthorized', { on: 'read' })
      await provider.get(handle).catch(() => undefined)
      equal(globals(), before, 'the names in the global scope')
      equal((await world.createProvider().get(handle)).id, handle.id, 'the task that a new instance reads')
    },
  },
  {
    name: 'a provider lives by the clock it was given',
    rule: 'instance',
    async run(world) {
      const start = Date.UTC(2031, 6, 1)
      const offset = start - world.clock.now()
      const clock = {
        now: () => world.clock.now() + offset,
        sleep: world.clock.sleep,
      }
      const provider = world.createProvider({ clock })
      ok(provider.clock.now() === start, 'the clock it shows')
      const { handle } = await provider.submit(world.request)
      ok(handle.submittedAt >= start && handle.submittedAt < start + 60_000, 'the time in its handles')
    },
  },
]
