import { describe, expect, it } from 'vitest'
import { createRig } from '../../../kling/test/world.ts'
import { generate, govern, guard, usd, type VideoProvider } from '../../src/index.ts'

const boat = (prompt: string) => ({ kind: 'text-to-video', prompt, model: 'kling-v2-6' }) as const

/** Most tasks at a time, from when each was made and when it ended. */
function peak(spans: readonly { from: number; to: number }[]): number {
  return Math.max(...spans.map(({ from }) => spans.filter((one) => one.from <= from && from < one.to).length))
}

describe('an emulated Kling with room for 5', () => {
  for (const [concurrency, mostRefusals] of [
    [5, 0],
    // 45 at first, and then less than one for each clip.
    [50, 200],
  ] as const) {
    it(`makes 200 clips through govern at ${concurrency}: no refusal reaches the caller, and the order is fair`, async () => {
      const { clock, kling, emulator, requests } = createRig()
      emulator.control.setBalance(10_000)
      const entered: string[] = []
      const watched: VideoProvider = {
        ...kling,
        submit(request, options) {
          if (!entered.includes(request.prompt ?? '')) entered.push(request.prompt ?? '')
          return kling.submit(request, options)
        },
      }
      const governed = govern(watched, { concurrency })
      const prompts = Array.from({ length: 200 }, (_, index) => `boat ${index}`)
      const ends = new Map<string, number>()
      await Promise.all(
        prompts.map(async (prompt) => {
          const { id } = await generate(governed, boat(prompt), { deadlineMs: 24 * 3_600_000 })
          ends.set(id, clock.now())
        }),
      )
      const { control } = emulator
      expect(control.ledger()).toHaveLength(200)
      expect(entered).toEqual(prompts)
      // Signing takes its time, so neighbours may overtake each other on the way; nobody waits for a later batch.
      const created = control.tasks().map(({ request }) => prompts.indexOf(String(request.prompt)))
      expect(Math.max(...created.map((wanted, index) => Math.abs(wanted - index)))).toBeLessThan(concurrency)
      const running = control.tasks().map(({ createdAt, updatedAt }) => ({ from: createdAt, to: updatedAt }))
      expect(peak(running)).toBe(5)
      const held = control.tasks().map(({ id, createdAt }) => ({ from: createdAt, to: ends.get(id) ?? 0 }))
      if (concurrency === 5) expect(peak(held)).toBe(5)
      const refused = requests('create').filter(({ status }) => status === 429)
      expect(refused.length).toBeLessThanOrEqual(mostRefusals)
    })
  }

  it('keeps to a budget at the same time, in either order', async () => {
    const budget = { amount: usd(1), windowMs: 3_600_000 }
    for (const outside of ['guard', 'govern'] as const) {
      const { kling, emulator } = createRig()
      const both =
        outside === 'guard'
          ? guard(govern(kling, { concurrency: 2 }), { budget })
          : govern(guard(kling, { budget }), { concurrency: 2 })
      const results = await Promise.allSettled(
        Array.from({ length: 100 }, (_, index) => generate(both, boat(`boat ${index}`))),
      )
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
      expect(emulator.control.ledger().reduce((sum, { microUsd }) => sum + microUsd, 0)).toBe(840_000)
    }
  })
})
