import type { Submission } from '@reelay/core'
import { expect, test } from 'vitest'
import { boat, createRig } from './world.ts'

test('the task history names candidates, and none is adopted', async () => {
  const { piapi, create, emulator, clock } = createRig()
  const known = await piapi.submit(boat)
  emulator.control.fault({ on: 'create', kind: 'lost-after-create' })
  const error = await piapi.submit(boat).catch((thrown: unknown) => thrown)
  const submission: Submission = JSON.parse(JSON.stringify((error as { submission: unknown }).submission))
  const lost = emulator.control.ledger().find(({ taskId }) => taskId !== known.id)?.taskId
  await create().submit({ ...boat, model: 'kling-v3-omni' })
  await clock.sleep(20 * 60_000)
  // This instance knows whose the first one is; another one is told so.
  const found = await piapi.find(submission)
  expect(found).toMatchObject({ state: 'not-found-yet', candidates: [{ id: lost, status: 'succeeded' }] })
  const strange = await create().find(submission)
  expect(strange).toMatchObject({ state: 'not-found-yet', candidates: [{}, {}] })
  const claimed = async () => ({ claimed: [known.id], rivals: false })
  expect(await create().find(submission, { claimed })).toEqual(found)
})

test('an empty history is "not found yet"', async () => {
  const { piapi, create, emulator, clock } = createRig()
  emulator.control.fault({ on: 'create', kind: 'lost-before-create' })
  const error = await piapi.submit(boat).catch((thrown: unknown) => thrown)
  await clock.sleep(20 * 60_000)
  const { submission } = error as { submission: Submission }
  expect(await create().find(submission)).toEqual({ state: 'not-found-yet' })
})
