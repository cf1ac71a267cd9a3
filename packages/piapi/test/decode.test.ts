import { describe, expect, test } from 'vitest'
import { costOf, readCreated, readFailure, readTask } from '../src/read.ts'
import { fixture, reply, replyOf, stub, task } from './world.ts'

const at = (text: string): number => Date.parse(text)
const points = (amount: number): object => ({ amount, unit: 'point' })

describe('recorded replies', () => {
  const cases: [string, object][] = [
    ['get_task_pending', { status: 'pending', charged: undefined, outputs: [], updatedAt: undefined }],
    ['get_task_processing', { status: 'processing', charged: undefined, outputs: [] }],
    [
      'get_task_completed_works',
      {
        status: 'completed',
        charged: points(2_000_000),
        createdAt: at('2026-11-24T08:00:00.123Z'),
        updatedAt: at('2026-11-24T08:02:31.750Z'),
        outputs: [
          {
            kind: 'video',
            url: 'https://storage.example.test/00000000-0000-4000-8000-000000000001.mp4',
            watermarkUrl: 'https://media.example.test/00000000-0000-4000-8000-000000000001-wm.mp4',
            mediaType: 'video/mp4',
            duration: 5.1,
          },
        ],
      },
    ],
    ['get_task_completed_image_to_video', { charged: points(3_300_000), outputs: [{ duration: 5.1 }] }],
    ['get_task_completed_lip_sync', { status: 'completed', outputs: [{ kind: 'video' }] }],
    [
      'get_task_completed_v3_video_string',
      {
        charged: points(7_500_000),
        outputs: [
          {
            kind: 'video',
            url: 'https://img.example.test/ephemeral/00000000-0000-4000-8000-000000000003.mp4',
            mediaType: 'video/mp4',
          },
        ],
      },
    ],
    [
      'get_task_completed_v4',
      { charged: points(5_001_000), outputs: [{ url: 'https://img.example.test/ephemeral/v4.mp4' }] },
    ],
    [
      'get_task_completed_omni_images',
      { charged: points(6_000_000), outputs: [{ url: 'https://img.example.test/ephemeral/om3.mp4' }] },
    ],
    ['get_task_failed', { status: 'failed', charged: points(0), outputs: [] }],
    ['get_task_failed_no_face', { status: 'failed', message: 'identify failed: status 609 (task failed)' }],
  ]
  test.each(cases.map(([file, expected]) => [file, fixture(file).source, expected] as const))(
    '%s (%s)',
    (file, _source, expected) => {
      const read = readTask(replyOf(fixture(file)))
      expect(read).toMatchObject(expected)
      expect(JSON.stringify(read)).not.toContain('"secret"')
    },
  )

  test(`create_image_to_video (${fixture('create_image_to_video').source})`, () => {
    const created = readCreated(replyOf(fixture('create_image_to_video')))
    expect(created).toMatchObject({
      id: '00000000-0000-4000-8000-000000000002',
      status: 'pending',
      createdAt: at('2026-11-24T08:01:00Z'),
      charged: undefined,
    })
    const raw = created?.raw as { config: object; input: object }
    expect(raw.config).toEqual({
      service_mode: 'public',
      webhook_config: { endpoint: 'https://hooks.example.test/piapi' },
    })
    expect(raw.input).toMatchObject({ version: '2.5' })
  })
})

const read = (more: object) => readTask(reply(task(more)))

describe('status words', () => {
  const words: [string, string][] = [
    ['staged', 'queued'],
    ['Staged', 'queued'],
    ['Pending', 'queued'],
    ['Processing', 'running'],
    ['running', 'running'],
    ['in_progress', 'running'],
    ['Completed', 'succeeded'],
    [' completed ', 'succeeded'],
    ['success', 'succeeded'],
    ['Failed', 'failed'],
    ['starting', 'running'],
    ['retry\t', 'running'],
    ['cancelled', 'canceled'],
    ['canceled', 'canceled'],
    ['', 'unknown'],
    ['hasOwnProperty', 'unknown'],
    ['paused', 'unknown'],
  ]
  test.each(words)('%j is %s', async (word, status) => {
    const { piapi } = stub(() => ({ json: task({ status: word, output: { video: 'https://e.com/v.mp4' } }) }))
    expect(await piapi.submit({ kind: 'text-to-video', prompt: 'A boat' })).toMatchObject({ status })
  })
})

describe('where the clip is', () => {
  const a = 'https://e.com/a.mp4'
  const b = 'https://e.com/b.mp4'
  const cases: [string, object | null, string[]][] = [
    ['work without watermark', { works: [{ video: { resource_without_watermark: a, resource: b } }] }, [a]],
    [
      'work with the field empty',
      { works: [{ video: { resource_without_watermark: '', resource: b } }] },
      [b],
    ],
    ['several works', { works: [{ video: { resource: a } }, null, { video: { resource: b } }] }, [a, b]],
    ['works before video_url', { works: [{ video: { resource: a } }], video_url: b }, [a]],
    ['video_url beside empty works', { works: [{ video: { resource: '' } }], video_url: b }, [b]],
    ['video_url before video', { works: null, video_url: a, video: b }, [a]],
    ['video as text beside an empty video_url', { video_url: '', video: b }, [b]],
    ['video as an object', { video: { resource_without_watermark: '', resource: '', url: b } }, [b]],
    ['video as an object, first choice', { video: { resource_without_watermark: a, resource: b } }, [a]],
    ['an empty placeholder', { video: '' }, []],
    ['the other placeholder', { type: '', status: 0, works: null }, []],
    ['null', null, []],
    ['wrong types', { works: 'none', video: 5, video_url: {} }, []],
  ]
  test.each(cases)('%s', (_name, output, urls) => {
    expect(read({ status: 'completed', output })?.outputs?.map(({ url }) => url)).toEqual(urls)
  })

  test('no watermarked copy where it is the clip itself, no duration where none is told', () => {
    const output = { works: [{ video: { resource: a, duration: 0 } }] }
    expect(read({ status: 'completed', output })?.outputs).toEqual([
      { kind: 'video', url: a, mediaType: 'video/mp4' },
    ])
  })
})

describe('times', () => {
  const cases: [object | null, number | undefined, number | undefined][] = [
    [{ created_at: '2026-11-24T16:00:00+08:00' }, at('2026-11-24T08:00:00Z'), undefined],
    [{ created_at: '0001-01-01T00:00:00Z', ended_at: '0001-01-01T00:00:00+08:00' }, undefined, undefined],
    [
      { started_at: '2026-11-24T08:00:00.5Z', ended_at: '0001-01-01T00:00:00Z' },
      undefined,
      at('2026-11-24T08:00:00.5Z'),
    ],
    [{ created_at: 'soon' }, undefined, undefined],
    [{}, undefined, undefined],
    [null, undefined, undefined],
  ]
  test.each(cases)('%j', (meta, createdAt, updatedAt) => {
    const found = read({ meta })
    expect([found?.createdAt, found?.updatedAt]).toEqual([createdAt, updatedAt])
  })
})

describe('cost', () => {
  const cases: [string, object | undefined, object | undefined][] = [
    ['pending', { type: 'point', frozen: 2_000_000, consume: 0 }, undefined],
    ['processing', { type: 'point', frozen: 2_000_000, consume: 0 }, undefined],
    ['pending', { type: 'llm', frozen: 0, consume: 2_800_000 }, undefined],
    [
      'completed',
      { type: 'llm', frozen: 0, consume: 2_800_000 },
      { microUsd: 280_000, native: points(2_800_000) },
    ],
    ['Completed', { consume: 2_000_001 }, { microUsd: 200_000, basis: 'derived' }],
    [
      'completed',
      { type: 'quota', consume: 26 },
      { native: { amount: 26, unit: 'quota' }, basis: 'reported' },
    ],
    ['completed', { type: 'point', frozen: 0, consume: 0 }, undefined],
    ['completed', { type: 'point', frozen: 2_000_000, consume: 0 }, undefined],
    ['failed', { type: 'point', frozen: 0, consume: 0 }, { microUsd: 0, native: points(0) }],
    ['failed', { type: 'point', frozen: 2_000_000, consume: 0 }, undefined],
    ['failed', { type: 'point', frozen: 0, consume: 2_800_000 }, { microUsd: 280_000 }],
    ['cancelled', { type: 'point', frozen: 0, consume: 0 }, { microUsd: 0 }],
    ['completed', undefined, undefined],
    ['paused', { consume: 5 }, undefined],
  ]
  test.each(cases)('%s, %j', (status, usage, cost) => {
    const found = read({ status, meta: { usage } })
    const told = found && costOf(found)
    if (cost) expect(told).toMatchObject(cost)
    else expect(told).toBeUndefined()
  })
})

describe('tolerance', () => {
  test.each([
    ['no status', task({ status: undefined })],
    ['a null status', task({ status: null })],
    ['a numeric status', task({ status: 3 })],
    ['no id', task({ task_id: undefined })],
    ['an empty id', task({ task_id: '' })],
    ['null data', { code: 200, data: null }],
    ['no data', { code: 200 }],
    ['an array', []],
    ['a text', 'ok'],
    ['nothing', undefined],
  ])('%s is not a task', (_name, body) => {
    expect(readTask(reply(body))).toBeUndefined()
  })

  test('a create needs its id only: the task is paid', () => {
    expect(readCreated(reply({ code: 200, data: { task_id: 'a' } }))).toMatchObject({ id: 'a', status: '' })
  })

  test('success with the code of the legacy API is success', () => {
    expect(readCreated(reply({ ...task(), code: 0 }))?.id).toBe('task-1')
  })

  test.each([null, undefined, 'none', { webhook_config: null }])('config %j', (config) => {
    expect(read({ config })?.raw).toMatchObject({ task_id: 'task-1' })
  })
})

describe('a task failed with', () => {
  const cases: [string, string, boolean][] = [
    ['submit task failed: 500, service busy', 'capacity', true],
    ['Server Overloaded', 'capacity', true],
    ['task timed out', 'capacity', true],
    ['dial: proxyconnect tcp: timeout', 'internal', true],
    ['connection refused', 'internal', true],
    ['identify failed: status 609', 'input', false],
    ['No Face found', 'input', false],
    ['task input too large: maximum is 10MB', 'input', false],
    ['404 not found: it was deleted', 'input', false],
    ['404 not found: content violation', 'content', false],
    ['Failure to pass the risk control system', 'content', false],
    ['insufficient credits', 'unknown', false],
    ['rate limit exceeded', 'capacity', true],
    ['cancelled by the user', 'unknown', false],
    ['something new', 'unknown', false],
  ]
  test.each(cases)('%j: %s', (raw_message, reason, retryable) => {
    const failed = read({ status: 'failed', error: { code: 10000, raw_message, message: '' } })
    const failure = failed && readFailure(failed)
    expect(failure).toMatchObject({ reason, retryable })
    expect(failure?.flagged).toBe(reason === 'content' ? true : undefined)
    expect(failure?.message.startsWith(`${raw_message}. `)).toBe(true)
  })

  test('no words at all', () => {
    const failed = read({ status: 'failed', error: null })
    expect(failed && readFailure(failed)).toMatchObject({ reason: 'unknown', retryable: false })
  })
})
