import { describe, expect, test } from 'vitest'
import { readCreated, readFailure, readRefusal, readTask, readTasks } from '../src/read.ts'
import { spec } from '../src/spec.ts'
import { fixture, reply, replyOf } from './world.ts'

const held = 30 * 86_400_000

const externalIdOf = (body: Record<string, unknown>): string | undefined =>
  (body.data as { task_info?: { external_task_id?: string } }).task_info?.external_task_id

describe('recorded replies', () => {
  const creates = [
    ['v1_text2video_create', '831922345719271433'],
    ['v1_text2video_create_no_external_id', '831922345719271433'],
    ['v1_text2video_v3_multishot_create', '831922345719271433'],
    ['v1_image2video_create', '831922345719271500'],
  ] as const
  test.each(creates.map(([file, id]) => [file, fixture(file).source, id]))('%s (%s)', (file, _source, id) => {
    const given = fixture(file)
    expect(readRefusal(replyOf(given))).toBeUndefined()
    expect(readCreated(replyOf(given))).toEqual({
      id,
      status: 'submitted',
      externalId: externalIdOf(given.response.body),
      message: undefined,
      createdAt: 1766374262370,
      updatedAt: 1766374262370,
      outputs: [],
      charged: undefined,
      raw: given.response.body.data,
    })
  })

  const queries: [string, object][] = [
    ['v1_text2video_query_processing', { id: '831922345719271433', status: 'processing', outputs: [] }],
    [
      'v1_text2video_query_by_external_id',
      { id: '831922345719271433', externalId: 'order-77-shot-1', status: 'processing', outputs: [] },
    ],
    [
      'v1_text2video_query_succeed_2024',
      {
        id: 'CmYgjmbyMToAAAAAADUuvA',
        status: 'succeed',
        charged: undefined,
        outputs: [
          {
            kind: 'video',
            id: 'b39fd23a-58fb-4ca7-8f99-20d98f06639d',
            url: 'https://cdn.klingai.com/bs2/upload-kling-api/1000000001/text2video/CmYgjmbyMToAAAAAADUuvA-0_raw_video_1.mp4',
            mediaType: 'video/mp4',
            duration: 5.1,
            expiresAt: 1727252844002 + held,
          },
        ],
      },
    ],
    [
      'v1_image2video_query_succeed_watermark',
      {
        id: '831922345719271500',
        status: 'succeed',
        charged: { amount: 2.5, unit: 'unit' },
        createdAt: 1766374262370,
        updatedAt: 1766374392370,
        outputs: [
          {
            kind: 'video',
            id: '06b96b9a-9c00-4d32-b7cb-f5f52c566eae',
            url: 'https://cdn.klingai.com/bs2/upload-kling-api/1000000001/image2video/831922345719271500-0_raw_video_1.mp4',
            watermarkUrl:
              'https://cdn.klingai.com/bs2/upload-kling-api/1000000001/image2video/831922345719271500-0_wm_video_1.mp4',
            mediaType: 'video/mp4',
            duration: 5.1,
            expiresAt: 1766374392370 + held,
          },
        ],
      },
    ],
  ]
  test.each(queries.map(([file, task]) => [file, fixture(file).source, task] as const))(
    '%s (%s)',
    (file, _source, task) => {
      expect(readTask(replyOf(fixture(file)))).toMatchObject(task)
    },
  )

  test(`v1_text2video_list (${fixture('v1_text2video_list').source})`, () => {
    const tasks = readTasks(replyOf(fixture('v1_text2video_list'))) ?? []
    expect(tasks.map(({ id, status, charged }) => [id, status, charged?.amount])).toEqual([
      ['831922345719271401', 'processing', undefined],
      ['831922345719271402', 'succeed', 1.5],
      ['831922345719271403', 'failed', 0],
    ])
    expect(tasks[1]?.outputs?.[0], 'an empty watermark_url is none').not.toHaveProperty('watermarkUrl')
    const [, , failed] = tasks
    expect(failed && readFailure(failed)).toEqual({
      reason: 'content',
      flagged: true,
      retryable: false,
      message: expect.stringMatching(/^Failure to pass the risk control system\. .*charges nothing/),
    })
  })

  test(`v1_list_page_past_end (${fixture('v1_list_page_past_end').source})`, () => {
    expect(readTasks(replyOf(fixture('v1_list_page_past_end')))).toEqual([])
  })
})

describe('tolerance', () => {
  const data = {
    task_id: '1',
    task_status: 'succeed',
    task_result: { videos: [{ id: 'v', url: 'https://e.com/v.mp4', duration: '5.041' }] },
    updated_at: 1_000,
  }
  const envelope = (more: object): unknown => ({ code: 0, data: { ...data, ...more } })

  const usable: [string, object, object][] = [
    ['null everywhere', { task_info: null, task_status_msg: null, final_unit_deduction: null }, { id: '1' }],
    ['extra keys', { surprise: { deep: [1] }, watermark_info: [] }, { id: '1' }],
    ['a numeric id', { task_id: 42 }, { id: '42' }],
    [
      'an id that JSON has rounded, with ours beside it',
      { task_id: JSON.parse('831922345719271433'), task_info: { external_task_id: 'ours' } },
      { id: 'ours' },
    ],
    ['times as text', { created_at: '900', updated_at: '1000' }, { createdAt: 900, updatedAt: 1_000 }],
    [
      'a numeric duration',
      { task_result: { videos: [{ url: 'u', duration: 5 }] } },
      { outputs: [{ duration: 5 }] },
    ],
    [
      'a null beside the clip',
      { task_result: { images: null, videos: [null, { url: 'u' }] } },
      { outputs: [{ url: 'u' }] },
    ],
    ['no times', { updated_at: null }, { outputs: [{ id: 'v' }] }],
    ['only created_at', { updated_at: undefined, created_at: 5 }, { outputs: [{ expiresAt: 5 + held }] }],
    ['a clip without URL', { task_result: { videos: [{ id: 'v' }] } }, { outputs: [] }],
    ['a wrong type', { task_result: 'none', final_unit_deduction: {} }, { outputs: [], charged: undefined }],
    ['units as a number', { final_unit_deduction: 1.235 }, { charged: { amount: 1.235, unit: 'unit' } }],
    [
      'bills of API 2.0, in units of a pack',
      {
        final_unit_deduction: undefined,
        billing: [{ charge_type: 'unit', amount: '3', package_type: 'video' }],
      },
      { charged: { amount: 3, unit: 'unit' } },
    ],
    [
      'bills of API 2.0, in money',
      {
        final_unit_deduction: undefined,
        billing: [{ charge_type: 'cash', amount: '0.42', currency: 'USD' }],
      },
      { charged: { amount: 0.42, unit: 'usd' } },
    ],
    [
      'a bill of nothing, which says no unit',
      { final_unit_deduction: undefined, billing: [{ amount: '0' }] },
      { charged: { amount: 0, unit: 'unit' } },
    ],
    [
      'an amount whose unit nobody says',
      { final_unit_deduction: undefined, billing: [{ amount: '3' }] },
      { charged: undefined },
    ],
    [
      'bills in units and in money, which no single number says',
      {
        final_unit_deduction: undefined,
        billing: [
          { charge_type: 'unit', amount: '1' },
          { charge_type: 'cash', amount: '0.42', currency: 'USD' },
        ],
      },
      { charged: undefined },
    ],
    [
      'money from the balance',
      { final_unit_deduction: '0', final_balance_deduction: { quota: '0.7', list_price: '0.7' } },
      { charged: { amount: 0.7, unit: 'balance' } },
    ],
    [
      'units and money, which no single number says',
      { final_unit_deduction: '1', final_balance_deduction: { quota: '0.7' } },
      { charged: undefined },
    ],
  ]
  test.each(usable)('%s', (_name, more, expected) => {
    expect(readTask(reply(envelope(more)))).toMatchObject(expected)
  })

  const unusable: [string, unknown][] = [
    ['no status', envelope({ task_status: undefined })],
    ['a null status', envelope({ task_status: null })],
    ['an empty status', envelope({ task_status: '' })],
    ['a numeric status', envelope({ task_status: 3 })],
    ['no id', envelope({ task_id: undefined })],
    ['a rounded id and nothing else', envelope({ task_id: JSON.parse('831922345719271433') })],
    ['no data', { code: 0, message: 'SUCCEED' }],
    ['null data', { code: 0, data: null }],
    ['an array', []],
    ['a text', 'ok'],
    ['nothing', undefined],
  ]
  test.each(unusable)('%s is not a task', (_name, body) => {
    expect(readTask(reply(body))).toBeUndefined()
  })

  test('a create needs its id only: the task is paid', () => {
    expect(readCreated(reply({ code: 0, data: { task_id: '1' } }))).toMatchObject({ id: '1', status: '' })
  })

  test('a list leaves out what it cannot use and refuses what is no list', () => {
    const page = reply({ code: 0, data: [data, null, { task_id: '2' }, 'x'] })
    expect(readTasks(page)?.map((task) => task.id)).toEqual(['1'])
    expect(readTasks(reply({ code: 0, data: null }))).toBeUndefined()
  })

  test('status words', () => {
    expect(spec.statuses).toEqual({
      submitted: 'queued',
      processing: 'running',
      succeed: 'succeeded',
      succeeded: 'succeeded',
      failed: 'failed',
    })
  })
})

test.each([
  ['Internal error', 'internal', true],
  ['image is invalid', 'input', false],
  ['Trigger the content security policy of the platform.', 'content', false],
  ['something new', 'unknown', false],
  ['', 'unknown', false],
  [undefined, 'unknown', false],
])('a task failed with %j: %s', (message, reason, retryable) => {
  const failure = readFailure({ id: '1', status: 'failed', message, raw: {} })
  expect(failure).toMatchObject({ reason, retryable })
  expect(failure.message.startsWith(message?.replace(/\.$/, '') || 'Kling gave no reason')).toBe(true)
})
