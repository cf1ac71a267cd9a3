import { describe, expect, test } from 'vitest'
import { createKling } from '../src/index.ts'
import { readCreated, readRefusal, readTask, readTasks } from '../src/read.ts'
import { fixture, fixtures, replyOf } from './world.ts'

const units = (amount: number): object => ({ amount, unit: 'unit' })
const picture = { kind: 'image', mediaType: 'image/png', url: expect.stringMatching(/\.png$/) }
const pictures = (count: number): object[] => Array.from({ length: count }, () => picture)
const rejected = (code: string): object => ({ code, outcome: 'rejected' })

/** What each pair reads as: `created`, a `task`, a `list` of tasks, or a `refusal`; or where else it is checked. */
const table: Readonly<
  Record<string, readonly [reader: keyof typeof readers | 'elsewhere', expected?: object]>
> = {
  v1_text2video_create: ['created', { status: 'submitted' }],
  v1_text2video_create_no_external_id: ['created', { status: 'submitted' }],
  v1_text2video_v3_multishot_create: ['created', { status: 'submitted' }],
  v1_image2video_create: ['created', { status: 'submitted' }],
  // Since 2026-05-07.
  v1_image2video_v3_multishot_end_frame_create: [
    'created',
    { status: 'submitted', id: '831922345719280301' },
  ],
  v1_lip_sync_create: ['created', { status: 'submitted', externalId: 'lip-5' }],
  v1_lip_sync_query_succeed: ['task', { status: 'succeed', charged: units(0.5) }],
  v1_lip_sync_2025_create_text: ['created', { status: 'submitted' }],
  v1_lip_sync_2025_query_succeed: ['task', { status: 'succeed', charged: units(0.5) }],
  v1_tts_voice_not_found: ['refusal', rejected('ERR_INVALID_REQUEST')],
  // lip-sync.test.ts.
  v1_identify_face: ['elsewhere'],
  v1_tts_zh: ['elsewhere'],
  v1_video_extend_create: ['created', { status: 'submitted', externalId: 'ext-7' }],
  // The whole clip under an id of its own, which can be extended again.
  v1_video_extend_query_succeed: [
    'task',
    {
      status: 'succeed',
      charged: units(2),
      outputs: [{ kind: 'video', id: '1f2e3d4c-0000-4000-8000-000000000401', duration: 9.6 }],
    },
  ],
  // An edit: no kind of ours yet, and its answer is read all the same.
  v1_omni_video_create: ['created', { status: 'submitted' }],
  v1_omni_video_reference_create: ['created', { status: 'submitted', externalId: 'omni-3' }],
  v1_omni_video_frames_multishot_create: ['created', { status: 'submitted' }],
  v1_omni_video_numeric_duration_create: ['created', { status: 'submitted' }],
  v1_multi_image2video_create: ['created', { status: 'submitted', externalId: 'ref-12' }],
  v1_omni_video_query_succeed: [
    'task',
    { status: 'succeed', charged: units(6.4), outputs: [{ kind: 'video', duration: 8.041 }] },
  ],
  v1_omni_video_query_failed: ['task', { status: 'failed', charged: units(0) }],
  v1_multi_image2video_query_succeed: ['task', { status: 'succeed', charged: units(2) }],
  v1_text2video_query_processing: ['task', { status: 'processing', charged: undefined }],
  v1_text2video_query_by_external_id: ['task', { status: 'processing', externalId: 'order-77-shot-1' }],
  v1_text2video_query_succeed_2024: ['task', { status: 'succeed' }],
  v1_image2video_query_succeed_watermark: ['task', { status: 'succeed', charged: units(2.5) }],
  v1_text2video_list: ['list', [{ status: 'processing' }, { charged: units(1.5) }, { charged: units(0) }]],
  v1_list_page_past_end: ['list', []],
  v1_virtual_try_on_create: [
    'created',
    { id: '831922345719272000', status: 'submitted', externalId: 'vto-1' },
  ],
  v1_virtual_try_on_list: [
    'list',
    [
      { status: 'succeed', charged: units(1), outputs: [{ kind: 'image', mediaType: 'image/png' }] },
      { status: 'failed', charged: units(0), externalId: 'vto-9', outputs: [] },
    ],
  ],
  solutions_virtual_try_on_query: [
    'task',
    {
      id: '882836916432285766',
      status: 'succeed',
      externalId: 'virtual-tryon-001',
      createdAt: 1788870967898,
      updatedAt: 1788870971958,
      charged: units(1),
      outputs: [{ kind: 'image', url: expect.stringMatching(/^https:\/\/cdn\.klingai\.com\/.*\.png$/) }],
    },
  ],
  // The cursor's page: it is not read, since tasks are asked for by name. virtual-try-on.test.ts looks at its task.
  solutions_cursor: ['elsewhere'],
  v1_image_generation_create: ['created', { status: 'submitted' }],
  v1_image_generation_subject_create: ['created', { externalId: 'img-31' }],
  v1_image_generation_query_succeed: ['task', { charged: units(16), outputs: pictures(2) }],
  v1_image_generation_query_succeed_v3: ['task', { charged: units(8), outputs: pictures(1) }],
  v1_image_generation_list: [
    'list',
    [{ charged: units(16), outputs: pictures(2) }, { status: 'processing' }],
  ],
  v1_omni_image_create_series: ['created', { externalId: 'omi-2' }],
  v1_omni_image_query_series: ['task', { charged: units(32), outputs: pictures(4) }],
  v1_multi_image2image_create: ['created', { externalId: 'mi-8' }],
  v1_multi_image2image_query_succeed: ['task', { charged: units(32), outputs: pictures(2) }],
  v1_expand_create: ['created', { externalId: 'exp-1' }],
  v1_expand_query_succeed: ['task', { charged: units(8), outputs: pictures(1) }],
  // Elements and voices: elements-recorded.test.ts reads all of them.
  v1_element_create_image: ['created', { id: '930810160078651476', externalId: 'el-1' }],
  v1_element_create_video: ['created', { id: '831922345719281901', status: 'submitted' }],
  v1_element_query_succeed: [
    'task',
    { charged: units(0), outputs: [{ kind: 'image', id: '160000001', url: 'https://example.com/f.png' }] },
  ],
  v1_elements_presets_list: ['list', [{ status: 'succeed', outputs: [{ id: '160' }] }]],
  v1_element_delete: ['elsewhere'],
  v1_element_delete_again: ['refusal', rejected('ERR_INVALID_REQUEST')],
  v1_element_old_create: ['elsewhere'],
  v1_voice_create: ['created', { id: '930801301486305328', externalId: 'vo-1' }],
  v1_voice_query_succeed: [
    'task',
    { charged: units(0.05), outputs: [{ kind: 'audio', id: '930801338081615883' }] },
  ],
  v1_voices_presets_list: ['list', [{ outputs: [{ kind: 'audio', id: '829836802793406551' }] }]],
  v1_voice_delete: ['elsewhere'],
  v1_query_unknown_id: ['refusal', { code: 'ERR_NOT_FOUND', outcome: 'unknown', missing: true }],
  // Account-wide, over both generations and all products (live 2026-09-22).
  api2_duplicate_external_id: ['refusal', { outcome: 'unknown', duplicate: true }],
  auth_missing: ['refusal', rejected('ERR_AUTH')],
  auth_not_yet_valid_jwt: ['refusal', rejected('ERR_AUTH')],
  auth_jwt_on_api2: ['refusal', rejected('ERR_AUTH')],
  auth_garbage_key_v1: ['refusal', { ...rejected('ERR_AUTH'), nativeCode: '1002' }],
  error_bad_mode: ['refusal', rejected('ERR_INVALID_REQUEST')],
  error_content_filter_sync: ['refusal', rejected('ERR_CONTENT')],
  error_internal: ['refusal', { outcome: 'unknown' }],
  error_model_discontinued: ['refusal', rejected('ERR_UNSUPPORTED')],
  error_parallel_limit: ['refusal', rejected('ERR_CONCURRENCY')],
  error_rate_limit: ['refusal', rejected('ERR_RATE_LIMIT')],
  // auth.test.ts; the callback is read below, as a task without its envelope.
  // The books: core's usage tests.
  account_billing_balance: ['elsewhere'],
  account_billing_package: ['elsewhere'],
  account_costs: ['elsewhere'],
  account_costs_trial_packs: ['elsewhere'],
  auth_jwt_vector: ['elsewhere'],
  callback_v1: ['elsewhere'],
}

const readers = { created: readCreated, task: readTask, list: readTasks, refusal: readRefusal }

describe('recorded pairs', () => {
  test('each of them is in the table', () => {
    expect([...fixtures.keys()].sort()).toEqual(Object.keys(table).sort())
  })

  test.each(Object.entries(table).filter(([, [reader]]) => reader !== 'elsewhere'))(
    '%s',
    (file, [reader, expected]) => {
      const pair = fixture(file)
      const read = readers[reader as keyof typeof readers](replyOf(pair))
      expect(read).toMatchObject(expected ?? {})
      // Whatever is no refusal must not pass for one.
      if (reader !== 'refusal') expect(readRefusal(replyOf(pair))).toBeUndefined()
    },
  )

  test('a read with the share of the balance tells what the pack paid', () => {
    const { body } = fixture('callback_v1').request
    const read = readTask({ status: 200, headers: {}, body: { code: 0, data: body } })
    expect(read).toMatchObject({ status: 'succeed', charged: units(5), externalId: 'order-77-shot-1' })
    expect(body).toHaveProperty('final_balance_deduction', { quota: '0', list_price: '0' })
  })

  test('multi-shot with an end image passes the check and goes out as the pair has it', async () => {
    const { request } = fixture('v1_image2video_v3_multishot_end_frame_create')
    const { image, image_tail, duration, multi_shot, shot_type, multi_prompt } = request.body
    let sent: unknown
    const kling = createKling({
      apiKey: 'stub-api-key',
      fetch: async (input, init) => {
        sent = await new Request(input, init).json()
        return Response.json(fixture('v1_image2video_v3_multishot_end_frame_create').response.body)
      },
    })
    await kling.submit({
      kind: 'image-to-video',
      model: 'kling-v3',
      prompt: '',
      startImage: String(image),
      endImage: String(image_tail),
      duration: Number(duration),
      generateAudio: true,
      providerOptions: { kling: { multi_shot, shot_type, multi_prompt } },
    })
    expect(sent).toEqual({ ...request.body, external_task_id: expect.any(String) })
  })
})
