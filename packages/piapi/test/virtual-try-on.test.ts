import { wait } from '@reelay/core'
import { expect, test } from 'vitest'
import { createRig, fixture, stub, task } from './world.ts'

const at = (name: string): string => `https://assets.example.test/${name}.jpg`
const tryOn = { kind: 'virtual-try-on', personImage: at('person') } as const
const halves = { ...tryOn, upperImage: at('shirt'), lowerImage: at('trousers') } as const

test(`create_ai_try_on (${fixture('create_ai_try_on').source})`, async () => {
  const { piapi, sent } = stub(() => ({ json: task({ task_type: 'ai_try_on' }) }))
  await piapi.submit(halves)
  expect(sent[0]?.body).toEqual(fixture('create_ai_try_on').request.body)
  await piapi.submit({ ...tryOn, garmentImage: at('dress'), n: 2 })
  expect(sent[1]?.body?.input).toEqual(
    (fixture('get_task_completed_try_on').response.body.data as { input: object }).input,
  )
})

test('one to four pictures of a garment or of its halves, at a price that two pages disagree on', () => {
  const { piapi } = stub(() => undefined)
  expect(piapi.quote({ ...halves, n: 2 })).toMatchObject({ type: 'bounded', min: 14_000, max: 140_000 })
  const fields = (more: object) => piapi.check({ ...tryOn, ...more }).map(({ field, rule }) => [field, rule])
  expect(fields({ upperImage: at('shirt') })).toEqual([])
  expect(fields({ lowerImage: at('trousers'), n: 4 })).toEqual([])
  expect(fields({ ...halves, n: 5 })).toEqual([['n', 'unsupported']])
  expect(fields({ ...halves, garmentImage: at('dress') })).toEqual([
    ['upperImage', 'conflict'],
    ['lowerImage', 'conflict'],
  ])
  expect(fields({})).toEqual([['garmentImage', 'required']])
})

test('on the emulated PiAPI: one picture each, real ones, and the bill is within the quote', async () => {
  const { piapi, emulator } = createRig()
  const { handle } = await piapi.submit({ ...halves, n: 3 })
  const done = await wait(piapi, handle)
  expect(done).toMatchObject({
    status: 'succeeded',
    outputs: [{ kind: 'image', mediaType: 'image/png' }, { kind: 'image' }, { kind: 'image' }],
    cost: { microUsd: 210_000 },
  })
  for (const { url = '' } of done.status === 'succeeded' ? done.outputs : []) {
    const bytes = new Uint8Array(await (await emulator.fetch(url)).arrayBuffer())
    expect([...bytes.slice(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47])
  }
})
