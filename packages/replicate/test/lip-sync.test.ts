import type { LipSyncRequest } from '@reelay/core'
import { expect, test } from 'vitest'
import { readCost, readFailure, readTask } from '../src/read.ts'
import { spec } from '../src/spec.ts'
import { created, fixture, replyOf, stub } from './world.ts'

const at = (name: string): string => `https://assets.example.test/${name}`
const cases: [string, LipSyncRequest][] = [
  ['create_lip_sync_audio', { kind: 'lip-sync', video: at('talk.mp4'), audio: at('line.mp3') }],
  ['create_lip_sync_no_face', { kind: 'lip-sync', video: at('tree.mp4'), text: 'Hello.', voice: 'AOT' }],
]

test.each(cases)('%s', async (name, request) => {
  const { replicate, sent } = stub(() => ({ status: 201, json: created }))
  await replicate.submit(request)
  const { url, body } = fixture(name).request
  expect([sent[0]?.url.href, sent[0]?.json]).toEqual([url, body])
})

test('get_succeeded_lip_sync_audio: one clip, at the price of its seconds', () => {
  const task = readTask(replyOf('get_succeeded_lip_sync_audio'))
  expect(task?.outputs).toMatchObject([{ kind: 'video', duration: 6.1 }])
  const offer = spec.catalog.offers.find(({ kind }) => kind === 'lip-sync')
  expect(task && readCost(task, offer)).toMatchObject({ microUsd: 85_400 })
})

test('get_failed_lip_sync_no_face: the input is to blame', () => {
  const task = readTask(replyOf('get_failed_lip_sync_no_face'))
  expect(task).toMatchObject({ status: 'failed' })
  expect(task && readFailure(task)).toMatchObject({ message: expect.stringContaining('No face') })
})
