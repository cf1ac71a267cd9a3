import { wait } from '@reelay/core'
import { expect, test } from 'vitest'
import { readCreated, readResult } from '../src/read.ts'
import { created, createRig, fixture, png, replyOf, stub } from './world.ts'

const tryOn = {
  kind: 'virtual-try-on',
  personImage: 'https://assets.example.test/person.jpg',
  garmentImage: 'https://assets.example.test/jacket.jpg',
} as const

test('is encoded as its recorded pair, at an app of its own', async () => {
  const { fal, sent } = stub(() => ({ json: created }))
  const { handle } = await fal.submit(tryOn)
  const { request, response } = fixture('submit_virtual_try_on')
  expect(sent[0]?.url.href).toBe(request.url)
  expect(sent[0]?.body).toEqual(request.body)
  expect(readCreated({ status: 200, headers: {}, body: response.body })).toMatchObject({
    id: response.body.request_id,
    status: 'IN_QUEUE',
  })
  await fal.get(handle).catch(() => undefined)
  // Follow-ups go to owner and alias alone.
  expect(sent[1]?.url.pathname).toBe(`/fal-ai/kling/requests/${handle.id}/status`)
})

test('the result is one picture, under a name of its own', () => {
  const completed = { id: '01a0d4c6-2e31-7b5a-8c40-6d1f9a2b0029', status: 'COMPLETED', raw: {} }
  expect(readResult(completed, replyOf(fixture('result_virtual_try_on')))).toMatchObject({
    outputs: [
      { kind: 'image', mediaType: 'image/png', url: 'https://v3b.fal.media/files/b/0abc5678/vto_out.png' },
    ],
    charged: { amount: 1, unit: 'unit' },
  })
})

test('one picture at $0.07, of a garment in one picture', () => {
  const { fal } = stub(() => undefined)
  expect(fal.quote(tryOn)).toMatchObject({ type: 'exact', microUsd: 70_000, basis: 'list' })
  const { garmentImage, ...person } = tryOn
  const fields = (more: object) =>
    fal.check({ ...person, ...more } as typeof tryOn).map(({ field, rule }) => [field, rule])
  expect(fields({ upperImage: garmentImage })).toEqual([['upperImage', 'unsupported']])
  expect(fal.check({ ...person, upperImage: garmentImage })[0]?.suggestion).toEqual({
    garmentImage,
    upperImage: null,
  })
  expect(fields({})).toEqual([['garmentImage', 'required']])
  expect(fields({ garmentImage, n: 2 })).toEqual([['n', 'unsupported']])
  expect(fields({ garmentImage, keepFace: false })).toEqual([['keepFace', 'unsupported']])
  expect(fields({ garmentImage, keepFace: true })).toEqual([])
  expect(fields({ garmentImage, providerOptions: { fal: { sync_mode: true } } })).toEqual([
    ['providerOptions.fal.sync_mode', 'reserved'],
  ])
})

test('on the emulated fal: bytes are uploaded, the picture is real, and it cost what was quoted', async () => {
  const { fal, emulator } = createRig()
  const personImage = new Uint8Array(Buffer.from(png(400, 600, 6_000)))
  const task = await fal.submit({ ...tryOn, personImage })
  const done = await wait(fal, task.handle)
  expect(done).toMatchObject({ status: 'succeeded', outputs: [{ kind: 'image' }] })
  expect(emulator.control.ledger()[0]).toMatchObject({ microUsd: 70_000 })
  const url = done.status === 'succeeded' ? (done.outputs[0].url ?? '') : ''
  const bytes = new Uint8Array(await (await emulator.fetch(url)).arrayBuffer())
  expect([...bytes.slice(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47])
})
