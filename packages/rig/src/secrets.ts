import { inspect } from 'node:util'
import type { ProviderOptionsBase, VideoProvider } from '@reelay/core'
import type { ManifestOption, ProviderManifest } from '@reelay/core/adapter'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { RigFor } from './rig-for.ts'
import type { Sent, StubAnswer } from './stub.ts'

/** Everything a person or a log could see of a value. */
export function visible(value: unknown): string {
  const seen = [inspect(value, { showHidden: true, depth: Infinity, getters: true }), String(value)]
  for (const part of [value, (value as { raw?: unknown } | undefined)?.raw])
    seen.push(JSON.stringify(part) ?? '')
  if (value instanceof Error) seen.push(value.stack ?? '', value.message)
  return seen.join('\n')
}

/** A provider that repeats whatever credentials it was sent, as careless gateways do. */
export interface Echoing<Id extends string, Options extends ProviderOptionsBase> {
  readonly manifest: ProviderManifest
  readonly create: (options: Options) => VideoProvider
  readonly stub: RigFor<Id, Options, VideoProvider>['stub']
  /**
   * Its answer to a request, `words` wherever a text can stand: a refusal to the first create and to a read of the task
   * `broken`, a failed task else.
   */
  answer(words: string, sent: Sent, number: number): StubAnswer
  /** Keys of its form made of two random texts; one text alone when absent. */
  readonly keys?: readonly ((text: string, other: string) => string)[]
  /** What of a key must not be seen; each whole key when absent. */
  secretsOf?(key: string): readonly string[]
}

const request = { kind: 'text-to-video', prompt: 'A paper boat' } as const
const webhookUrl = 'https://hooks.example.test/mine'
const caught = (error: unknown): unknown => error

/** Texts as keys are made of. Quotes at their ends would be taken for a shell's. */
const secretText = fc
  .string({ unit: fc.constantFrom(...'abcXYZ0189-_./+=%&|~\\"'), minLength: 12, maxLength: 40 })
  .map((text) => `k${text}k`)

interface Scheme {
  readonly title: string
  /** The options that are credentials in it, and where each has a text of its own. */
  readonly options: readonly string[]
}

/** Every way to prove who one is, each with the secrets that go beside it. */
function schemesOf({ options }: ProviderManifest): readonly Scheme[] {
  const secrets = Object.entries(options as Readonly<Record<string, ManifestOption>>).filter(
    ([, { secret, only }]) => secret && only === undefined,
  )
  const beside = secrets.filter(([, { env }]) => env === undefined).map(([name]) => name)
  const groups = secrets
    .filter(([, { env }]) => env !== undefined)
    .map(([name, option]) => [name, option.with ?? []].flat().sort().join())
  return [...new Set(groups)].map((group) => {
    const names = [...group.split(','), ...beside]
    return { title: names.join(' and '), options: names }
  })
}

/** Nothing that a provider is given to prove who one is shows anywhere, whatever comes back. */
export function describeSecrets<Id extends string, Options extends ProviderOptionsBase>(
  adapter: Echoing<Id, Options>,
): void {
  const { manifest, keys = [(text) => text], secretsOf = (key) => [key] } = adapter
  const schemes = schemesOf(manifest)
  const credentials = [...new Set(schemes.flatMap(({ options }) => options))]
  const optionsOf = (given: Readonly<Record<string, string>>): Options =>
    ({ ...Object.fromEntries(credentials.map((name) => [name, undefined])), ...given }) as unknown as Options

  /** All that shows, and the tokens that were made of the keys. */
  async function everythingFrom(
    given: Readonly<Record<string, string>>,
  ): Promise<{ readonly text: string; readonly tokens: readonly string[] }> {
    const secrets = Object.values(given).flatMap((key) => [key, ...secretsOf(key)])
    const { sent, ...rest } = adapter.stub((one, number) => {
      const headers = [...one.headers.values()].join(' ')
      return adapter.answer(`got ${headers} ${secrets.join(' ')} ${JSON.stringify(given)}`, one, number)
    }, optionsOf(given))
    const provider = (rest as unknown as Readonly<Record<Id, VideoProvider>>)[manifest.id as Id]
    const options = manifest.webhooks ? { webhookUrl } : {}
    const shown: unknown[] = [provider, await provider.submit(request, options).catch(caught)]
    const task = await provider.submit(request, options)
    const read = await provider.get(task.handle)
    expect(read.status).toBe('failed')
    shown.push(task, task.handle, read)
    shown.push(await provider.get({ ...task.handle, id: 'broken' }).catch(caught))
    shown.push(await provider.cancel?.(task.handle).catch(caught), provider)
    const tokens = sent.map(({ authorization }) => authorization?.split(' ')[1] ?? '')
    return { text: shown.map(visible).join('\n'), tokens: tokens.filter((token) => token !== '') }
  }

  describe.each(schemes)('$title', ({ options }) => {
    test.each(keys.map((form, index) => ({ form, title: `form ${index + 1}` })))(
      'show nowhere, nor what is made of them ($title)',
      { timeout: 60_000 },
      async ({ form }) => {
        const text = fc.tuple(secretText, secretText).map((both) => form(...both))
        const given = fc.record(Object.fromEntries(options.map((name) => [name, text])))
        await fc.assert(
          fc.asyncProperty(given, async (keysGiven) => {
            const shown = await everythingFrom(keysGiven)
            const hidden = [...Object.values(keysGiven).flatMap(secretsOf), ...shown.tokens]
            for (const secret of hidden) expect(shown.text).not.toContain(secret)
          }),
          { numRuns: 12 },
        )
      },
    )

    test.each(
      options.flatMap((name) => ['a-secret\nvalue', 'a-sécret-value', ''].map((text) => ({ name, text }))),
    )('is refused without being repeated: $name $text', ({ name, text }) => {
      const sound = Object.fromEntries(options.map((option) => [option, 'kept:sound-value']))
      const expected = {
        code: 'ERR_CONFIG',
        outcome: 'none',
        message: expect.not.stringMatching(/s[eé]cret.value/),
      }
      expect(() => adapter.create(optionsOf({ ...sound, [name]: text }))).toThrow(
        expect.objectContaining(expected),
      )
    })
  })
}
