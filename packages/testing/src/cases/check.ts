import type { Offer, RenderRequest } from '@reelay/core'
import { equal, ok, skip } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { refuses } from '../probe/refuses.ts'
import { frozen, requestFor } from '../probe/requests.ts'

const wrong: readonly { readonly what: string; readonly field: string; readonly edit: object }[] = [
  { what: 'a field nobody knows', field: 'promptt', edit: { promptt: 'A paper boat' } },
  { what: 'a duration nobody sells', field: 'duration', edit: { duration: 86_400 } },
  { what: 'a duration that is not a number', field: 'duration', edit: { duration: '5' } },
  { what: 'a model nobody sells', field: 'model', edit: { model: 'kling-v0-none' } },
  { what: 'a mode nobody sells', field: 'mode', edit: { mode: '8k' } },
  { what: 'a kind nobody renders', field: 'kind', edit: { kind: 'hologram' } },
  { what: 'a scale out of range', field: 'cfgScale', edit: { cfgScale: 7 } },
  { what: 'half a character', field: 'prompt', edit: { prompt: 'A paper boat \ud83c' } },
  {
    what: 'a setting for nobody',
    field: 'providerOptions.klingai',
    edit: { providerOptions: { klingai: { seed: 7 } } },
  },
]

function ignoresAspectRatio({ state, kind, limits }: Offer): boolean {
  return state === 'current' && kind === 'image-to-video' && limits.aspectRatios === false
}

/** What is wrong is said before anything is sent or spent. */
export const checkCases: readonly ContractCase[] = [
  {
    name: 'check finds nothing wrong with a valid request, sends nothing and changes nothing',
    rule: 'check',
    everyKind: true,
    async run(world) {
      const provider = world.createProvider()
      const request = frozen(structuredClone(world.request))
      equal(provider.check(request), [], 'problems of a valid request')
      equal(provider.check(request), [], 'problems of the same request, asked again')
      equal([world.wire.posts(), world.wire.reads()], [0, 0], 'requests sent')
      await provider.submit(request)
      equal(request, world.request, 'the request after its submit')
    },
  },
  ...wrong.map(
    ({ what, field, edit }): ContractCase => ({
      name: `${what} is refused before any request, with what to do about it`,
      rule: 'check',
      async run(world) {
        const problems = await refuses(world, world.createProvider(), { ...world.request, ...edit })
        ok(
          problems.some((one) => one.field === field),
          `a problem names the field ${field}`,
        )
      },
    }),
  ),
  {
    name: 'nonsense in place of a request is refused, not a crash',
    rule: 'check',
    async run(world) {
      const provider = world.createProvider()
      for (const nonsense of [undefined, null, 'a boat', 5, [], {}]) await refuses(world, provider, nonsense)
    },
  },
  {
    name: 'a discontinued row is refused before any request',
    rule: 'check',
    async run(world) {
      const provider = world.createProvider()
      const { offers } = provider.catalog
      const gone = offers.find(
        ({ kind, model }) =>
          kind === 'text-to-video' &&
          offers.every((row) => row.kind !== kind || row.model !== model || row.state === 'discontinued'),
      )
      const request = gone && requestFor(gone)
      if (!request) return skip('the catalogue lists no discontinued model')
      const problems = await refuses(world, provider, request)
      ok(
        problems.some(({ rule }) => rule === 'discontinued'),
        'a problem says that it is discontinued',
      )
    },
  },
  {
    name: 'a reserved option is refused, with what to use instead',
    rule: 'check',
    needs: ({ reservedOptions }) => reservedOptions !== undefined || 'the manifest names no reserved options',
    async instead(world) {
      // Nothing is reserved, so an option at worst moves the price; see the case about that.
      equal(world.createProvider().check(world.request), [], 'problems of a request without options')
    },
    async run(world, { reservedOptions = {} }) {
      const provider = world.createProvider()
      const most = Math.max(...Object.values(reservedOptions).map((keys) => keys.length))
      for (let n = 0; n < most; n++) {
        // One key of every provider at a time: a composition refuses only what all of its leaves refuse.
        const picked = Object.entries(reservedOptions).map(
          ([id, keys]) => [id, keys[n % keys.length] ?? ''] as const,
        )
        const providerOptions = Object.fromEntries(picked.map(([id, key]) => [id, { [key]: 'mine' }]))
        const problems = await refuses(world, provider, { ...world.request, providerOptions })
        const fields = picked.map(([id, key]) => `providerOptions.${id}.${key}`)
        const named = problems.find(({ field }) => fields.includes(field))
        equal(named?.rule, 'reserved', `the rule that ${fields} breaks`)
      }
    },
  },
  {
    name: 'a field that the provider ignores is a warning on the task, not an error',
    rule: 'check',
    async run(world) {
      const provider = world.createProvider()
      const row = provider.catalog.offers.find(ignoresAspectRatio)
      const request = row && requestFor(row)
      if (!request) return skip('the catalogue lists no row that takes the aspect ratio from an image')
      const ignored = { ...request, aspectRatio: '16:9' } as RenderRequest
      equal(provider.check(ignored), [], 'problems of a request with a field that is ignored')
      const { warnings } = await provider.submit(ignored)
      ok(
        warnings.some(({ field }) => field === 'aspectRatio'),
        'a warning names the field',
      )
      equal((await provider.submit(request)).warnings, [], 'warnings without the field')
    },
  },
]
