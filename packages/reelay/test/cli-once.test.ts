import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Order, openPurchases } from '@reelay/core'
import { sqliteJournal } from '@reelay/sql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDesk, type Desk, type Ended } from './cli-process.ts'
import { createStudio, type Studio } from './cli-studio.ts'

let desk: Desk
let studio: Studio
beforeEach(async () => {
  desk = createDesk()
  studio = await createStudio()
})
afterEach(async () => {
  await desk.close()
  await studio.close()
})

const at = (): readonly string[] => ['--base-url', studio.url]
const order = (words = 'A boat', ...more: readonly string[]): readonly string[] => [
  'generate',
  words,
  '--live',
  '--yes',
  '--key',
  'order-77',
  ...at(),
  ...more,
]
const run = (args: readonly string[]): Promise<Ended> => desk.run(args, { env: studio.env })
const path = (): string => join(desk.folder, 'renders/journal.db')
const clips = async (): Promise<number> => (await desk.files()).filter((file) => file.endsWith('.mp4')).length

async function stored(): Promise<unknown> {
  const journal = sqliteJournal(path())
  const found = (await journal.order('order-77')) as Order
  await journal.close()
  return found.purchases.map(({ state, ended, stored }) => [state, ended?.status, stored])
}

/** Starts a purchase and kills it when something has happened. */
async function killed(when: Promise<void>): Promise<void> {
  const child = desk.start(order(), { env: studio.env })
  const closed = once(child, 'close')
  await when
  child.kill('SIGKILL')
  await closed
}

describe('a key', () => {
  it('is bought once: given again it answers with the clip, without keys, questions or prices', async () => {
    expect((await run(order())).code).toBe(0)
    const again = await desk.run(['generate', 'A boat', '--live', '--key', 'order-77', '--json'])
    expect(again.code).toBe(0)
    expect(again.err).toMatch(
      /The order "order-77" was bought on .* as task task-1 at kling\. Nothing is bought now\./,
    )
    expect(again.err).not.toContain('This spends')
    expect(JSON.parse(again.out)).toMatchObject({
      taskId: 'task-1',
      path: join(desk.folder, 'renders/kling-v3-std-task-1.mp4'),
    })
    expect([studio.posts(), await clips()]).toEqual([1, 1])
  })

  it('that names another request is refused, and nothing is sent', async () => {
    await run(order())
    const other = await run(order('A hat', '--json'))
    expect(other).toMatchObject({ code: 2, err: expect.stringContaining('names another request already') })
    expect(JSON.parse(other.out)).toMatchObject({
      error: { code: 'ERR_INVALID_REQUEST', outcome: 'none', handle: { id: 'task-1' } },
    })
    expect(studio.posts()).toBe(1)
  })

  it('given twice at the same time is bought once, and both get the clip', async () => {
    const both = await Promise.all([run(order()), run(order())])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect([studio.posts(), await clips()]).toEqual([1, 1])
  })

  it('whose answer was lost with its process is looked for, not bought again', async () => {
    studio.stall()
    await killed(studio.posted())
    studio.release()
    // As if the time had passed for which the request is taken to be under way.
    const database = new DatabaseSync(path())
    database.exec(`UPDATE reelay_orders SET doc = json_set(doc, '$.purchases[0].attempts[0].until', 0)`)
    database.close()
    const again = await run(order())
    expect(again).toMatchObject({ code: 0, err: expect.stringContaining('has no verdict yet') })
    expect(again.err).not.toContain('This spends')
    expect([studio.posts(), await clips()]).toEqual([1, 1])
  })

  it('goes with --live', async () => {
    const demo = await desk.run(['generate', 'A boat', '--key', 'order-77'])
    expect(demo).toMatchObject({ code: 2, err: expect.stringContaining('--key goes with --live') })
  })
})

describe('a clip', () => {
  it.each([
    ['resume', () => ['resume', ...at()]],
    ['the same order', () => order()],
    ['wait', () => ['wait', 'handle.json', ...at()]],
  ])('whose saving was killed is brought home by %s', async (by, command) => {
    studio.stallClips()
    await killed(studio.begun())
    expect(await stored()).toEqual([['bought', 'succeeded', { state: 'open' }]])
    expect(await clips()).toBe(0)
    studio.release()
    if (by === 'wait') {
      const listed = await run(['journal', '--open', '--json'])
      const { writeFile } = await import('node:fs/promises')
      await writeFile(join(desk.folder, 'handle.json'), listed.out)
    }
    expect((await run(command())).code).toBe(0)
    expect(await stored()).toEqual([['bought', 'succeeded', { state: 'done' }]])
    expect((await run(['resume', ...at()])).out).toContain('Nothing is open')
    expect([studio.posts(), await clips()]).toEqual([1, 1])
    expect((await desk.files()).filter((file) => /order\.json|part/.test(file))).toEqual([])
  })

  it('that the provider no longer holds is lost, which is told and ends it', async () => {
    studio.stallClips()
    await killed(studio.begun())
    studio.loseClips()
    const told = await run(['resume', ...at(), '--json'])
    expect(told.code).toBe(1)
    expect(JSON.parse(told.out)).toMatchObject({ error: { code: 'ERR_DOWNLOAD', handle: { id: 'task-1' } } })
    const lost = { state: 'lost', reason: 'The provider no longer holds the clip (HTTP 410).' }
    expect(await stored()).toEqual([['bought', 'succeeded', lost]])
    expect((await run(['resume', ...at()])).out).toContain('Nothing is open')
    const again = await run(order())
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('is lost') })
    expect(studio.posts()).toBe(1)
  })

  it('is on disk before the purchase is closed, and after that nothing is open', async () => {
    await run(order())
    const journal = sqliteJournal(path())
    expect(await openPurchases(journal)).toEqual([])
    await journal.close()
    expect(await stored()).toEqual([['bought', 'succeeded', { state: 'done' }]])
  })
})

describe('an order that cannot be read', () => {
  it('is told by resume, and nothing is bought under its key', async () => {
    studio.stallClips()
    await killed(studio.begun())
    const database = new DatabaseSync(path())
    database.exec(`UPDATE reelay_orders SET doc = '{"v":2}'`)
    database.close()
    const told = await run(['resume', ...at(), '--json'])
    expect([told.code, JSON.parse(told.out)]).toMatchObject([1, { state: 'unreadable', key: 'order-77' }])
    const again = await run(order('A boat', '--json'))
    expect(again.code).toBe(1)
    expect(JSON.parse(again.out)).toMatchObject({
      error: { code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' },
    })
    expect(studio.posts()).toBe(1)
  })
})
