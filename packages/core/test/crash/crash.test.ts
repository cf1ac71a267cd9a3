import { afterAll, expect, it, vi } from 'vitest'
import { campaign, kindsAt, leastStruck, report, type Tally } from './campaign.ts'

vi.setConfig({ testTimeout: 300_000 })

// Eight and four rounds of every kind of instant there is.
const targets = { kling: 8 * 17, fal: 4 * 16 } as const
let tallies: Readonly<Record<string, Tally>> = {}
afterAll(() => console.log(report(tallies)))

it('clips of processes killed 200 times are all delivered, and paid for once', async () => {
  const run = (provider: 'kling' | 'fal'): Promise<Tally> =>
    campaign(provider, { target: targets[provider], seed: 1, choose: leastStruck(provider) })
  // Both at once: half of a life is waiting.
  const [kling, fal] = await Promise.all([run('kling'), run('fal')])
  tallies = { kling, fal }
  expect([...kling.broken, ...fal.broken]).toEqual([])
  expect([kling.tasks, fal.tasks]).toEqual([kling.clips, fal.clips])
  expect(kling.total + fal.total).toBeGreaterThanOrEqual(200)
  expect(kindsAt('kling').filter((name) => !kling.kills.get(name))).toEqual([])
  expect(kindsAt('fal').filter((name) => !fal.kills.get(name))).toEqual([])
  // Where a lost task can be looked for, no person has to.
  expect(kling.unknown).toBe(0)
  expect(fal.unknown).toBeGreaterThan(0)
})

it('the same deaths show when a program keeps no journal', async () => {
  const choose = () => ({ name: 'create answer sent', skip: 0 })
  const { broken, tasks, clips } = await campaign('fal', { target: 2, seed: 1, choose, forgetful: true })
  expect(tasks).toBeGreaterThan(clips)
  expect(broken.join()).toMatch(/clip fal-1-1-1: paid for [2-9] times/)
})
