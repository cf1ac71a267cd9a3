import { describe, expect, test } from 'vitest'
import { createEmulator, type FalEmulatorOptions } from '../../src/index.ts'

const key = 'id:secret'
const other = 'id-two:secret-two'
const weak = 'id-weak:secret-weak'
const id = 'fal-ai/kling-video/v3/standard/text-to-video'
const path = 'https://api.fal.ai/v1/models/requests/by-endpoint'

interface Row {
  readonly request_id: string
  readonly endpoint_id: string
  readonly sent_at: string
  readonly started_at: string
  readonly ended_at: string | null
  readonly status_code: number | null
  readonly duration: number | null
  readonly json_input?: unknown
  readonly json_output?: unknown
}

function setup(options: FalEmulatorOptions = {}) {
  const accounts = [
    { key, concurrency: 500 },
    { key: other, concurrency: 500 },
    { key: weak, apiScope: false },
  ]
  const emulator = createEmulator({
    speed: 0,
    seed: 1,
    fal: { accounts, queuedMs: 1_000, processingMs: 30_000, outputFile: 'url-only', ...options },
  })
  const authorization = `Key ${key}`
  async function list(query: string, as = authorization) {
    const reply = await emulator.fetch(new Request(`${path}${query}`, { headers: { authorization: as } }))
    return {
      status: reply.status,
      body: (await reply.json()) as {
        items: Row[]
        next_cursor: string | null
        has_more: boolean
        error?: { type: string; message: string }
      },
    }
  }
  async function submit(prompt = 'A boat', as = authorization): Promise<string> {
    const body = JSON.stringify({ prompt, duration: '5', aspect_ratio: '16:9', generate_audio: false })
    const headers = { authorization: as, 'content-type': 'application/json' }
    const reply = await emulator.fetch(
      new Request(`https://queue.fal.run/${id}`, { method: 'POST', headers, body }),
    )
    return ((await reply.json()) as { request_id: string }).request_id
  }
  return { emulator, list, submit }
}

describe('the request history', () => {
  test('has a row for each request that ended, with its input and output when asked for', async () => {
    const { emulator, list, submit } = setup()
    const request = await submit()
    expect((await list(`?endpoint_id=${id}`)).body.items).toEqual([])
    emulator.control.advance(60_000)
    const { body } = await list(`?endpoint_id=${id}`)
    expect(body).toMatchObject({ next_cursor: null, has_more: false })
    expect(body.items).toHaveLength(1)
    const [row] = body.items
    expect(row).toMatchObject({ request_id: request, endpoint_id: id, status_code: 200, duration: 30 })
    expect(Date.parse(row?.ended_at ?? '') - Date.parse(row?.started_at ?? '')).toBe(30_000)
    expect(row).not.toHaveProperty('json_input')
    const [whole] = (await list(`?endpoint_id=${id}&expand=payloads`)).body.items
    expect(whole).toMatchObject({ json_input: { prompt: 'A boat' }, json_output: { video: {} } })
  })

  test('shows those in progress, and rows that come late, where it is told to', async () => {
    const running = setup({ historyOfRunning: true })
    await running.submit()
    running.emulator.control.advance(10_000)
    expect((await running.list(`?endpoint_id=${id}`)).body.items).toMatchObject([
      { ended_at: null, status_code: null, duration: null },
    ])
    const late = setup({ historyLagMs: 20_000 })
    await late.submit()
    late.emulator.control.advance(40_000)
    expect((await late.list(`?endpoint_id=${id}`)).body.items).toEqual([])
    late.emulator.control.advance(20_000)
    expect((await late.list(`?endpoint_id=${id}`)).body.items).toHaveLength(1)
  })

  test('comes in pages, those that ended last first, of the own account only', async () => {
    const { emulator, list, submit } = setup()
    const ids: string[] = []
    for (let number = 0; number < 5; number++) {
      ids.push(await submit(`boat ${number}`))
      emulator.control.advance(1_000)
    }
    await submit('theirs', `Key ${other}`)
    emulator.control.advance(60_000)
    const first = (await list(`?endpoint_id=${id}&limit=2`)).body
    expect(first.has_more).toBe(true)
    const second = (await list(`?endpoint_id=${id}&limit=2&cursor=${first.next_cursor}`)).body
    const third = (await list(`?endpoint_id=${id}&limit=2&cursor=${second.next_cursor}`)).body
    expect([first, second, third].flatMap(({ items }) => items.map((row) => row.request_id))).toEqual(
      ids.toReversed(),
    )
    expect(third).toMatchObject({ has_more: false, next_cursor: null })
    expect((await list(`?endpoint_id=${id}&request_id=${ids[3]}`)).body.items).toMatchObject([
      { request_id: ids[3] },
    ])
  })

  test('tells failures by their status, and takes a window of time', async () => {
    const { emulator, list, submit } = setup()
    const at = emulator.clock.now()
    await submit('a forbidden boat')
    await submit()
    emulator.control.advance(60_000)
    const codes = async (query: string): Promise<unknown[]> =>
      (await list(`?endpoint_id=${id}${query}`)).body.items.map((row) => row.status_code)
    expect(await codes('&status=user_error')).toEqual([422])
    expect(await codes('&status=success')).toEqual([200])
    expect(await codes(`&start=${new Date(at + 1).toISOString()}`)).toEqual([])
    expect(await codes(`&end=${new Date(at).toISOString()}`)).toEqual([])
    expect(await codes(`&start=${new Date(at).toISOString()}`)).toHaveLength(2)
  })

  test.each([
    [400, 'validation_error', ''],
    [400, 'validation_error', '?endpoint_id='],
    [400, 'validation_error', `?endpoint_id=${Array.from({ length: 51 }, () => 'a/b').join(',')}`],
    [400, 'validation_error', '?endpoint_id=a/b&limit=101'],
    [400, 'validation_error', '?endpoint_id=a/b&limit=0'],
    [400, 'validation_error', '?endpoint_id=a/b&start=yesterday'],
    [400, 'validation_error', '?endpoint_id=a/b&status=running'],
    [400, 'validation_error', '?endpoint_id=a/b&request_id=7'],
    [400, 'validation_error', '?endpoint_id=a/b&expand=all'],
    [400, 'validation_error', '?endpoint_id=a/b&sort_by=sent_at'],
    [400, 'validation_error', '?endpoint_id=a/b&cursor=2'],
    [400, 'validation_error', '?endpoint_id=a/b&page=2'],
  ])('refuses with %i %s what it does not take: %s', async (status, type, query) => {
    const { list } = setup()
    expect(await list(query)).toMatchObject({ status, body: { error: { type } } })
  })

  test('refuses keys it does not know, the wrong scheme word, and those without the API scope', async () => {
    const { list } = setup()
    for (const as of ['Key nobody:nobody', `Bearer ${key}`])
      expect(await list(`?endpoint_id=${id}`, as)).toMatchObject({ status: 401 })
    expect(await list(`?endpoint_id=${id}`, `Key ${weak}`)).toEqual({
      status: 403,
      body: { error: { type: 'authorization_error', message: 'Access denied' } },
    })
  })
})
