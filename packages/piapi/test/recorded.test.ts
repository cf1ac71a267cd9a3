import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { readActiveTasks } from '../src/active-tasks.ts'
import { readCreated, readRefusal, readTask } from '../src/read.ts'
import { fixture, replyOf } from './world.ts'

const points = (amount: number): object => ({ charged: { amount, unit: 'point' } })
const done = (amount: number): object => ({
  status: 'completed',
  outputs: [{ kind: 'video' }],
  ...points(amount),
})
const rejected = (code: string): object => ({ code, outcome: 'rejected' })

/** What each pair reads as, or where else it is checked. */
const table: Readonly<
  Record<string, readonly [reader: keyof typeof readers | 'elsewhere', expected?: object]>
> = {
  create_image_to_video: ['created', { status: 'pending' }],
  create_lip_sync_audio: ['created', { status: 'pending' }],
  create_lip_sync_tts_origin: ['created', { status: 'pending' }],
  create_extend_video: ['created', { status: 'pending' }],
  get_task_completed_extend: [
    'task',
    {
      ...done(2_600_000),
      outputs: [
        {
          url: 'https://storage.example.test/ext.mp4',
          watermarkUrl: 'https://media.example.test/ext.mp4',
          duration: 10.1,
        },
      ],
    },
  ],
  create_elements_video: ['created', { status: 'pending' }],
  get_task_completed_elements: [
    'task',
    {
      ...done(2_600_000),
      outputs: [
        {
          url: 'https://storage.example.test/el16.mp4',
          watermarkUrl: 'https://media.example.test/el16.mp4',
          duration: 5.1,
        },
      ],
    },
  ],
  create_omni_v4_references: ['created', { status: 'pending', charged: undefined }],
  create_omni_images: ['created', { status: 'pending', id: '00000000-0000-4000-8000-000000000043' }],
  create_v4_text_to_video: ['created', { status: 'pending', charged: undefined }],
  create_turbo_start_end_names: ['created', { status: 'pending', charged: undefined }],
  create_ai_try_on: ['created', { status: 'pending', charged: undefined }],
  get_task_completed_try_on: [
    'task',
    {
      status: 'completed',
      outputs: ['to1', 'to2'].map((name) => ({
        kind: 'image',
        url: `https://media.example.test/${name}.png`,
      })),
      ...points(1_400_000),
    },
  ],
  get_task_pending: ['task', { status: 'pending', charged: undefined }],
  get_task_processing: ['task', { status: 'processing', charged: undefined }],
  get_task_completed_works: ['task', done(2_000_000)],
  get_task_completed_image_to_video: ['task', done(3_300_000)],
  get_task_completed_lip_sync: ['task', { status: 'completed' }],
  get_task_completed_v3_video_string: ['task', done(7_500_000)],
  get_task_completed_omni_images: ['task', done(6_000_000)],
  get_task_completed_v4: ['task', done(5_001_000)],
  get_task_failed: ['task', { status: 'failed', ...points(0) }],
  get_task_failed_no_face: ['task', { status: 'failed' }],
  error_auth: ['refusal', rejected('ERR_AUTH')],
  error_bad_request: ['refusal', rejected('ERR_INVALID_REQUEST')],
  error_insufficient_credits: ['refusal', rejected('ERR_FUNDS')],
  error_service_busy_on_create: ['refusal', { outcome: 'unknown' }],
  error_task_not_found: ['refusal', { code: 'ERR_NOT_FOUND', outcome: 'unknown', missing: true }],
  // `active_tasks` is an array or null, never a number.
  account_active_tasks_busy: ['counts', { staged: 0, pending: 0, processing: 1 }],
  // Nothing here reads them yet.
  account_info_full: ['elsewhere'],
  task_histories: ['elsewhere'],
  task_histories_empty: ['elsewhere'],
  // quirks, upload and webhook tests.
  cancel_task_single: ['elsewhere'],
  upload_ephemeral_resource: ['elsewhere'],
  webhook_completed: ['elsewhere'],
}

const readers = { created: readCreated, task: readTask, refusal: readRefusal, counts: readActiveTasks }

describe('recorded pairs', () => {
  test('each of them is in the table', () => {
    const files = readdirSync(new URL('./fixtures/', import.meta.url)).map((name) =>
      name.replace('.json', ''),
    )
    expect(files.sort()).toEqual(Object.keys(table).sort())
  })

  test.each(Object.entries(table).filter(([, [reader]]) => reader !== 'elsewhere'))(
    '%s',
    (file, [reader, expected]) => {
      const reply = replyOf(fixture(file))
      expect(readers[reader as keyof typeof readers](reply)).toMatchObject(expected ?? {})
      if (reader !== 'refusal') expect(readRefusal(reply)).toBeUndefined()
    },
  )
})

test('a cause that stands in the logs alone is told', () => {
  const error = { code: 10_000, raw_message: '', message: 'task failed', detail: null }
  const data = { task_id: 'a', status: 'failed', error, logs: ['submitting', 'face not found'] }
  const reply = (body: unknown) => ({ status: 200, headers: {}, body })
  expect(readTask(reply({ code: 200, data }))?.message).toBe('face not found (task failed)')
  expect(readTask(reply({ code: 200, data: { ...data, status: 'processing' } }))?.message).not.toContain(
    'face',
  )
  expect(readRefusal(reply({ code: 500, data, message: 'failed' }))?.message).toBe('face not found')
})
