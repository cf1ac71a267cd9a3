import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReelayError } from '@reelay/core'
import { Ajv } from 'ajv'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createProvider, env, loadConfig } from '../src/config/index.ts'
import { adapters, optionsOf, sharedOptions } from '../src/config/registry.ts'
import { configJsonSchema } from '../src/config/schema.ts'

const shipped = JSON.parse(await readFile(new URL('../config.schema.json', import.meta.url), 'utf8'))
const accepts = new Ajv({ allErrors: true }).compile(shipped)

const folders: string[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

/** What the loader says of a file with this text; `undefined` where it takes it. */
async function complaint(config: unknown): Promise<string | undefined> {
  const cwd = await mkdtemp(join(tmpdir(), 'reelay-schema-'))
  folders.push(cwd)
  await writeFile(join(cwd, 'reelay.config.json'), JSON.stringify(config))
  try {
    await loadConfig({ cwd })
    return undefined
  } catch (error) {
    if (!ReelayError.isInstance(error)) throw error
    expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
    return error.message
  }
}

const main = (entry: unknown) => ({ providers: { main: entry } })
const reference = { env: 'SOME_VARIABLE' }

const taken: readonly unknown[] = [
  {},
  { $schema: './node_modules/reelay/config.schema.json', provider: 'a', providers: { a: 'fal' } },
  { providers: {}, defaults: { model: 'kling-v3', mode: '4k' } },
  {
    provider: 'main',
    ...main({ use: 'kling', region: 'beijing', resend: false, accessKey: reference, secretKey: 'sk' }),
  },
  main({
    use: 'kling',
    baseURL: 'https://relay.example',
    relay: { name: 'relay', idempotencyHeader: 'x-key' },
  }),
  main({ use: 'kling', baseURL: { api: reference }, official: true }),
  main({ use: 'kling', official: reference, baseURL: reference, resend: reference, region: reference }),
  main({ use: 'fal', stream: true, soleSubmitter: true, headers: { env: 'production', 'x-key': reference } }),
  main({ use: 'piapi', serviceMode: 'private', webhookSecret: reference, timeoutMs: 5_000 }),
  main({
    use: 'replicate',
    account: 'studio',
    prices: [{ model: 'kling-v3', per: 'second', usd: { silent: 0.07 } }],
  }),
  main({ use: 'kling', prices: [{ unitCny: 1, cnyPerUsd: 7.1 }] }),
  main({ use: 'kling', prices: [{ model: 'kling-v3', unitUsd: 0.098 }, { discount: 0.1 }] }),
]

const refused: readonly (readonly [config: unknown, words: string])[] = [
  [{ provders: {} }, 'the key "provders" is not known. Did you mean "providers"?'],
  [{ defaults: { modell: 'kling-v3' } }, 'defaults: the key "modell" is not known. Did you mean "model"?'],
  [{ defaults: { mode: 'best' } }, 'defaults.mode takes std, pro, 4k.'],
  [{ provider: 5 }, 'provider takes a name of providers.'],
  [{ providers: ['kling'] }, 'providers takes providers by name.'],
  [main('klingg'), 'providers.main: the provider "klingg" is not known. Did you mean "kling"?'],
  [main({ use: 'fall' }), 'providers.main: the provider "fall" is not known. Did you mean "fal"?'],
  [main({ apiKey: 'x' }), 'providers.main takes one of kling, piapi, fal, replicate, or an object with use.'],
  [
    main({ use: 'kling', regoin: 'beijing' }),
    'providers.main: the key "regoin" is not known. Did you mean "region"?',
  ],
  [main({ use: 'fal', accessKey: 'x' }), 'the key "accessKey" is not known'],
  [
    main({ use: 'kling', region: 'mars' }),
    'providers.main.region takes singapore or beijing, or { "env": "NAME" }',
  ],
  [main({ use: 'fal', stream: 'yes' }), 'providers.main.stream takes true or false, or { "env": "NAME" }'],
  [
    main({ use: 'fal', baseURL: { query: 'https://x.example' } }),
    'baseURL: the key "query" is not known. Did you mean "queue"? Known are queue, rest, api.',
  ],
  [main({ use: 'fal', baseURL: 5 }), 'baseURL takes a URL, or one for each of queue, rest, api.'],
  [
    main({ use: 'fal', prices: [{ per: 'clip', usd: { loud: 1 } }] }),
    'prices.0.usd: the key "loud" is not known. Known are silent, audio, video, any, image, subjects, expand.',
  ],
  [main({ use: 'fal', timeoutMs: '5000' }), 'providers.main.timeoutMs takes a number.'],
  [main({ use: 'fal', official: false }), 'providers.main.official takes true'],
  [
    main({ use: 'fal', relay: { nam: 'x' } }),
    'providers.main.relay takes a name, or { name, idempotencyHeader }.',
  ],
  [main({ use: 'fal', headers: { 'x-key': 5 } }), 'providers.main.headers.x-key takes a text'],
  [
    main({ use: 'fal', apiKey: { variable: 'X' } }),
    'providers.main.apiKey takes a text, or { "env": "NAME" }',
  ],
  [
    main({ use: 'fal', prices: [{ per: 'frame', usd: 1 }] }),
    'providers.main.prices.0.per takes second, clip, image,',
  ],
  [main({ use: 'fal', prices: [{ per: 'clip', dollars: 1 }] }), 'the key "dollars" is not known'],
]

describe('the JSON Schema of reelay.config.json', () => {
  it('is shipped as the sources make it: node .ci/providers.ts writes it', () => {
    expect(shipped).toEqual(JSON.parse(JSON.stringify(configJsonSchema())))
  })

  it.each(taken)('accepts what the loader takes: %j', async (config) => {
    expect(accepts(config), JSON.stringify(accepts.errors)).toBe(true)
    expect(await complaint(config)).toBeUndefined()
  })

  it.each(refused)('refuses what the loader refuses: %j', async (config, words) => {
    expect(accepts(config)).toBe(false)
    expect(await complaint(config)).toContain(words)
  })

  it.each(Object.entries(adapters))(
    'knows every option of %s that a file can hold, each with its words',
    (id, row) => {
      const { anyOf } = shipped.properties.providers.additionalProperties
      const entry = anyOf.find(
        (one: { properties?: { use: { const: string } } }) => one.properties?.use.const === id,
      )
      const { use: _, ...options } = entry.properties as Record<string, { description?: string }>
      const inFiles = sharedOptions.filter((option) => !['upload', 'fetch', 'ky', 'clock'].includes(option))
      const own = optionsOf(row.manifest).map(([option]) => option)
      expect(Object.keys(options).sort()).toEqual([...own, ...inFiles].sort())
      for (const { description } of Object.values(options)) expect(description).toMatch(/\w/)
    },
  )

  it('keeps keys out of its complaints', async () => {
    const words = await complaint(main({ use: 'fal', apiKey: ['key-0123456789'] }))
    expect(words).not.toContain('0123456789')
  })
})

describe('a configuration that is a program', () => {
  it('holds what no file can', async () => {
    const config = { providers: { main: { use: 'fal', fetch: globalThis.fetch } } }
    await expect(loadConfig({ config })).resolves.toMatchObject({ names: ['main'] })
  })

  it('takes a switch or a choice from the environment too, and nothing else for one', async () => {
    vi.stubEnv('FOLLOWS', 'true')
    expect((await createProvider({ use: 'fal', stream: env('FOLLOWS') })).follow).toBeTypeOf('function')
    vi.stubEnv('FOLLOWS', 'false')
    expect((await createProvider({ use: 'fal', stream: env('FOLLOWS') })).follow).toBeUndefined()
    vi.stubEnv('FOLLOWS', 'yes')
    const wrong = createProvider({ use: 'fal', stream: env('FOLLOWS') })
    await expect(wrong).rejects.toThrow('stream is true or false, and not "yes"')
    vi.stubEnv('WHERE', 'beijing')
    const kling = await createProvider({ use: 'kling', region: env('WHERE') })
    expect(kling.host?.name).toBe('api-beijing.klingai.com')
  })
})
