import { type Claims, ReelayError, type Submission, wait } from '@reelay/core'
import type { EmulatorOptions, FaultSpec } from '@reelay/emulator'
import { describe, expect, test } from 'vitest'
import type { FalOptions } from '../src/index.ts'
import { boat, createRig } from './world.ts'

const minute = 60_000
const sole: FalOptions = { soleSubmitter: true }
const lost: FaultSpec = { on: 'create', kind: 'lost-after-create' }

/** A rig with a submission whose answer was lost, after its clip was made, or before there was one. */
async function unsettled(
  options: FalOptions,
  fault: FaultSpec = lost,
  emulated: EmulatorOptions['fal'] = {},
) {
  const rig = createRig(emulated)
  rig.emulator.control.fault(fault)
  const error = await rig
    .create(options)
    .submit(boat)
    .catch((thrown) => thrown)
  expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
  const submission: Submission = JSON.parse(JSON.stringify(error.submission))
  const [made] = rig.emulator.control.tasks()
  return { ...rig, submission, error, id: made?.id }
}

describe('soleSubmitter: the request history has the one request with our input', () => {
  test('a lost create is found in another process, once it has ended, and its clip is read', async () => {
    const { submission, create, clock, id, requests } = await unsettled(sole)
    expect(await create(sole).find(submission)).toEqual({ state: 'not-found-yet' })
    await clock.sleep(10 * minute)
    const fal = create(sole)
    const found = await fal.find(submission)
    if (found.state !== 'found') throw new Error('not found')
    expect(found.task).toMatchObject({
      id,
      status: 'unknown',
      handle: { requestHash: submission.requestHash },
    })
    expect(await wait(fal, found.task.handle)).toMatchObject({ id, status: 'succeeded' })
    expect(requests('create')).toHaveLength(1)
  })

  test('where the history lists running requests, submit itself returns the task', async () => {
    const { create, emulator, clock } = createRig({ historyOfRunning: true, queuedMs: 0 })
    emulator.control.fault(lost)
    const task = await create(sole).submit(boat)
    expect(task).toMatchObject({ id: emulator.control.tasks()[0]?.id })
    await clock.sleep(minute)
  })

  test('a request that never arrived is not given an equal one of another purchase', async () => {
    const { submission, create, clock } = await unsettled(sole, { on: 'create', kind: 'lost-before-create' })
    const other = await create(sole).submit(boat)
    await clock.sleep(10 * minute)
    const claimed = async (ids: readonly string[]): Promise<Claims> => ({ claimed: ids, rivals: false })
    expect(await create(sole).find(submission, { claimed })).toEqual({ state: 'not-found-yet' })
    const without = async (): Promise<Claims> => ({ claimed: [], rivals: true })
    expect(await create(sole).find(submission, { claimed: without })).toMatchObject({
      state: 'not-found-yet',
      candidates: [{ id: other.id, status: 'succeeded' }],
    })
  })

  test('a key without the API scope cannot ask', async () => {
    const { submission, create, clock, emulator } = await unsettled(sole)
    await clock.sleep(10 * minute)
    emulator.control.fault({ on: 'list', kind: 'status', status: 403, times: 9 })
    const error = await create(sole)
      .find(submission)
      .catch((thrown) => thrown)
    expect(ReelayError.isInstance(error) && [error.outcome, error.submission]).toEqual([
      'unknown',
      submission,
    ])
  })

  test('a request without its input blocks the adoption of any other, and is not adopted', async () => {
    const { submission, create, clock, id } = await unsettled(sole)
    const other = { ...boat, prompt: 'Anything else' }
    const bare = await create().submit(other, { headers: { 'x-fal-store-io': '0' } })
    await clock.sleep(10 * minute)
    const found = await create(sole).find(submission)
    expect(found).toMatchObject({ state: 'not-found-yet', candidates: [{ id }, { id: bare.id }] })
    const claimed = async (): Promise<Claims> => ({ claimed: [bare.id], rivals: false })
    expect(await create(sole).find(submission, { claimed })).toMatchObject({ state: 'found', task: { id } })
  })
})

describe('without it, as when absent', () => {
  test.each([undefined, false])('%j: the match is named, and not adopted', async (soleSubmitter) => {
    const options = { soleSubmitter }
    const { submission, create, clock, id } = await unsettled(options)
    await clock.sleep(10 * minute)
    expect(await create(options).find(submission)).toMatchObject({
      state: 'not-found-yet',
      candidates: [{ id, status: 'succeeded', createdAt: expect.any(Number) }],
    })
  })

  test('where running requests are listed, the error of the submit names it', async () => {
    const { error, id } = await unsettled({}, lost, { historyOfRunning: true, queuedMs: 0 })
    expect(error).toMatchObject({ candidates: [{ id, status: 'running' }] })
    expect(error.message).toMatch(/may be .*\(running\).*soleSubmitter: true/s)
    expect(JSON.parse(JSON.stringify(error)).candidates).toHaveLength(1)
  })

  test('it is true or false', () => {
    const make = () => createRig().create({ soleSubmitter: 'yes' as never })
    expect(make).toThrow(expect.objectContaining({ code: 'ERR_CONFIG', outcome: 'none' }))
  })
})
