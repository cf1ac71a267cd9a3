import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { ReelayError } from '@reelay/core'
import { createEmulator } from '@reelay/emulator'
import { createVirtualClock } from '@reelay/testing/clock'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createProvider, defineConfig, env, loadConfig } from '../src/config/index.ts'
import { adapters } from '../src/config/registry.ts'

const boat = { kind: 'text-to-video', prompt: 'A paper boat' } as const
const folders: string[] = []

afterEach(async () => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

async function folderWith(name: string, content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'reelay-config-'))
  folders.push(folder)
  await writeFile(join(folder, name), content)
  return folder
}

async function refusal(work: Promise<unknown>): Promise<ReelayError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!ReelayError.isInstance(error)) throw new Error(`expected a ReelayError, got ${error}`)
  return error
}

describe('a file that cannot be read', () => {
  it.each([
    [
      'json',
      '{ "providers": { "main": { "use": "fal", "apiKey": "sk-secret-1" "x": 1 } } }',
      'line 1, column 66',
    ],
    ['json', '{ "providers": { "main": { "use": "fal", "apiKey": sk-secret-1 } } }', 'is not valid JSON'],
    ['json5', '{ providers: { main: { use: "fal", apiKey: "sk-secret-1" x } } }', 'line 1, column 58'],
    ['yaml', 'providers:\n  main:\n    apiKey: "sk-secret-1\n   x: [', 'is not valid YAML at line'],
    ['toml', '[providers.main]\napiKey = "sk-secret-1\nx = [', 'is not valid TOML at line'],
  ])('%s is told by its place, and nothing of it is quoted', async (format, text, words) => {
    const cwd = await folderWith(`reelay.config.${format}`, text)
    const error = await refusal(loadConfig({ cwd }))
    expect([error.code, error.outcome]).toEqual(['ERR_CONFIG', 'none'])
    expect(error.message).toContain(words)
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('sk-secret')
    const named = await refusal(loadConfig({ cwd, file: `reelay.config.${format}` }))
    expect(named.message).toBe(error.message)
  })

  it('a program throws what it throws', async () => {
    const cwd = await folderWith('reelay.config.mjs', 'throw new RangeError("set STUDIO first")')
    await expect(loadConfig({ cwd })).rejects.toThrow('set STUDIO first')
  })
})

describe('createProvider', () => {
  it.each(Object.keys(adapters))('makes %s by its name, without a key in sight', async (id) => {
    const provider = await createProvider(id)
    expect([provider.id, provider.account]).toEqual([id, 'default'])
    expect(provider.quote(boat).type).toBe('exact')
  })

  it('passes options on', async () => {
    const studio = await createProvider({ use: 'kling', region: 'beijing', account: 'studio' })
    expect(studio.account).toBe('studio')
  })

  it.each([
    [() => createProvider('fall'), 'Did you mean "fal"?'],
    [() => createProvider('constructor'), 'is not known'],
    [() => createProvider({ use: 'kling', regoin: 'beijing' } as never), 'Did you mean "region"?'],
    [() => createProvider({ use: 'fal', accessKey: 'x' }), 'the key "accessKey" is not known'],
    [
      () => createProvider({ use: 'fal', apiKey: env('NOBODY_SET_THIS') }),
      'NOBODY_SET_THIS, which is not set',
    ],
  ])('refuses a mistake and says what was probably meant: %#', async (make, words) => {
    const error = await refusal(make())
    expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
    expect(error.message).toContain(words)
  })

  it('says which package to install when an adapter is missing', async () => {
    const missing = Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' })
    vi.spyOn(adapters.fal as { load(): unknown }, 'load').mockRejectedValue(missing)
    expect((await refusal(createProvider('fal'))).message).toContain('npm install @reelay/fal')
  })

  it('takes secrets and addresses from the environment when told to', async () => {
    const clock = createVirtualClock()
    const emulator = createEmulator({ clock: clock.server })
    const { baseURL, env: keys } = emulator.providers('http://emulator.test').kling
    vi.stubEnv('STUDIO_KEY', keys.KLINGAI_API_KEY)
    vi.stubEnv('STUDIO_URL', baseURL)
    const fetch = clock.track(emulator.fetch)
    const references = { apiKey: env('STUDIO_KEY'), baseURL: env('STUDIO_URL') }
    const kling = await createProvider({ use: 'kling', clock, fetch, ...references })
    expect((await kling.submit(boat)).status).toBe('queued')
  })
})

describe('loadConfig', () => {
  it.each([
    ['reelay.config.ts', 'export default { provider: "b", providers: { a: "kling", b: "fal" } } as const'],
    ['reelay.config.js', 'export default { provider: "b", providers: { a: "kling", b: "fal" } }'],
    ['reelay.config.json', '{ "provider": "b", "providers": { "a": "kling", "b": "fal" } }'],
  ])('reads %s', async (name, content) => {
    const cwd = await folderWith(name, content)
    const config = await loadConfig({ cwd })
    expect(config.names).toEqual(['a', 'b'])
    expect(config.file).toContain(name)
    expect((await config.provider()).id).toBe('fal')
    expect((await config.provider('a')).id).toBe('kling')
    expect(await config.provider('a')).toBe(await config.provider('a'))
  })

  it('offers every adapter when there is no file', async () => {
    const cwd = await folderWith('empty.txt', '')
    const config = await loadConfig({ cwd })
    expect(config.names).toEqual(Object.keys(adapters))
    expect((await config.provider('replicate')).id).toBe('replicate')
  })

  it('fills in the defaults that a request leaves open, and no others', async () => {
    const config = await loadConfig({
      config: defineConfig({ defaults: { model: 'kling-v2-6', mode: 'pro' } }),
    })
    const kling = await config.provider('kling')
    const price = (request: object) => {
      const quote = kling.quote({ ...boat, ...request })
      return quote.type === 'exact' ? quote.microUsd : quote
    }
    expect(price({})).toBe(350_000)
    expect(price({ mode: 'std' })).toBe(210_000)
    expect(price({ model: 'kling-v3' })).toBe(420_000)
  })

  it.each([
    [{ provders: {} }, 'Did you mean "providers"?'],
    [{ defaults: { modell: 'kling-v3' } }, 'Did you mean "model"?'],
    [{ provider: 'man', providers: { main: 'kling' } }, 'Did you mean "main"?'],
    [{ providers: { a: 'kling', b: { use: 'kling' } } }, 'account name of its own'],
  ])('refuses %j', async (config, words) => {
    const error = await refusal(loadConfig({ config: config as never }))
    expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none' })
    expect(error.message).toContain(words)
  })

  it('takes an upload from a configuration that is a program, and says so to any other', async () => {
    const personImage = new TextEncoder().encode('this is no picture')
    const upload = async (): Promise<string> => 'https://media.example.com/person.png'
    const loaded = await loadConfig({ config: { providers: { main: { use: 'kling', upload } } } })
    const kling = await loaded.provider('main')
    const request = {
      kind: 'virtual-try-on',
      personImage,
      garmentImage: 'https://example.com/shirt.png',
    } as const
    // Its type is wrong, and no longer that it is bytes.
    expect(kling.check(request)[0]?.message).toContain('accepted are image/jpeg')
    const text = await loadConfig({
      config: { providers: { main: { use: 'kling', upload: 'bucket' } } } as never,
    })
    expect((await refusal(text.provider('main'))).message).toContain('only where it is a program')
  })

  it('refuses a name that is not configured, and a file that is not there', async () => {
    const config = await loadConfig({ config: { providers: { main: 'kling' } } })
    expect((await refusal(config.provider('mian'))).message).toContain('Did you mean "main"?')
    expect((await refusal(loadConfig({ file: 'nowhere.config.ts' }))).message).toContain('nowhere.config.ts')
  })

  it('names the other configured providers that could serve a refused request', async () => {
    const config = await loadConfig({
      config: { providers: { main: 'fal', official: 'kling', spare: 'replicate' } },
    })
    const fal = await config.provider('main')
    const request = { ...boat, model: 'kling-v2-6', mode: 'std' } as const
    const [problem] = fal.check(request)
    expect(problem).toMatchObject({ field: 'mode', rule: 'unsupported', elsewhere: ['official'] })
    expect(problem?.fix).toContain('render it with official')
    const error = await refusal(fal.submit(request))
    expect(error.problems?.[0]?.elsewhere).toEqual(['official'])
  })
})
