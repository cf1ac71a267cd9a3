import type { ClipRef, LipSyncRequest } from '@reelay/core'
import { expect, test } from 'vitest'
import { fixture, stub, task } from './world.ts'

const clip: ClipRef = {
  provider: 'piapi',
  account: 'default',
  taskId: '00000000-0000-4000-8000-000000000001',
  kind: 'text-to-video',
  model: 'kling-v2-6',
  mode: 'std',
  duration: 5.1,
}

async function bodyOf(request: LipSyncRequest): Promise<unknown> {
  const { piapi, sent } = stub(() => ({ json: task() }))
  await piapi.submit(request)
  expect(sent).toHaveLength(1)
  return sent[0]?.body
}

test(`create_lip_sync_tts_origin (${fixture('create_lip_sync_tts_origin').source})`, async () => {
  const request: LipSyncRequest = {
    kind: 'lip-sync',
    video: clip,
    text: 'The boats go out at six.',
    voice: 'Rock',
  }
  expect(await bodyOf(request)).toEqual(fixture('create_lip_sync_tts_origin').request.body)
})

test(`create_lip_sync_audio (${fixture('create_lip_sync_audio').source})`, async () => {
  const [video, audio] = ['https://assets.example.test/clip.mp4', 'https://assets.example.test/voice.mp3']
  // That client leaves `config` out.
  expect(await bodyOf({ kind: 'lip-sync', video, audio })).toMatchObject(
    fixture('create_lip_sync_audio').request.body,
  )
})

test('a clip of its own goes by its task, and one step of five seconds is charged for 5.1 s', () => {
  const { piapi } = stub(() => undefined)
  expect(piapi.quote({ kind: 'lip-sync', video: clip, text: 'Hello', voice: 'Rock' })).toMatchObject({
    type: 'exact',
    microUsd: 100_000,
  })
})

test('whatever it cannot be told is refused', () => {
  const { piapi } = stub(() => undefined)
  const request: LipSyncRequest = {
    kind: 'lip-sync',
    video: clip,
    text: 'Hello',
    voice: 'Rock',
    face: 1,
    audioVolume: 2,
  }
  expect(piapi.check(request).map(({ field }) => field)).toEqual(['face', 'audioVolume'])
})
