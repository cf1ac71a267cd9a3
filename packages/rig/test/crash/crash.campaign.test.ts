import process from 'node:process'
import { afterAll, expect, it, vi } from 'vitest'
import { binaries, postgresServer } from '../../../sql/test/postgres-server.ts'
import { campaign, kindsAt, leastStruck, report, type Tally } from './campaign.ts'

vi.setConfig({ testTimeout: 600_000 })

// Eight and four rounds of every kind of instant there is; the gate gives PostgreSQL as many.
const rounds = Number(process.env.REELAY_TEST_CRASH_ROUNDS ?? 1)
const targets = {
  sqlite: { kling: 8 * 18, fal: 4 * 17 },
  postgres: { kling: 2 * 18 * rounds, fal: 17 * rounds },
}
let tallies: Readonly<Record<string, Tally>> = {}
afterAll(() => console.log(report(tallies)))

async function killMany(name: keyof typeof targets, postgres?: string): Promise<void> {
  const target = targets[name]
  const run = (provider: 'kling' | 'fal'): Promise<Tally> =>
    campaign(provider, { target: target[provider], seed: 1, choose: leastStruck(provider), postgres })
  // Both at once: half of a life is waiting.
  const [kling, fal] = await Promise.all([run('kling'), run('fal')])
  tallies = { ...tallies, [`${name} kling`]: kling, [`${name} fal`]: fal }
  expect([...kling.broken, ...fal.broken]).toEqual([])
  expect([kling.tasks, fal.tasks]).toEqual([kling.clips, fal.clips])
  expect(kling.total + fal.total).toBeGreaterThanOrEqual(target.kling + target.fal)
  expect(kindsAt('kling').filter((kind) => !kling.kills.get(kind))).toEqual([])
  expect(kindsAt('fal').filter((kind) => !fal.kills.get(kind))).toEqual([])
  // Where a lost task can be looked for, no person has to.
  expect(kling.unknown).toBe(0)
  expect(fal.unknown).toBeGreaterThan(0)
}

it('clips of processes killed 200 times are all delivered, and paid for once', () => killMany('sqlite'))

it.skipIf(!binaries())('the same where the journal is in PostgreSQL', async () => {
  const server = await postgresServer()
  try {
    await killMany('postgres', server.url)
  } finally {
    await server.stop()
  }
})

it('the same deaths show when a program keeps no journal', async () => {
  const choose = () => ({ name: 'create answer sent', skip: 0 })
  const { broken, tasks, clips } = await campaign('fal', { target: 2, seed: 1, choose, forgetful: true })
  expect(tasks).toBeGreaterThan(clips)
  expect(broken.join()).toMatch(/clip fal-1-1-1: paid for [2-9] times/)
})
