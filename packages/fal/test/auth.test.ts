import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createFal, type FalOptions } from '../src/index.ts'
import { created, png, stub } from './world.ts'

const request = { kind: 'text-to-video', prompt: 'A paper boat' } as const
const names = ['FAL_KEY', 'FAL_API_KEY', 'FAL_KEY_ID', 'FAL_KEY_SECRET']
const config = { code: 'ERR_CONFIG', outcome: 'none', provider: 'fal' }

beforeEach(() => {
  for (const name of names) vi.stubEnv(name, undefined)
})
afterEach(() => {
  vi.unstubAllEnvs()
})

async function keyFor(env: Record<string, string>): Promise<string | null | undefined> {
  const { fal, sent } = stub(() => ({ json: created }), { apiKey: undefined })
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  await fal.submit(request)
  return sent[0]?.headers.get('authorization')
}

describe('the environment, read at the first request', () => {
  test.each([
    [{ FAL_KEY: 'a:1', FAL_API_KEY: 'b:2', FAL_KEY_ID: 'c', FAL_KEY_SECRET: '3' }, 'Key a:1'],
    [{ FAL_KEY: '"a:1"' }, 'Key a:1'],
    [{ FAL_KEY_ID: "'c'", FAL_KEY_SECRET: '"3"' }, 'Key c:3'],
    [{ FAL_API_KEY: 'b:2', FAL_KEY_ID: 'c', FAL_KEY_SECRET: '3' }, 'Key b:2'],
    [{ FAL_KEY_ID: 'c', FAL_KEY_SECRET: '3' }, 'Key c:3'],
    [{ FAL_KEY: '  ', FAL_KEY_ID: 'c', FAL_KEY_SECRET: '3' }, 'Key c:3'],
  ])('%j', async (env, key) => {
    expect(await keyFor(env)).toBe(key)
  })

  test.each([
    [{}, /no key for fal.*FAL_KEY, or FAL_API_KEY, or FAL_KEY_ID with FAL_KEY_SECRET/],
    [{ FAL_KEY_ID: 'c' }, /Half a key for fal: FAL_KEY_SECRET/],
    [{ FAL_KEY_SECRET: '3' }, /Half a key for fal: FAL_KEY_ID/],
    [{ FAL_KEY: 'Key a:1' }, /^FAL_KEY begins with .*scheme word/],
  ])('%j is not enough', async (env, message) => {
    await expect(keyFor(env)).rejects.toMatchObject({ ...config, message: expect.stringMatching(message) })
  })

  test('is read again as long as it holds nothing', async () => {
    const { fal } = stub(() => ({ json: created }), { apiKey: undefined })
    await expect(fal.submit(request)).rejects.toMatchObject(config)
    vi.stubEnv('FAL_KEY', 'a:1')
    await expect(fal.submit(request)).resolves.toMatchObject({ status: 'queued' })
  })
})

test.each(['', 'a b', 'Key a:1', 'a:1\n', 'schlüssel'])(
  'the explicit key %j is refused at once',
  (apiKey) => {
    expect(() => createFal({ apiKey })).toThrow(expect.objectContaining(config))
  },
)

describe('where the key goes', () => {
  const large = png(640, 480, 10_000)
  const cases: [FalOptions['baseURL'], string[]][] = [
    [undefined, ['https://rest.fal.ai/storage', 'https://queue.fal.run/fal-ai']],
    [
      'http://127.0.0.1:4010/fal',
      ['http://127.0.0.1:4010/fal/rest/storage', 'http://127.0.0.1:4010/fal/fal-ai'],
    ],
    ['https://proxy.example/', ['https://proxy.example/rest/storage', 'https://proxy.example/fal-ai']],
    [{ queue: 'https://q.example' }, ['https://q.example/rest/storage', 'https://q.example/fal-ai']],
    [
      { queue: 'https://q.example', rest: 'https://r.example/x' },
      ['https://r.example/x/storage', 'https://q.example/fal-ai'],
    ],
    [{ rest: 'https://r.example' }, ['https://r.example/storage', 'https://queue.fal.run/fal-ai']],
  ]
  test.each(cases)('baseURL %j', async (baseURL, starts) => {
    const file = { upload_url: 'https://v3b.fal.media/put?s=1', file_url: 'https://v3b.fal.media/a.png' }
    const { fal, sent } = stub(({ url }) => ({ json: url.pathname.includes('/storage/') ? file : created }), {
      baseURL,
    })
    await fal.submit({ kind: 'image-to-video', prompt: 'A boat', startImage: large })
    const keyed = sent.filter(({ headers }) => headers.has('authorization'))
    expect(keyed.map(({ url }) => starts.findIndex((start) => url.href.startsWith(start)))).toEqual([0, 1])
    expect(sent).toHaveLength(3)
  })

  test.each([
    'nowhere',
    'https://u:p@x.example',
    'https://x.example/?a=1',
    { elsewhere: 'https://x.example' },
  ])('baseURL %j is refused', (baseURL) => {
    expect(() => createFal({ apiKey: 'a:1', baseURL: baseURL as string })).toThrow(
      expect.objectContaining(config),
    )
  })
})
