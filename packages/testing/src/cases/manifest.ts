import { ReelayError } from '@reelay/core'
import { credentialVariables, type ManifestOption } from '@reelay/core/adapter'
import { equal, failure, fulfilled, ok, show, skip } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { attempt, errorOf } from '../probe/attempt.ts'
import { withEnv } from '../probe/env.ts'
import { hides } from '../probe/leaks.ts'
import { needsAdapter } from '../probe/needs.ts'
import { plant } from '../probe/plant.ts'
import { spyOn } from '../probe/spy.ts'
import { waysOf } from '../probe/ways.ts'
import type { AdapterFacts, Manifest, World } from '../world.ts'

function factsOf({ adapter }: Manifest): AdapterFacts {
  ok(adapter, 'the case runs for adapters only')
  return adapter
}

const optionsOf = ({ manifest }: AdapterFacts): readonly (readonly [string, ManifestOption])[] =>
  Object.entries(manifest.options)

const sorted = (words: Iterable<string>): readonly string[] => [...new Set(words)].sort()

/** Every list under the name `forms` within a row's limits, wherever a kind keeps its media rules. */
function formsIn(limits: unknown): readonly string[] {
  if (typeof limits !== 'object' || limits === null) return []
  return Object.entries(limits).flatMap(([name, value]) =>
    name === 'forms' && Array.isArray(value) ? value : formsIn(value),
  )
}

/** An answer that repeats a text of ours in the provider's own words, to a provider that was told a secret. */
async function answered(world: World, text: string, setup: Parameters<World['createProvider']>[0]) {
  const fetch = world.clock.track(async (input, init) => {
    const request = new Request(input, init)
    request.headers.set('x-repeat', text)
    return world.wire.fetch(request)
  })
  plant(world, 'echo')
  return errorOf(await attempt(world, world.createProvider({ ...setup, fetch })))
}

const callback = 'https://hooks.example.com/reelay'

/** The manifest of an adapter and its instances say the same. */
export const manifestCases: readonly ContractCase[] = [
  {
    name: 'an instance is what the manifest says: id, methods, hosts, kinds and forms of images',
    rule: 'instance',
    ...needsAdapter,
    async run(world, contract) {
      const { manifest } = factsOf(contract)
      const spy = spyOn(world)
      const provider = world.createProvider({ fetch: spy.fetch })
      const { find, getMany, cancel, usage, account } = manifest.can
      equal(provider.id, manifest.id, 'the id')
      equal(
        [provider.find, provider.getMany, provider.cancel].map((method) => method !== undefined),
        [find !== false, getMany !== false, cancel],
        'whether find, getMany and cancel are there',
      )
      equal('usage' in provider, usage, 'whether usage is there')
      equal('accountInfo' in provider, account, 'whether accountInfo is there')
      const sold = provider.catalog.offers.filter(({ state }) => state !== 'discontinued')
      equal(sorted(sold.map(({ kind }) => kind)), sorted(manifest.kinds), 'the kinds sold')
      equal(sorted(sold.flatMap(({ limits }) => formsIn(limits))), sorted(manifest.media), 'forms of images')
      await provider.submit(world.request)
      const hosts = Object.values(manifest.hosts).flatMap((one) => (typeof one === 'string' ? one : one.urls))
      const origins = hosts.map((url) => new URL(url).origin)
      for (const { url } of spy.sent) ok(origins.includes(url.origin), `no host is at ${url.origin}`)
    },
  },
  {
    name: 'a callback address leaves with the request exactly where the manifest speaks of callbacks',
    rule: 'instance',
    ...needsAdapter,
    async run(world, contract) {
      const { webhooks } = factsOf(contract).manifest
      const sent: string[] = []
      const fetch = world.clock.track(async (input, init) => {
        const request = new Request(input, init)
        sent.push(decodeURIComponent(request.url), await request.clone().text())
        return world.wire.fetch(request)
      })
      const provider = world.createProvider({ fetch })
      await provider.submit(world.request, { webhookUrl: callback }).catch((error: unknown) => {
        if (!ReelayError.isInstance(error)) throw error
      })
      const left = sent.some((text) => text.includes(callback))
      equal(left, webhooks !== undefined, 'whether the callback address left')
    },
  },
  {
    name: 'each variable that the manifest names is read when no option is given',
    rule: 'instance',
    ...needsAdapter,
    async run(world, contract) {
      const facts = factsOf(contract)
      const unset = Object.fromEntries(credentialVariables(facts.manifest).map((name) => [name, undefined]))
      const ways = waysOf(facts)
      ok(ways.length > 0, 'the manifest names a variable to read a key from')
      for (const { env } of ways) {
        const submit = async (): Promise<unknown> =>
          world.createProvider({ credentials: 'environment' }).submit(world.request)
        const what = `a submit with nothing but ${Object.keys(env).join(' and ')} set`
        await withEnv({ ...unset, ...env }, () => fulfilled(submit(), what))
      }
      equal(world.wire.tasks(), ways.length, 'tasks, one for each way to give a key')
    },
  },
  {
    name: 'each option that the manifest names is taken: what it cannot mean is refused before any request',
    rule: 'instance',
    ...needsAdapter,
    async run(world, contract) {
      for (const [name, option] of optionsOf(factsOf(contract))) {
        // Beside keys that count first, a half of another pair is not looked at.
        const credentials = option.env ? 'missing' : 'valid'
        const submit = async (): Promise<unknown> =>
          world.createProvider({ credentials, options: { [name]: {} } }).submit(world.request)
        const error = await failure(submit(), `a provider whose ${name} is {}`)
        equal([error.code, error.outcome], ['ERR_CONFIG', 'none'], `code and outcome where ${name} is {}`)
        ok(error.message.includes(name), `the message names ${name}: ${show(error)}`)
        const usable =
          option.type === 'choice' ? option.values : option.type === 'boolean' ? [true, false] : []
        for (const value of usable) {
          const provider = world.createProvider({ options: { [name]: value } })
          equal(provider.check(world.request), [], `problems where ${name} is ${show(value)}`)
        }
      }
      equal(world.wire.posts() + world.wire.reads(), 0, 'requests sent')
    },
  },
  {
    name: 'what the manifest calls a secret shows in no error, however it was given',
    rule: 'money 9',
    ...needsAdapter,
    async run(world, contract) {
      const facts = factsOf(contract)
      const control = 'no-secret-of-anybody'
      const shown = JSON.stringify(await answered(world, control, {}))
      if (!shown.includes(control)) return skip('no error repeats what the provider said')
      for (const [name, { secret, env }] of optionsOf(facts)) {
        if (!secret) continue
        const value = facts.keys[name] ?? 'planted-secret-0123456789'
        if (!env) {
          hides(await answered(world, value, { options: { [name]: value } }), [value], `an error, ${name}`)
          continue
        }
        for (const way of waysOf(facts).filter(({ options }) => name in options)) {
          const given = await answered(world, value, { credentials: 'missing', options: way.options })
          hides(given, [value], `an error, ${name} given as an option,`)
          const read = await withEnv(way.env, () => answered(world, value, { credentials: 'environment' }))
          hides(read, [value], `an error, ${name} read from ${Object.keys(way.env)},`)
        }
      }
    },
  },
]
