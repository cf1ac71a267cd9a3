import { boat, createEmulated } from '@reelay/rig/all'
import { describe, expect, it } from 'vitest'
import {
  acceptCallback,
  failover,
  generate,
  guard,
  isReadable,
  journaled,
  memoryJournal,
  openPurchases,
  type Purchase,
  ReelayError,
  resume,
  type TaskEvent,
  usd,
  type VideoProvider,
  wait,
} from '../../src/index.ts'

const idempotencyKey = 'order-1'
const key = { idempotencyKey }
const broken = 'Internal error'

interface Switches {
  readonly journal: boolean
  readonly failover: boolean
}

/** A shop that buys at Kling, where the first task fails, and at fal after it. */
function shop(switches: Switches) {
  const emulated = createEmulated((fetch) => fetch)
  const { emulator, create, clock } = emulated
  const journal = memoryJournal()
  emulator.control.failNext({ provider: 'kling', message: broken })
  const budget = { amount: usd(2), windowMs: 86_400_000 }
  const asked: string[] = []
  /** As another process would make it. */
  function stack(): VideoProvider {
    const { kling, fal } = create()
    const chain = failover([kling, fal], {
      maxCost: Number.POSITIVE_INFINITY,
      ...(switches.failover && { onFailedTask: 'move-on-if-free' }),
    })
    const confirm = ({ type }: { type: string }): boolean => asked.push(type) > 0
    return guard(journaled(chain, journal, switches.journal ? { afterFreeFailure: 'buy-again' } : {}), {
      budget,
      journal,
      confirm,
    })
  }
  const purchases = async (): Promise<readonly Purchase[]> => {
    const found = await journal.order(idempotencyKey)
    return found && isReadable(found) ? found.purchases : []
  }
  const used = async (): Promise<number> =>
    (await journal.reservations('default', { key: idempotencyKey })).reduce((sum, one) => sum + one.amount, 0)
  const tasks = (): number => emulator.control.tasks().length
  return { ...emulated, clock, journal, stack, purchases, used, tasks, asked }
}

type Shop = ReturnType<typeof shop>

/** How the first failure comes to be known; each but the first by a reading that must buy nothing. */
const seen: Readonly<Record<string, (shop: Shop) => Promise<void>>> = {
  async wait({ stack }) {
    const { handle } = await stack().submit(boat, key)
    await wait(stack(), handle)
  },
  async 'a webhook'({ stack, create, journal, clock }) {
    const { handle } = await stack().submit(boat, key)
    const task = await wait(create().kling, handle)
    const [purchase] = await openPurchases(journal)
    if (!purchase) throw new Error('nothing open')
    const event: TaskEvent = {
      provider: 'kling',
      deliveryId: 'one',
      verified: true,
      at: clock.now(),
      taskId: handle.id,
      nativeStatus: 'failed',
      status: 'failed',
      submission: purchase.submission,
      handle,
      task,
    }
    await acceptCallback(journal, event, { clock })
  },
  async resume({ stack, journal }) {
    await stack().submit(boat, key)
    for await (const item of resume(journal, [stack()])) {
      if (item.state === 'task') await wait(item.provider, item.handle)
    }
  },
}

const bothSwitches: readonly Switches[] = [
  { journal: false, failover: false },
  { journal: false, failover: true },
  { journal: true, failover: false },
  { journal: true, failover: true },
]

describe.each(bothSwitches)('switches: journal $journal, failover $failover', (switches) => {
  const mayBuy = switches.journal
  const second = switches.failover ? 'fal' : 'kling'

  it('a failure that generate sees: bought again by it, or thrown', async () => {
    const world = shop(switches)
    const told: string[] = []
    const clip = generate(world.stack(), boat, { ...key, onEvent: ({ type }) => told.push(type) })
    if (mayBuy) {
      const task = await clip
      expect(task.handle.provider).toBe(second)
      expect(task.attempts?.map(({ provider, code, outcome }) => [provider, code, outcome])).toEqual([
        ['kling', 'ERR_TASK_FAILED', 'accepted'],
        [second, undefined, 'accepted'],
      ])
      expect(told.filter((type) => type === 'buying-again')).toHaveLength(1)
    } else {
      await expect(clip).rejects.toMatchObject({ code: 'ERR_TASK_FAILED', handle: { provider: 'kling' } })
    }
    expect(world.tasks()).toBe(mayBuy ? 2 : 1)
    expect(world.asked).toHaveLength(mayBuy ? 2 : 1)
    expect((await world.purchases()).map(({ number }) => number)).toEqual(mayBuy ? [1, 2] : [1])
    // The first reservation is released in the step that makes the second.
    const rows = await world.journal.reservations('default', { key: idempotencyKey })
    expect(rows.filter(({ amount }) => amount > 0)).toHaveLength(mayBuy ? 1 : 0)
  })

  describe.each(Object.entries(seen))('a failure seen by %s', (_how, see) => {
    it('buys nothing by itself; the next submit does where a switch says so, once for two callers', async () => {
      const world = shop(switches)
      await see(world)
      expect(world.tasks()).toBe(1)
      const tasks = await Promise.all([world.stack(), world.stack()].map((one) => one.submit(boat, key)))
      expect(new Set(tasks.map(({ id }) => id)).size).toBe(1)
      expect(tasks[0]?.handle.provider).toBe(mayBuy ? second : 'kling')
      expect(world.tasks()).toBe(mayBuy ? 2 : 1)
      expect(await world.used()).toBe(mayBuy ? 420_000 : 0)
    })

    it('and whose second purchase loses its answer is never bought a third time', async () => {
      const world = shop(switches)
      await see(world)
      world.emulator.control.fault({ provider: second, on: 'create', kind: 'lost-after-create' })
      const ask = () =>
        world
          .stack()
          .submit(boat, key)
          .catch((error: unknown) => error as ReelayError)
      const answers = [await ask(), await ask(), await ask()]
      expect(world.tasks()).toBe(mayBuy ? 2 : 1)
      const lost = answers.map((answer) => ReelayError.isInstance(answer) && answer.outcome)
      const expected = mayBuy && second === 'fal' ? 'unknown' : false
      expect(lost).toEqual([expected, expected, expected])
      if (!mayBuy || second === 'fal') return
      // Found under the second purchase's own id, not under the first's.
      const [first, next] = await world.purchases()
      expect(next?.submission.externalId).not.toBe(first?.submission.externalId)
      expect(next?.handle?.id).not.toBe(first?.handle?.id)
    })
  })
})

it('what is not free is not bought again: no switch makes it so', async () => {
  const world = shop({ journal: true, failover: true })
  const { kling } = world.create()
  const { getMany: _many, ...single } = kling
  const paid: VideoProvider = {
    ...single,
    async get(handle, options) {
      const task = await kling.get(handle, options)
      return task.status === 'failed' ? { ...task, cost: { microUsd: 1, basis: 'reported' } } : task
    },
  }
  const provider = journaled(paid, world.journal, { afterFreeFailure: 'buy-again' })
  await wait(provider, (await provider.submit(boat, key)).handle)
  expect((await provider.submit(boat, key)).status).toBe('failed')
  expect(world.tasks()).toBe(1)
})

it('one deadline covers all purchases of a generate', async () => {
  const world = shop({ journal: true, failover: false })
  const from = world.clock.now()
  for (let i = 0; i < 5; i++) world.emulator.control.failNext({ provider: 'kling', message: broken })
  const deadlineMs = 5 * 60_000
  await generate(world.stack(), boat, { ...key, deadlineMs }).catch(() => undefined)
  expect(world.clock.now() - from).toBeLessThanOrEqual(deadlineMs + 1_000)
  expect(world.tasks()).toBeLessThanOrEqual(3)
})
