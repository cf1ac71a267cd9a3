import {
  type Chain,
  chain,
  clipOf,
  failover,
  generate,
  journaled,
  memoryJournal,
  mostOf,
  ReelayError,
  usd,
} from '@reelay/core'
import { createEmulated } from '@reelay/rig/all'
import { describe, expect, it } from 'vitest'

const old = { model: 'kling-v1-6', mode: 'std' } as const
const first = { kind: 'text-to-video', prompt: 'A paper boat', duration: 5, ...old } as const
// What an older list said: 2 units, which nobody confirms today.
const prices = [{ kind: 'extend', model: 'kling-v1-6', per: 'clip', usd: 0.28 }] as const

function world() {
  const emulated = createEmulated((fetch) => fetch, { kling: { unverifiedModels: 'accept' } })
  const journal = memoryJournal()
  const make = () => {
    const { kling, fal, replicate } = emulated.create(undefined, { kling: { prices } })
    return { kling: journaled(kling, journal), bare: kling, fal: journaled(fal, journal), replicate }
  }
  const ledger = () => emulated.emulator.control.ledger()
  return { ...emulated, make, ...make(), ledger }
}

const film = (provider: Parameters<typeof chain>[0]): Chain =>
  chain(provider)
    .generate(first)
    .extend({ ...old, prompt: 'It drifts on' })

async function thrown(doing: Promise<unknown>): Promise<ReelayError> {
  const error = await doing.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  if (!ReelayError.isInstance(error)) throw error ?? new Error('nothing was thrown')
  return error
}

describe('a chain of two steps', () => {
  it('is priced before its first cent, and costs what it was quoted', async () => {
    const { kling, ledger } = world()
    const { steps, problems, budget, isResumable } = film(kling).plan()
    expect([problems, isResumable, ledger()]).toEqual([[], true, []])
    expect(steps.map(({ kind, chosen }) => [kind, chosen?.model])).toEqual([
      ['text-to-video', 'kling-v1-6'],
      ['extend', 'kling-v1-6'],
    ])
    expect(budget.max).toBe(steps.reduce((sum, { quote }) => sum + (mostOf(quote) ?? 0), 0))
    const { task, steps: made } = await film(kling).run({ maxCost: budget.max })
    expect(made.map(({ number }) => number)).toEqual([1, 2])
    expect(task.outputs[0].duration).toBeGreaterThan(9)
    const charged = ledger().reduce((sum, { microUsd }) => sum + microUsd, 0)
    expect(charged).toBe(budget.max)
  })

  it('goes on after the last finished step under its key, asks for the rest alone, and pays for nothing twice', async () => {
    const { kling, make, emulator, ledger } = world()
    const asked: number[] = []
    const options = {
      idempotencyKey: 'film-1',
      confirm: ({ steps }: { readonly steps: readonly unknown[] }) => asked.push(steps.length) > 0,
    }
    emulator.control.fault({ provider: 'kling', on: 'create', kind: 'refuse', as: 'forbidden', skip: 1 })
    const error = await thrown(film(kling).run(options))
    expect(error).toMatchObject({ code: 'ERR_FORBIDDEN', outcome: 'accepted' })
    expect(error.earlier?.map(({ kind }) => kind)).toEqual(['text-to-video'])
    expect(error.message).toContain('step 2 (extend)')
    const again = await film(make().kling).run(options)
    const once = await film(make().kling).run(options)
    expect(once.task.id).toBe(again.task.id)
    expect([asked, ledger().length]).toEqual([[2, 1], 2])
  })

  it('buys nothing where it may cost more than it is allowed, or is declined', async () => {
    const { kling, ledger } = world()
    const tooDear = await thrown(film(kling).run({ maxCost: usd(0.3) }))
    const declined = await thrown(film(kling).run({ confirm: () => false }))
    expect([tooDear.code, declined.code]).toEqual(['ERR_BUDGET', 'ERR_DECLINED'])
    expect([tooDear.outcome, declined.outcome, ledger()]).toEqual(['none', 'none', []])
  })

  it('counts what an earlier run paid for against its limit', async () => {
    const { kling, make, emulator, ledger } = world()
    emulator.control.fault({ provider: 'kling', on: 'create', kind: 'refuse', as: 'forbidden', skip: 1 })
    await thrown(film(kling).run({ idempotencyKey: 'film-1' }))
    const { budget } = film(kling).plan()
    const again = make().kling
    const short = await thrown(film(again).run({ idempotencyKey: 'film-1', maxCost: budget.max - 1 }))
    expect([short.code, short.outcome, ledger().length]).toEqual(['ERR_BUDGET', 'accepted', 1])
    await film(again).run({ idempotencyKey: 'film-1', maxCost: budget.max })
    expect(ledger()).toHaveLength(2)
  })

  it('asks before it buys what turns out to have made no task', async () => {
    const { kling, ledger } = world()
    let told = 0
    const provider = {
      ...kling,
      // Somebody settles it between the question and the answer.
      known: async () =>
        told++ === 0 ? ({ state: 'unknown', answer: async () => undefined } as const) : undefined,
    }
    const error = await thrown(film(provider).run({ idempotencyKey: 'film-1', confirm: () => false }))
    expect([error.code, error.outcome, ledger()]).toEqual(['ERR_DECLINED', 'none', []])
  })

  it.each([Number.NaN, -1, '2'])('refuses %s as the most that it may cost', async (maxCost) => {
    const { kling, ledger } = world()
    const error = await thrown(film(kling).run({ maxCost: maxCost as number }))
    expect([error.outcome, ledger()]).toEqual(['none', []])
  })

  it('buys nothing at an unknown price under a limit', async () => {
    const { create, ledger } = createEmulatedWithout()
    const error = await thrown(film(create().kling).run({ maxCost: usd(100) }))
    expect([error.code, error.outcome, ledger()]).toEqual(['ERR_BUDGET', 'none', []])
  })

  it('is refused before the first cent where ids would have to cross providers', async () => {
    const { kling, fal, bare, replicate, ledger } = world()
    const elsewhere = chain(fal)
      .generate({ kind: 'text-to-video', prompt: 'A boat' })
      .extend({ ...old }, { provider: kling })
    const error = await thrown(elsewhere.run())
    expect([error.code, error.outcome, ledger()]).toEqual(['ERR_UNSUPPORTED', 'none', []])
    expect(error.problems?.[0]?.field).toBe('step 2 (extend).video')
    // Whoever of two may have made it.
    const either = chain(failover([bare, replicate], { maxCost: usd(10) }))
      .generate({ kind: 'text-to-video', prompt: 'A boat', ...old })
      .extend({ ...old }, { provider: kling })
    expect(
      either
        .plan()
        .problems.map(({ message }) => message)
        .join(),
    ).toContain('replicate')
  })

  it('goes on from a clip that there is', async () => {
    const { kling, ledger } = world()
    const task = await generate(kling, first)
    const longer = chain(kling).from(clipOf(task)).extend(old).extend(old)
    const { task: last } = await longer.run()
    expect(last.outputs[0].duration).toBeGreaterThan(13)
    expect(ledger()).toHaveLength(3)
  })

  it('has the handle of a finished step on whatever a listener throws', async () => {
    const { kling } = world()
    const failing = film(kling).run({
      onStep: () => {
        throw new TypeError('mine')
      },
    })
    const error = await thrown(failing)
    expect(error).toMatchObject({ outcome: 'accepted', handle: { kind: 'text-to-video' } })
  })
})

function createEmulatedWithout() {
  const { create, emulator } = createEmulated((fetch) => fetch, { kling: { unverifiedModels: 'accept' } })
  return { create, ledger: () => emulator.control.ledger() }
}
