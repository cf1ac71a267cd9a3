import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createKlingElements, type KlingElements } from '../src/elements.ts'
import { fixture } from './world.ts'

type Body = Readonly<Record<string, unknown>>

/** A library before an answer of its own, and what was sent to it. */
function before(body: unknown, status = 200) {
  const sent: { readonly method: string; readonly url: string; readonly body?: Body }[] = []
  const library = createKlingElements({
    apiKey: 'stub-api-key',
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const text = await request.text()
      const { method, url } = request
      sent.push({ method, url, ...(text !== '' && { body: JSON.parse(text) as Body }) })
      // As it stands in the file, whose numbers may be longer than a double holds.
      return new Response(typeof body === 'string' ? body : JSON.stringify(body), { status })
    },
  })
  return { ...library, sent }
}

const pairOf = (name: string) => {
  const { request, response } = fixture(name)
  return { request, response, library: before(response.body, response.status) }
}

const handle = (kind: string, route: string, id: string) =>
  ({
    v: 1,
    provider: 'kling',
    account: 'default',
    id,
    kind,
    model: `kling-${kind}`,
    mode: 'std',
    route,
    submittedAt: 1,
    idempotencyKey: 'k',
    requestHash: 'h',
  }) as never

async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

describe('recorded creates', () => {
  test.each([
    [
      'v1_element_create_image',
      ({ elements }: KlingElements) =>
        elements.create({
          name: 'Mara',
          description: 'young cellist',
          images: ['https://example.com/mara.png', 'https://example.com/mara-side.png'],
          tags: ['character'],
        }),
    ],
    [
      'v1_element_create_video',
      ({ elements }: KlingElements) =>
        elements.create({
          name: 'Otto',
          description: 'baker',
          video: 'https://example.com/otto.mp4',
          voice: '930801338081615883',
        }),
    ],
    [
      'v1_voice_create',
      ({ voices }: KlingElements) =>
        voices.create({ name: 'narrator', audio: 'https://example.com/clean.wav' }),
    ],
  ] as const)('%s is sent and read as recorded', async (name, create) => {
    const { request, response, library } = pairOf(name)
    const task = await create(library)
    const { method, url, body } = request
    // The id is derived from the key, so it is ours and not the pair's.
    expect(library.sent).toEqual([{ method, url, body: { ...body, external_task_id: expect.any(String) } }])
    const { data } = response.body as { readonly data: Body }
    expect(task).toMatchObject({
      id: data.task_id,
      status: 'queued',
      nativeStatus: 'submitted',
      createdAt: data.created_at,
      raw: data,
    })
  })
})

test('v1_element_old_create is sent as recorded, and is the element itself', async () => {
  // Its id is beyond 2^53: the file as it stands, and not as a double has it.
  const file = readFileSync(new URL('fixtures/v1_element_old_create.json', import.meta.url), 'utf8')
  const { request } = fixture('v1_element_old_create')
  const library = before(/"body": (\{\s*"code"[\s\S]*?\n {4}\})/.exec(file)?.[1])
  const task = await library.formerElements.create({
    name: 'Mug',
    description: 'red mug',
    images: ['https://example.com/mug.png', 'https://example.com/mug-2.png'],
    tags: ['item'],
  })
  const { method, url, body } = request
  expect(library.sent).toEqual([{ method, url, body }])
  expect(task).toMatchObject({
    status: 'succeeded',
    id: '829836802793406551',
    made: {
      id: '829836802793406551',
      name: 'Mug',
      description: 'red mug',
      images: ['https://example.com/mug.png', 'https://example.com/mug-2.png'],
      tags: [{ id: 'o_104', name: 'Item' }],
      ownedBy: '1000000001',
      deleted: false,
    },
  })
})

describe('recorded reads', () => {
  test('v1_element_query_succeed', async () => {
    const { request, library } = pairOf('v1_element_query_succeed')
    const task = await library.elements.get(
      handle('element', 'advanced-custom-elements', '831922345719279000'),
    )
    expect(library.sent).toEqual([{ method: 'GET', url: request.url }])
    expect(task).toMatchObject({
      status: 'succeeded',
      cost: { native: { amount: 0, unit: 'unit' }, microUsd: 0 },
      made: {
        id: '160000001',
        name: 'Zhang',
        description: 'lead role',
        images: ['https://example.com/f.png', 'https://example.com/s.png'],
        tags: [],
        ownedBy: '1000000001',
        deleted: false,
      },
    })
    expect(task.status === 'succeeded' && Object.keys(task.made)).not.toContain('voice')
  })

  test('v1_voice_query_succeed', async () => {
    const { request, library } = pairOf('v1_voice_query_succeed')
    const task = await library.voices.get(handle('voice', 'custom-voices', '930801301486305328'))
    expect(library.sent).toEqual([{ method: 'GET', url: request.url }])
    expect(task).toMatchObject({
      status: 'succeeded',
      cost: { native: { amount: 0.05, unit: 'unit' }, microUsd: 7_000 },
    })
    expect(task.status === 'succeeded' && task.made).toEqual({
      id: '930801338081615883',
      name: 'narrator',
      sampleUrl: 'https://cdn.klingai.com/bs2/upload-kling-api/1000000001/voice/trial.mp3',
      ownedBy: '1000000001',
    })
  })

  test('v1_elements_presets_list', async () => {
    const { request, library } = pairOf('v1_elements_presets_list')
    expect(await all(library.elements.presets({ pageSize: 30 }))).toEqual([
      {
        id: '160',
        name: 'Grace',
        description: 'preset',
        images: ['https://example.com/grace.png', 'https://example.com/grace-side.png'],
        tags: [{ id: 'o_102', name: 'Character' }],
        ownedBy: 'kling',
        deleted: false,
      },
    ])
    expect(library.sent).toEqual([{ method: 'GET', url: request.url }])
  })

  test('v1_voices_presets_list', async () => {
    const { request, library } = pairOf('v1_voices_presets_list')
    expect(await all(library.voices.presets({ pageSize: 30 }))).toEqual([
      {
        id: '829836802793406551',
        name: 'sweet',
        sampleUrl: 'https://cdn.klingai.com/bs2/upload-kling-api/1000000001/voice/sweet.mp3',
        ownedBy: 'kling',
      },
    ])
    expect(library.sent).toEqual([{ method: 'GET', url: request.url }])
  })

  test('an id of 18 digits that comes as a number is read digit by digit', async () => {
    const text = JSON.stringify(fixture('v1_element_query_succeed').response.body)
    const { elements } = before(text.replace('"element_id":160000001', '"element_id":829836802793406551'))
    const task = await elements.get(handle('element', 'advanced-custom-elements', '831922345719279000'))
    expect(task.status === 'succeeded' && task.made.id).toBe('829836802793406551')
  })

  test('a page without anything ends the list', async () => {
    for (const data of [[], null, undefined])
      expect(await all(before({ code: 0, message: 'SUCCEED', data }).elements.list())).toEqual([])
  })
})

describe('recorded deletes', () => {
  test.each([
    ['v1_element_delete', ({ elements }: KlingElements) => elements.delete('321922438904313'), 'deleted'],
    ['v1_voice_delete', ({ voices }: KlingElements) => voices.delete('930801338081615883'), 'deleted'],
  ] as const)('%s', async (name, remove, expected) => {
    const { request, library } = pairOf(name)
    expect(await remove(library)).toBe(expected)
    const { method, url, body } = request
    expect(library.sent).toEqual([{ method, url, body }])
  })

  test('v1_element_delete_again: it is gone, whichever of the two paths said so', async () => {
    const { library } = pairOf('v1_element_delete_again')
    expect(await library.elements.delete('321922438904313')).toBe('gone')
    expect(library.sent).toHaveLength(1)
  })

  test('an answer without data deletes as well', async () => {
    const { elements } = before({ code: 0, message: 'SUCCEED', request_id: 'r' })
    expect(await elements.delete('321922438904313')).toBe('deleted')
  })

  test.each(['', 'mara', '12 3'])('the id %j is refused before anything is sent', async (id) => {
    const { elements, sent } = before({})
    await expect(elements.delete(id)).rejects.toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
    expect(sent).toEqual([])
  })
})
