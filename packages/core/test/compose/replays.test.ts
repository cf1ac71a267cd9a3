import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createEmulated } from '@reelay/rig/all'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { png } from '../../../kling/test/world.ts'
import {
  type GuardOptions,
  memoryJournal,
  type ReelayError,
  type RenderRequest,
  usd,
  type VideoProvider,
  type VideoTask,
} from '../../src/index.ts'
import { rejection, used } from './journaled-support.ts'
import { journalsOf, type Stacking, stack, stackings } from './stackings.ts'

const key = { idempotencyKey: 'order-1' }
// Large enough for fal to want it uploaded.
const clip: RenderRequest = {
  kind: 'image-to-video',
  prompt: 'It sails',
  startImage: png(640, 360, 8_192),
  model: 'kling-v3',
}
const budget = { amount: usd(10), windowMs: Number.POSITIVE_INFINITY }

type Seller = 'kling' | 'fal'

/** A process that bought something, and one after it that is allowed nothing any more. */
function world(stacking: Stacking) {
  const emulated = createEmulated((fetch) => fetch)
  const { clock, emulator, create } = emulated
  const { control } = emulator
  const [journals, money] = [journalsOf(), memoryJournal()]
  const confirm = vi.fn((): boolean => true)
  const leavesOf = (first: Seller, missing?: Seller): readonly VideoProvider[] => {
    const { kling, fal } = create()
    const [keyless, fetch] = [{ clock }, clock.track(emulator.fetch)]
    const own = {
      kling: missing === 'kling' ? createKling({ ...keyless, fetch }) : kling,
      fal: missing === 'fal' ? createFal({ ...keyless, fetch }) : fal,
    }
    return first === 'kling' ? [own.kling, own.fal] : [own.fal, own.kling]
  }
  /** Before: everything is allowed. */
  const rich = (first: Seller): VideoProvider =>
    stack(stacking, leavesOf(first), { journals, guard: { budget, confirm, journal: money }, govern: {} })
  /** After: the budget is used up, somebody says no, every slot is taken, and a leaf may have lost its key. */
  async function poor(first: Seller, missing?: Seller): Promise<VideoProvider> {
    const strict: GuardOptions = {
      maxCostPerTask: 1,
      budget: { ...budget, amount: 1 },
      confirm,
      journal: money,
    }
    const made = stack(stacking, leavesOf(first, missing), {
      journals,
      guard: strict,
      govern: { concurrency: 1, maxWaitMs: 0 },
    })
    confirm.mockReset().mockReturnValue(false)
    const others = (await running).filter(({ handle }) => handle.provider !== missing)
    for (const { handle } of others) await made.get(handle)
    return made
  }
  /** Somebody's tasks, which take the slots of whoever sees them. */
  const running: Promise<readonly VideoTask[]> = Promise.all(
    Object.values(create())
      .filter(({ id }) => id === 'kling' || id === 'fal')
      .map(async (leaf) => {
        control.slowNext({ provider: leaf.id as Seller, ms: 24 * 3_600_000 })
        return leaf.submit({ kind: 'text-to-video', prompt: 'Another', model: 'kling-v3' })
      }),
  )
  const ops = () => control.requests().map(({ op }) => op)
  const counts = async () => ({
    creates: ops().filter((op) => op === 'create').length,
    uploads: ops().filter((op) => op === 'upload' || op === 'other').length,
    paid: control.ledger().length,
    confirms: confirm.mock.calls.length,
    used: await used(money),
  })
  return { ...emulated, control, journals, money, running, rich, poor, counts, confirm }
}

type World = ReturnType<typeof world>

/** Submits the order again, first as it is allowed and then as it is not; nothing may be sent, asked or set aside. */
async function replay(
  { rich, poor, counts, confirm }: World,
  first: Seller,
  check: (answer: VideoTask | ReelayError) => void,
  { request = clip, missing }: { request?: RenderRequest; missing?: Seller } = {},
): Promise<void> {
  for (const order of [first, first === 'kling' ? 'fal' : 'kling'] as const) {
    for (const provider of [rich(order), await poor(order, missing)]) {
      confirm.mockClear()
      const before = await counts()
      check(await provider.submit(request, key).catch((error: ReelayError) => error))
      const after = await counts()
      expect({ ...after, used: 0 }).toEqual({ ...before, confirms: 0, used: 0 })
      // The end of a task that is read may give something back.
      expect(after.used).toBeLessThanOrEqual(before.used)
    }
  }
}

const isTask = (id: string, status: VideoTask['status']) => (answer: VideoTask | ReelayError) =>
  expect(answer).toMatchObject({ id, status, handle: { idempotencyKey: 'order-1' } })

afterEach(() => void vi.unstubAllEnvs())

describe.each(stackings)('a key submitted again through $name', { timeout: 60_000 }, (stacking) => {
  it.each(['kling', 'fal'] as const)('of a task at %s: running, then ended', async (first) => {
    const it = world(stacking)
    await it.running
    const task = await it.rich(first).submit(clip, key)
    expect(task.handle.provider).toBe(first)
    await replay(it, first, (answer) => expect(answer).toMatchObject({ id: task.id }))
    await it.clock.sleep(3_600_000)
    await replay(it, first, isTask(task.id, 'succeeded'))
  })

  it('of a task that has failed', async () => {
    const it = world(stacking)
    await it.running
    it.control.failNext({ provider: 'kling' })
    const task = await it.rich('kling').submit(clip, key)
    await it.clock.sleep(3_600_000)
    await replay(it, 'kling', isTask(task.id, 'failed'))
  })

  it('of a lost answer that nobody can look for', async () => {
    const it = world(stacking)
    await it.running
    it.control.fault({ provider: 'fal', on: 'create', kind: 'lost-after-create' })
    const lost = await rejection(it.rich('fal').submit(clip, key))
    expect([lost.outcome, lost.provider]).toEqual(['unknown', 'fal'])
    await it.clock.sleep(180_000)
    await replay(it, 'fal', (answer) =>
      expect(answer).toMatchObject({ outcome: 'unknown', submission: { attempt: lost.submission?.attempt } }),
    )
  })

  it('of a lost answer whose task can be looked for', async () => {
    const it = world(stacking)
    await it.running
    const blind = it.control.fault({ provider: 'kling', on: 'any-read', kind: 'html', times: Infinity })
    it.control.fault({ provider: 'kling', on: 'create', kind: 'lost-after-create', times: 3 })
    const lost = await rejection(it.rich('kling').submit(clip, key))
    expect(lost.outcome).toBe('unknown')
    blind.remove()
    await it.clock.sleep(180_000)
    const [own] = it.control.ledger().filter(({ externalId }) => externalId === lost.submission?.externalId)
    await replay(it, 'kling', (answer) => expect(answer).toMatchObject({ id: own?.taskId }))
  })

  it.each(['kling', 'fal'] as const)('with another request, bought at %s', async (first) => {
    const it = world(stacking)
    await it.running
    const { handle } = await it.rich(first).submit(clip, key)
    const conflict = (answer: VideoTask | ReelayError) =>
      expect(answer).toMatchObject({
        code: 'ERR_INVALID_REQUEST',
        outcome: 'none',
        handle,
        problems: [{ field: 'idempotencyKey', rule: 'conflict' }],
      })
    await replay(it, first, conflict, { request: { ...clip, prompt: 'It sinks' } })
  })

  it('where the other leaf has lost its key, and where its own has', async () => {
    for (const name of [
      'KLINGAI_API_KEY',
      'KLINGAI_ACCESS_KEY',
      'KLINGAI_SECRET_KEY',
      'FAL_KEY',
      'FAL_KEY_ID',
    ])
      vi.stubEnv(name, undefined)
    const it = world(stacking)
    await it.running
    const task = await it.rich('kling').submit(clip, key)
    await replay(it, 'kling', (answer) => expect(answer).toMatchObject({ id: task.id }), { missing: 'fal' })
    const { poor, counts } = it
    const keyless = await poor('kling', 'kling')
    const before = await counts()
    const error = await rejection(keyless.submit(clip, key))
    expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'accepted', handle: task.handle })
    expect(await counts()).toEqual({ ...before, confirms: 0 })
  })
})
