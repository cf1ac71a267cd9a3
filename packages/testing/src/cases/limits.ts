import {
  isVideoOffer,
  type KindRow,
  kinds,
  type Offer,
  type RenderRequest,
  type VideoKind,
  type VideoProvider,
} from '@reelay/core'
import { equal, failure, ok, skip } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { refuses } from '../probe/refuses.ts'
import { requestFor } from '../probe/requests.ts'
import type { World } from '../world.ts'

/** Something a row may lack, and a request that asks for it. */
interface Lack {
  readonly field: string
  lacks(offer: Offer<VideoKind>): boolean
  ask(offer: Offer<VideoKind>): object
}

const longer = (length: number): string => 'boat '.repeat(length / 5 + 1)

const lacks: readonly Lack[] = [
  {
    field: 'duration',
    lacks: ({ limits }) => !limits.durations.includes(61),
    ask: () => ({ duration: 61 }),
  },
  {
    field: 'prompt',
    lacks: () => true,
    ask: ({ limits }) => ({ prompt: longer(limits.prompt.maxLength) }),
  },
  {
    field: 'negativePrompt',
    lacks: ({ limits }) => limits.negativePrompt === false,
    ask: () => ({ negativePrompt: 'people' }),
  },
  {
    field: 'aspectRatio',
    lacks: ({ limits }) => limits.aspectRatios !== false && !limits.aspectRatios.includes('7:5'),
    ask: () => ({ aspectRatio: '7:5' }),
  },
  {
    field: 'generateAudio',
    lacks: ({ limits }) => limits.audio === 'never',
    ask: () => ({ generateAudio: true }),
  },
  { field: 'cfgScale', lacks: ({ limits }) => !limits.cfgScale, ask: () => ({ cfgScale: 0.5 }) },
  {
    field: 'cameraControl',
    lacks: ({ limits }) => limits.cameraControl === false,
    ask: () => ({ cameraControl: { type: 'down_back' } }),
  },
  {
    field: 'endImage',
    lacks: ({ kind, limits }) => kind === 'image-to-video' && limits.endImage === false,
    ask: () => ({ endImage: 'https://example.com/end.png' }),
  },
]

/** A composition refuses only what every leaf that sells the row refuses. */
function nobodyTakes(
  { lacks: one }: Lack,
  offer: Offer<VideoKind>,
  offers: readonly Offer<VideoKind>[],
): boolean {
  const same = offers.filter(
    ({ kind, model, mode }) => kind === offer.kind && model === offer.model && mode === offer.mode,
  )
  return same.every(one)
}

/** The request with another value in the place of one of its files, as deep as that lies. */
function replaced(whole: unknown, [key = '', ...deeper]: readonly string[], value: unknown): unknown {
  const inner = (whole as Readonly<Record<string, unknown>>)[key]
  const changed = deeper.length === 0 ? value : replaced(inner, deeper, value)
  if (Array.isArray(whole)) return whole.map((item, at) => (String(at) === key ? changed : item))
  return { ...(whole as object), [key]: changed }
}

/** What is no file, in the place of every file of the smallest request of every kind. */
async function refusesNoFiles(world: World, provider: VideoProvider): Promise<void> {
  const sold = provider.catalog.offers.filter(({ state }) => state === 'current')
  for (const [kind, [offer]] of Map.groupBy(sold, (row) => row.kind)) {
    const request = offer && requestFor(offer)
    if (!request) continue
    const row: KindRow = kinds[kind] as unknown as KindRow
    const owner = { provider: offer.provider, account: provider.account }
    for (const { path } of row.mediaAt(request, offer.limits, owner)) {
      const problems = await refuses(world, provider, replaced(request, path.split('.'), 'file:///boat.png'))
      ok(
        problems.some(({ field }) => field.startsWith(path.split('.')[0] ?? path)),
        `a problem of ${kind} names ${path}`,
      )
    }
  }
}

/** What a row of the catalogue does not offer is refused, whoever reads the catalogue. */
export const limitCases: readonly ContractCase[] = [
  {
    name: 'what a row does not offer is refused before any request, naming the field',
    rule: 'check',
    async run(world) {
      const provider = world.createProvider()
      const offers = provider.catalog.offers.filter(isVideoOffer)
      for (const offer of offers.filter(({ state }) => state === 'current')) {
        const request = requestFor(offer)
        if (!request) continue
        for (const lack of lacks.filter((one) => nobodyTakes(one, offer, offers))) {
          const asking = { ...request, ...lack.ask(offer) } as RenderRequest
          const problems = provider.check(asking)
          const what = `${offer.kind} with ${offer.model} ${offer.mode}`
          ok(
            problems.some(({ field }) => field.startsWith(lack.field)),
            `${what} should refuse ${lack.field}`,
          )
        }
      }
      ok(world.wire.posts() + world.wire.reads() === 0, 'nothing is sent for that')
    },
  },
  {
    name: 'an image that is none is refused before any request',
    rule: 'check',
    async run(world) {
      const provider = world.createProvider()
      const row = provider.catalog.offers.find(
        ({ kind, state }) => kind === 'image-to-video' && state === 'current',
      )
      const request = row && requestFor(row)
      if (!request) return skip('the catalogue lists no row that takes an image')
      const text = new TextEncoder().encode('this is no image')
      for (const startImage of [text, 'file:///boat.png', 'data:text/plain;base64,Ym9hdA==']) {
        await refuses(world, provider, { ...request, startImage })
      }
      await refusesNoFiles(world, provider)
      // A Blob has to be read first, which check() cannot do.
      const startImage = new Blob([text])
      const error = await failure(
        provider.submit({ ...request, startImage } as RenderRequest),
        'a submit with a text as its image',
      )
      equal([error.code, error.outcome], ['ERR_INVALID_REQUEST', 'none'], 'code and outcome')
      equal(world.wire.posts(), 0, 'paid POSTs')
    },
  },
]
