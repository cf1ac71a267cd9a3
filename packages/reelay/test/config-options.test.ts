import type { ProviderOptionsBase, VideoProvider } from '@reelay/core'
import { afterEach, describe, expect, expectTypeOf, it, vi } from 'vitest'
import { handle } from '../../core/test/fakes.ts'
import { withAlternatives } from '../src/config/alternatives.ts'
import { withDefaults } from '../src/config/defaults.ts'
import { createProvider, env, loadConfig, type ProviderConfig } from '../src/config/index.ts'
import {
  type AdapterOptions,
  adapters,
  optionsOf as ownOptionsOf,
  sharedOptions,
} from '../src/config/registry.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

const ids = Object.keys(adapters) as (keyof AdapterOptions)[]
const optionsOf = (id: string): readonly string[] => {
  const manifest = adapters[id]?.manifest
  return [...sharedOptions, ...(manifest ? ownOptionsOf(manifest) : []).map(([option]) => option)]
}

/** What the factory of an adapter is given. */
async function given(id: string, config: object): Promise<Readonly<Record<string, unknown>>> {
  let seen: Readonly<Record<string, unknown>> = {}
  const adapter = adapters[id] as { load(): unknown }
  const create = adapters[id]?.manifest.create ?? ''
  const spy = vi.spyOn(adapter, 'load').mockResolvedValue({
    [create]: (options: typeof seen) => {
      seen = options
      return {}
    },
  })
  await createProvider({ use: id, ...config } as ProviderConfig)
  spy.mockRestore()
  return seen
}

describe('every option of a factory works from a configuration', () => {
  it('by its type: what a factory takes, a configuration takes', () => {
    type Missing<Options> = Exclude<keyof Options, keyof ProviderConfig>
    expectTypeOf<Missing<AdapterOptions[keyof AdapterOptions]>>().toEqualTypeOf<never>()
    expectTypeOf<Missing<ProviderOptionsBase>>().toEqualTypeOf<never>()
    // As it is, or by a reference; an option whose types clash between adapters would be `never` here.
    expectTypeOf<AdapterOptions['kling']>().toExtend<Omit<ProviderConfig, 'use'>>()
    expectTypeOf<AdapterOptions['piapi']>().toExtend<Omit<ProviderConfig, 'use'>>()
    expectTypeOf<AdapterOptions['fal']>().toExtend<Omit<ProviderConfig, 'use'>>()
    expectTypeOf<AdapterOptions['replicate']>().toExtend<Omit<ProviderConfig, 'use'>>()
  })

  it.each(ids.flatMap((id) => optionsOf(id).map((option) => [id, option] as const)))(
    '%s: %s arrives',
    async (id, option) => {
      const value = Symbol(option)
      expect(await given(id, { [option]: value })).toEqual({ [option]: value })
    },
  )

  it.each(ids)(
    '%s: an option of another adapter is refused, and the one probably meant named',
    async (id) => {
      const foreign = ids.flatMap((other) => optionsOf(other)).filter((one) => !optionsOf(id).includes(one))
      for (const option of foreign) {
        await expect(createProvider({ use: id, [option]: 'x' } as ProviderConfig)).rejects.toThrow(
          'is not known',
        )
      }
      const slip = createProvider({ use: id, timeoutMS: 5 } as unknown as ProviderConfig)
      await expect(slip).rejects.toThrow('Did you mean "timeoutMs"?')
    },
  )

  it('fal: stream gives a provider that can follow, alone and from a configuration', async () => {
    expect((await createProvider({ use: 'fal', stream: true })).follow).toBeTypeOf('function')
    expect((await createProvider('fal')).follow).toBeUndefined()
    const config = { providers: { main: { use: 'fal', stream: true } }, defaults: { model: 'kling-v2-6' } }
    expect((await (await loadConfig({ config })).provider()).follow).toBeTypeOf('function')
  })

  it('a relay and an official proxy are said as to a factory', async () => {
    const baseURL = 'https://proxy.example.com'
    const host = async (more: object) => (await createProvider({ use: 'kling', baseURL, ...more })).host
    expect(await host({})).toMatchObject({ standing: 'relay', name: 'proxy.example.com' })
    expect(await host({ relay: { name: 'mine' } })).toMatchObject({ standing: 'relay', name: 'mine' })
    expect(await host({ official: true })).toMatchObject({ standing: 'official' })
  })

  it('single headers and addresses may stand in the environment; a header may be called env', async () => {
    vi.stubEnv('PROXY_KEY', 'key-1')
    vi.stubEnv('PROXY_URL', 'http://127.0.0.1:4000')
    expect(
      await given('fal', {
        headers: { env: 'production', 'x-proxy-key': env('PROXY_KEY') },
        baseURL: { queue: env('PROXY_URL'), rest: 'http://127.0.0.1:5000' },
      }),
    ).toEqual({
      headers: { env: 'production', 'x-proxy-key': 'key-1' },
      baseURL: { queue: 'http://127.0.0.1:4000', rest: 'http://127.0.0.1:5000' },
    })
    const missing = createProvider({ use: 'fal', headers: { 'x-key': env('NOBODY_SET_THIS') } })
    await expect(missing).rejects.toThrow('fal.headers.x-key refers to')
  })
})

const wrapped: Readonly<Record<string, (provider: VideoProvider) => VideoProvider>> = {
  withDefaults: (provider) => withDefaults(provider, { model: 'kling-v2-6' }),
  withAlternatives: (provider) => withAlternatives(provider, () => ({})),
}

describe.each(Object.entries(wrapped))('%s', (_name, wrap) => {
  it('loses no member of what it wraps', async () => {
    const reached: string[] = []
    const call = (name: string, answer: unknown) => async (): Promise<never> => {
      reached.push(name)
      return answer as never
    }
    // What an adapter has beside the interface stays with the adapter: it must not go around what wraps it.
    const { usage, livePrices, accountInfo, ...fal } = (await createProvider({
      use: 'fal',
      stream: true,
    })) as VideoProvider & {
      readonly [extra in 'usage' | 'livePrices' | 'accountInfo']: unknown
    }
    expect([usage, livePrices, accountInfo].map((own) => typeof own)).toEqual(Array(3).fill('function'))
    const whole: Required<VideoProvider> = {
      ...(fal as Required<VideoProvider>),
      getMany: call('getMany', new Map()),
      find: call('find', { state: 'not-found-yet' }),
      cancel: call('cancel', 'requested'),
      follow: call('follow', true),
    }
    const one = wrap(whole)
    expect(Object.keys(one).sort()).toEqual(Object.keys(whole).sort())
    await one.getMany?.([])
    await one.find?.({} as never)
    await one.cancel?.(handle(0))
    expect(await one.follow?.(handle(0))).toBe(true)
    expect(reached).toEqual(['getMany', 'find', 'cancel', 'follow'])
  })
})
