import type { LipSyncRequest } from '@reelay/core'
import { expect, test } from 'vitest'
import { readResult } from '../src/read.ts'
import { created, fixture, replyOf, stub } from './world.ts'

const video = 'https://assets.example.test/talk.mp4'
const cases: [string, LipSyncRequest][] = [
  ['submit_lipsync_audio', { kind: 'lip-sync', video, audio: 'https://assets.example.test/line.mp3' }],
  ['submit_lipsync_text', { kind: 'lip-sync', video, text: 'The boats go out at six.', voice: 'uk_man2' }],
]

test.each(cases)('%s', async (name, request) => {
  const { fal, sent } = stub(() => ({ json: created }))
  await fal.submit(request)
  expect(sent).toHaveLength(1)
  const { url, body } = fixture(name).request
  expect([sent[0]?.url.href, sent[0]?.body]).toEqual([url, body])
})

test.each(['result_lipsync_audio', 'result_lipsync_text'])('%s', (name) => {
  const task = readResult({ id: 'x', status: 'COMPLETED', raw: {} }, replyOf(fixture(name)))
  const { video: file } = fixture(name).response.body as { video: { url: string } }
  expect(task?.outputs).toMatchObject([{ kind: 'video', url: file.url }])
})

test('result_lipsync_face_422: the input is to blame', async () => {
  const { fal } = stub((_sent, number) =>
    number === 0
      ? { json: created }
      : number === 1
        ? { json: { status: 'COMPLETED', request_id: created.request_id } }
        : { status: 422, json: fixture('result_lipsync_face_422').response.body },
  )
  const { handle } = await fal.submit(cases[0]?.[1] as LipSyncRequest)
  expect(await fal.get(handle)).toMatchObject({
    status: 'failed',
    failure: { reason: 'input', retryable: false },
  })
})

test('charged by the clip in steps of five seconds', () => {
  const { fal } = stub(() => undefined)
  const clip = {
    provider: 'kling',
    account: 'default',
    taskId: 't',
    url: video,
    kind: 'text-to-video',
    model: 'kling-v3',
    mode: 'std',
  } as const
  const quote = (duration: number) =>
    fal.quote({ kind: 'lip-sync', video: { ...clip, duration }, text: 'Hello', voice: 'AOT' })
  // Its page: 7.2 s cost 0.14, 3 s 0.07.
  expect([quote(7.2), quote(3)]).toMatchObject([{ microUsd: 140_000 }, { microUsd: 70_000 }])
  const [, sound] = [cases[1]?.[1], cases[0]?.[1] as LipSyncRequest]
  expect(fal.quote(sound)).toMatchObject({ type: 'bounded', min: 70_000 })
})
