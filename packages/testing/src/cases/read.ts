import { equal, failure, fulfilled, ok } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { bought } from '../probe/buy.ts'
import { plant } from '../probe/plant.ts'
import { neverMade } from '../probe/requests.ts'
import { lasting, passing, refusals } from './trouble.ts'

const always = { times: Number.POSITIVE_INFINITY }
const hopeless = [...passing, ...lasting, ...refusals.filter(({ fault }) => fault === 'unauthorized')]
// One look may take a second request, for a result kept elsewhere or for new credentials.
const mostReads = 2

/** Looking at a task once. */
export const readCases: readonly ContractCase[] = [
  {
    name: 'get reads a task without paying, and asks no more than it must',
    rule: 'read',
    async run(world) {
      const { provider, task, handle } = await bought(world)
      const reads = world.wire.reads()
      const read = await provider.get(handle)
      equal([read.id, read.handle], [task.id, handle], 'id and handle of the task')
      ok(world.wire.reads() - reads <= mostReads, `one look took ${world.wire.reads() - reads} requests`)
      equal(world.wire.posts(), 1, 'paid POSTs')
    },
  },
  ...hopeless.map(
    ({ title, fault, options }): ContractCase => ({
      name: `get never loses the handle to ${title}`,
      rule: 'money 5',
      async run(world) {
        const { provider, handle } = await bought(world)
        plant(world, fault, { ...options, on: 'read', ...always })
        const answer = await provider.get(handle).catch((error: unknown) => error)
        const ended = answer instanceof Error ? await failure(Promise.reject(answer), 'get()') : undefined
        if (ended)
          equal([ended.outcome, ended.handle], ['accepted', handle], 'outcome and handle on the error')
        else equal((answer as { handle?: unknown }).handle, handle, 'the handle of the task')
        equal(world.wire.posts(), 1, 'paid POSTs')
      },
    }),
  ),
  ...passing.map(
    ({ title, fault, options }): ContractCase => ({
      name: `get asks again after ${title}`,
      rule: 'read',
      async run(world) {
        const { provider, handle } = await bought(world)
        plant(world, fault, { ...options, on: 'read' })
        const task = await fulfilled(provider.get(handle), 'get(), at the second try,')
        equal(task.id, handle.id, 'the task read at the second try')
        equal(world.wire.posts(), 1, 'paid POSTs')
      },
    }),
  ),
  {
    name: 'get waits as long as it is told to',
    rule: 'read',
    async run(world) {
      const { provider, handle } = await bought(world)
      plant(world, 'rate-limit', { on: 'read', retryAfter: 4 })
      const startedAt = world.clock.now()
      await provider.get(handle)
      const waited = world.clock.now() - startedAt
      ok(waited >= 4_000, `the provider asked for 4,000 ms, and got ${waited}`)
    },
  },
  {
    name: 'get gives up after a few tries, and tells that it may be tried again',
    rule: 'read',
    async run(world) {
      const { provider, handle } = await bought(world)
      const [reads, startedAt] = [world.wire.reads(), world.clock.now()]
      plant(world, 'status', { on: 'read', status: 503, ...always })
      const error = await failure(provider.get(handle), 'get() while the provider is down')
      equal([error.code, error.retryable], ['ERR_UNAVAILABLE', true], 'code and retryable')
      ok(world.wire.reads() - reads <= 10, `it asked ${world.wire.reads() - reads} times`)
      ok(world.clock.now() > startedAt, 'it left the provider some time between its tries')
    },
  },
  {
    name: 'get is not repeated where repeating cannot help',
    rule: 'read',
    async run(world) {
      const { provider, handle } = await bought(world)
      const reads = world.wire.reads()
      plant(world, 'unauthorized', { on: 'read', ...always })
      const error = await failure(provider.get(handle), 'get() with refused credentials')
      equal([error.code, error.retryable], ['ERR_AUTH', false], 'code and retryable')
      ok(world.wire.reads() - reads <= mostReads, `it asked ${world.wire.reads() - reads} times`)
    },
  },
  {
    name: 'get takes no longer than its timeout allows, in the time of the given clock',
    rule: 'money 8',
    async run(world) {
      const { provider, handle } = await bought(world)
      plant(world, 'hang-request', { on: 'read', ...always })
      const startedAt = world.clock.now()
      const error = await failure(provider.get(handle, { timeoutMs: 3_000 }), 'get() without an answer')
      equal([error.code, error.handle], ['ERR_TIMEOUT', handle], 'code and handle')
      const waited = world.clock.now() - startedAt
      ok(waited >= 3_000 && waited <= 30_000, `it was given up after ${waited} ms`)
    },
  },
  {
    name: 'a task the provider has never heard of is not found, and keeps its handle',
    rule: 'read',
    async run(world) {
      const { provider, handle } = await bought(world)
      const lost = neverMade(handle)
      const error = await failure(provider.get(lost), 'get() of a task that does not exist')
      equal([error.code, error.handle], ['ERR_NOT_FOUND', lost], 'code and handle')
    },
  },
]
