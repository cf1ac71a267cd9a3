import type { Clock } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { boat, created, createRig, stub } from './world.ts'

const minute = 60_000

/** A clock that runs so many milliseconds ahead of another. */
const ahead = (clock: Clock, ms: number): Clock => ({
  now: () => clock.now() + ms,
  sleep: (time, signal) => clock.sleep(time, signal),
})

describe('the host clock', () => {
  test.each([0, 10 * minute, 14 * minute, -10 * minute])(
    'is wrong by %i ms: a lost task is found',
    async (skew) => {
      const { create, clock, emulator, requests } = createRig()
      emulator.control.fault({ on: 'create', kind: 'lost-after-create' })
      const task = await create({ clock: ahead(clock, skew) }).submit(boat)
      expect(task.id).toBe(emulator.control.ledger()[0]?.taskId)
      expect(requests('create')).toHaveLength(1)
    },
  )

  test.each([0, 10 * minute, -10 * minute])(
    'is wrong by %i ms: an equal clip that another process bought 5 min earlier is not adopted',
    async (skew) => {
      const { create, clock, emulator } = createRig()
      await create().submit(boat)
      await clock.sleep(5 * minute)
      emulator.control.fault({ on: 'create', kind: 'lost-before-create' })
      const replicate = create({ clock: ahead(clock, skew) })
      const error = await replicate.submit(boat).catch((thrown) => thrown)
      expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
      expect(await replicate.find(error.submission)).toEqual({ state: 'not-found-yet' })
    },
  )
})

test.each([
  ['5 s', 5_000, true],
  ['over 5 s', 5_001, false],
])('a prediction made %s before by the server’s clock: adopted: %s', async (_name, before, adopted) => {
  let input: unknown
  const skew = 3 * minute
  const { replicate, clock } = stub(({ method, json }) => {
    if (method === 'POST') {
      input = json.input
      return undefined
    }
    const serverTime = clock.now() + skew
    const createdAt = startedAt + skew - before
    const item = { ...created, source: 'api', input, created_at: new Date(createdAt).toISOString() }
    const headers = { date: new Date(serverTime).toUTCString() }
    return { json: { results: [item], next: null }, headers }
  })
  const startedAt = clock.now()
  const answer = await replicate.submit(boat).catch((thrown) => thrown)
  expect(answer).toMatchObject(adopted ? { id: created.id } : { outcome: 'unknown' })
})
