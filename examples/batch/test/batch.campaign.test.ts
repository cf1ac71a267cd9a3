import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { ALL_FORMATS, FilePathSource, Input } from 'mediabunny'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { readOptions } from '../options.ts'
import { atTask, openStage, reelay, type Stage, start } from './support.ts'

// Real processes, 200 real clips.
vi.setConfig({ testTimeout: 240_000 })

let stage: Stage | undefined

async function opened(...options: Parameters<typeof openStage>): Promise<Stage> {
  stage = await openStage(...options)
  return stage
}

afterEach(async () => {
  await stage?.close()
  if (stage) await rm(join(stage.out, '..'), { recursive: true })
  stage = undefined
})

async function isMp4(file: string): Promise<boolean> {
  const handle = await open(file)
  const { buffer } = await handle.read(Buffer.alloc(12), 0, 12, 0)
  await handle.close()
  return buffer.toString('latin1', 4, 8) === 'ftyp'
}

const lengthOf = (file: string): Promise<number> =>
  new Input({ formats: ALL_FORMATS, source: new FilePathSource(file) }).computeDuration()

const paidIds = ({ paid }: Stage): ReadonlySet<string | undefined> =>
  new Set(paid().map(({ externalId }) => externalId))

describe('the batch example', () => {
  it('renders 200 clips, each paid for once, although it is killed half-way', async () => {
    const stage = await opened()
    const first = stage.start()
    atTask(stage, 100, () => first.kill('SIGKILL'))
    expect((await first.ended).signal).toBe('SIGKILL')
    const before = await stage.clips()
    expect(before.length).toBeGreaterThan(0)
    expect(before.length).toBeLessThan(100)

    const second = await stage.run()
    expect(second.stderr).toBe('')
    expect(second.code).toBe(0)
    expect(stage.paid()).toHaveLength(200)
    expect(paidIds(stage).size).toBe(200)

    const rows = parse(await readFile(join(import.meta.dirname, '../clips.csv')), { columns: true }) as {
      readonly id: string
      readonly duration: string
    }[]
    const clips = await stage.clips()
    expect(clips).toEqual(rows.map(({ id }) => `${id}.mp4`).sort())
    for (const clip of clips) expect(await isMp4(join(stage.out, clip)), clip).toBe(true)
    for (const { id, duration } of rows.filter((_, index) => index % 17 === 0)) {
      expect(await lengthOf(join(stage.out, `${id}.mp4`)), id).toBeCloseTo(Number(duration), 1)
    }

    // What is there is left alone; a clip that was thrown away is fetched again, not bought again.
    const [lost = ''] = clips
    await rm(join(stage.out, lost))
    const third = await stage.run()
    expect(third.code).toBe(0)
    expect(third.stdout).toContain('199 are there, 1 bought by an earlier run, nothing to buy')
    expect(await stage.clips()).toEqual(clips)
    expect(stage.paid()).toHaveLength(200)
  })

  it('stops waiting at Ctrl-C, says how to go on, and loses nothing', async () => {
    const stage = await opened()
    const first = stage.start('--limit', '12')
    atTask(stage, 7, () => first.kill('SIGINT'))
    const { code, stdout } = await first.ended
    expect(code).toBe(130)
    expect(stdout).toMatch(/Stopped\. \d+ clips are bought and go on at kling; nothing is lost\./)
    expect(stdout).toContain('To go on: node batch.ts --limit 12 --emulator')
    expect(stage.paid().length).toBeLessThan(12)

    const second = await stage.run('--limit', '12')
    expect(second.code).toBe(0)
    expect(await stage.clips()).toHaveLength(12)
    expect(stage.paid()).toHaveLength(12)
  })

  it('brings home what was bought even when its row is gone', async () => {
    const stage = await opened()
    const first = stage.start('--limit', '5')
    atTask(stage, 5, () => first.kill('SIGKILL'))
    await first.ended
    expect((await stage.run('--limit', '1')).code).toBe(0)
    expect(await stage.clips()).toHaveLength(5)
    expect(stage.paid()).toHaveLength(5)
  })

  it('tells everything that is wrong with a CSV, by line, before anything is bought', async () => {
    const stage = await opened()
    const csv = await stage.csv(
      'fine,A paper boat,5,16:9,',
      'not/a/name,A paper hat,5,16:9,',
      'long,"A paper crane',
      'on two lines",99,16:9,',
      'shape,A paper plane,5,7:3,ultra',
      'FINE,A paper star,5,16:9,',
      'empty,,5,16:9,',
      'number,A paper fan,five,16:9,',
      'short,A paper box',
    )
    const { code, stdout, stderr } = await stage.run(csv)
    expect(code).toBe(2)
    const told = [...stderr.matchAll(/^ {2}line (\d+): (\w+)/gm)].map(([, line, field]) => `${line} ${field}`)
    expect(told).toEqual(['3 id', '4 duration', '6 mode', '7 id', '8 prompt', '9 duration', '10 Invalid'])
    expect(stdout).toBe('')
    expect(stage.paid()).toHaveLength(0)
  })

  it('refuses a column it does not know, and names the one probably meant', async () => {
    const stage = await opened()
    const csv = await stage.file('id,prompt,aspect-ratio', 'boat,A paper boat,9:16')
    const { code, stderr } = await stage.run(csv)
    expect(code).toBe(2)
    expect(stderr).toContain('line 1: There is no column "aspect-ratio". Did you mean aspect_ratio?')
    expect(stage.paid()).toHaveLength(0)
  })

  it('goes on past rows that the content filter stops, and does not buy them again', async () => {
    const stage = await opened()
    const csv = await stage.csv(
      'one,A paper boat,5,16:9,',
      'late,A forbidden-async boat,5,16:9,',
      'early,A forbidden-sync boat,5,16:9,',
      'two,A paper hat,5,1:1,',
    )
    const first = await stage.run(csv)
    expect(first.code).toBe(1)
    expect(first.stdout).toMatch(/rendered +2\n {2}failed +2\n/)
    // The failed task cost nothing.
    expect(first.stdout).toMatch(/money +\$0\.84\n/)
    expect(first.stdout).toMatch(/^ {2}late\n {4}.*risk control/m)
    expect(first.stdout).toMatch(/^ {2}early\n {4}.*content security policy/m)
    expect(await stage.clips()).toEqual(['one.mp4', 'two.mp4'])

    const second = await stage.run(csv)
    expect(second.code).toBe(1)
    expect(second.stdout).toContain('late')
    expect(stage.paid()).toHaveLength(3)
  })

  it('stops at the budget, with the arithmetic, and goes on with a larger one', async () => {
    const stage = await opened()
    const lines = ['boat', 'hat', 'crane', 'plane', 'star'].map((id) => `${id},A paper ${id},5,16:9,`)
    const csv = await stage.csv(...lines)
    const first = await stage.run(csv, '--budget', '1.5', '--concurrency', '1')
    expect(first.code).toBe(1)
    expect(first.stdout).toContain(
      'The task may cost $0.42, but of the $1.50 that budget "batch" has for 720 h, $1.26 are spent or set aside and $0.24 are left.',
    )
    expect(first.stdout).toMatch(/rendered +3\n {2}failed +0\n {2}not bought +2\n/)
    expect(stage.paid()).toHaveLength(3)

    // Not even the clip that was bought and thrown away needs room in it.
    await rm(join(stage.out, 'boat.mp4'))
    await stage.run(csv, '--budget', '1.5')
    expect(await stage.clips()).toEqual(['boat.mp4', 'crane.mp4', 'hat.mp4'])

    expect((await stage.run(csv, '--budget', '2.1')).code).toBe(0)
    expect(await stage.clips()).toHaveLength(5)
    expect(stage.paid()).toHaveLength(5)
  })

  it('says what to do about a purchase that nobody knows the end of, and does not repeat it', async () => {
    const stage = await opened()
    stage.control.fault({ provider: 'fal', on: 'create', kind: 'lost-after-create' })
    const csv = await stage.csv('boat,A paper boat,5,16:9,', 'hat,A paper hat,5,16:9,')
    const args = [csv, '--provider', 'fal', '--concurrency', '1']
    const first = await stage.run(...args)
    expect(first.code).toBe(1)
    expect(first.stdout).toMatch(/rendered +1\n {2}failed +0\n {2}bought or not: unknown +1\n/)
    expect(await stage.clips()).toEqual(['hat.mp4'])

    expect((await stage.run(...args)).code).toBe(1)
    expect(stage.paid()).toHaveLength(2)

    // What it says to do, by somebody who has looked.
    const [, command = ''] = /npx reelay (resume .* --settle boat --as) not-created/.exec(first.stdout) ?? []
    const [lost = ''] = stage.paid().map(({ taskId }) => taskId)
    await reelay([...command.split(' '), 'created', '--task', lost])
    expect((await stage.run(...args)).code).toBe(0)
    expect(await stage.clips()).toEqual(['boat.mp4', 'hat.mp4'])
    expect(stage.paid()).toHaveLength(2)
  })

  it('asks an account that refuses once, not for every row', async () => {
    const stage = await opened()
    stage.control.fault({ on: 'create', kind: 'refuse', as: 'funds', times: Number.POSITIVE_INFINITY })
    const { code, stdout } = await stage.run('--limit', '30', '--concurrency', '1')
    expect(code).toBe(1)
    expect(stdout).toMatch(/not bought +30\n/)
    const creates = stage.control.requests().filter(({ op }) => op === 'create')
    expect(creates).toHaveLength(1)
  })

  it('needs no emulator beside it', async () => {
    const stage = await opened()
    const { code, stdout } = await start(['--limit', '3', '--out', stage.out]).ended
    expect(code).toBe(0)
    expect(stdout).toContain('built-in emulator, 3 to buy')
    expect(await stage.clips()).toHaveLength(3)
  })

  it('does not spend real money without being told how much', () => {
    expect(() => readOptions(['--live'])).toThrow(/--budget/)
    expect(readOptions(['--live', '--budget', '20'])).toMatchObject({
      live: true,
      budget: 20,
      out: 'out-live',
    })
    expect(readOptions([])).toMatchObject({ live: false, out: 'out' })
  })
})
