import type { ProviderOptionsBase } from '@reelay/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createPiapi, piapi } from '../src/index.ts'
import { png, stub, task } from './world.ts'

const request = { kind: 'text-to-video', prompt: 'A paper boat' } as const

afterEach(() => void vi.unstubAllEnvs())

describe('the key', () => {
  test.each([
    ['PIAPI_API_KEY', { PIAPI_API_KEY: 'first', PIAPI_KEY: 'second' }, 'first'],
    ['PIAPI_KEY', { PIAPI_API_KEY: '', PIAPI_KEY: 'second' }, 'second'],
  ])('comes from %s', async (_name, env, key) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
    const { piapi, sent } = stub(() => ({ json: task() }), { apiKey: undefined })
    await piapi.submit(request)
    expect(sent[0]?.headers.get('x-api-key')).toBe(key)
  })

  test('may be missing until the first request, which names the variables', async () => {
    vi.stubEnv('PIAPI_API_KEY', '')
    vi.stubEnv('PIAPI_KEY', '')
    const { piapi, sent } = stub(() => ({ json: task() }), { apiKey: undefined })
    expect(piapi.quote(request).type).toBe('exact')
    await expect(piapi.submit(request)).rejects.toMatchObject({
      code: 'ERR_CONFIG',
      outcome: 'none',
      message: expect.stringMatching(/PIAPI_API_KEY.*PIAPI_KEY.*apiKey/),
    })
    expect(sent).toEqual([])
  })
})

describe('addresses', () => {
  const cases: [string, ProviderOptionsBase['baseURL'], string, string][] = [
    ['its own', undefined, 'https://api.piapi.ai', 'https://upload.theapi.app'],
    ['a proxy', 'http://127.0.0.1:1/piapi/', 'http://127.0.0.1:1/piapi', 'http://127.0.0.1:1/piapi/upload'],
    ['a moved API', { api: 'https://p.example' }, 'https://p.example', 'https://p.example/upload'],
    [
      'both',
      { api: 'https://p.example', upload: 'https://u.example' },
      'https://p.example',
      'https://u.example',
    ],
    ['a moved upload', { upload: 'https://u.example' }, 'https://api.piapi.ai', 'https://u.example'],
  ]
  test.each(cases)('%s', async (_name, baseURL, api, upload) => {
    const json = { ...task(), data: { ...task().data, url: 'https://e.com/a.png' } }
    const { piapi, sent } = stub(() => ({ json }), { baseURL })
    await piapi.submit({ kind: 'image-to-video', startImage: png(640, 480) })
    expect(sent.map(({ url }) => url.href)).toEqual([
      `${upload}/api/ephemeral_resource`,
      `${api}/api/v1/task`,
    ])
  })

  test.each(['not a URL', 'ftp://p.example', { cdn: 'https://p.example' }])('%j is refused', (baseURL) => {
    expect(() => createPiapi({ baseURL })).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }))
  })
})

test('an unknown service mode is refused', () => {
  const serviceMode = 'both' as 'public'
  expect(() => createPiapi({ serviceMode })).toThrow(expect.objectContaining({ code: 'ERR_CONFIG' }))
})

test('the default instance can cancel, and look for candidates', () => {
  expect(piapi).toMatchObject({ id: 'piapi', account: 'default' })
  expect(piapi.cancel).toBeTypeOf('function')
  expect(piapi.find).toBeTypeOf('function')
  expect(piapi.getMany).toBeUndefined()
})
