import { type Catalog, type Offer, ReelayError, type VideoProvider } from '@reelay/core'
import { leastRequest } from '@reelay/core/adapter'
import { describe, expect, it } from 'vitest'
import { ContractViolation } from '../src/assert.ts'
import { type ContractCase, contractCases, runCase } from '../src/index.ts'
import { waysToBuy } from '../src/probe/every-kind.ts'
import { otherThan, requestFor } from '../src/probe/requests.ts'
import { samplesFor } from '../src/probe/samples.ts'
import { type FakeName, fakeDescriptor, type Plant } from './fake/world.ts'
import { replacing } from './planted/break.ts'

const named = (name: string): ContractCase => {
  const found = contractCases.find((one) => one.name === name)
  if (!found) throw new Error(`There is no case "${name}".`)
  return found
}
const buysOnce = named('a submit sends one paid POST and returns its task')

const offersOf = async (): Promise<readonly Offer[]> =>
  (await fakeDescriptor('keyed').world()).createProvider().catalog.offers

const cataloguing = (edit: (offer: Offer) => Offer, more: Plant = {}): Plant => ({
  ...more,
  spec(spec) {
    const kinds = spec.kinds.map((sold) => ({ ...sold, rows: sold.rows.map(edit) }))
    const catalog: Catalog = { ...spec.catalog, offers: kinds.flatMap(({ rows }) => rows) }
    return { ...spec, kinds, catalog }
  },
})

const trial = (kind: Offer['kind'], plant?: Plant, on: FakeName = 'keyed') =>
  runCase(buysOnce, fakeDescriptor(on, plant), kind)

describe('a case about any purchase', () => {
  it('is run with each kind, and says which row broke its promise', async () => {
    const plant = replacing((provider: VideoProvider) => ({
      async submit(request, options) {
        if (request.kind === 'image-to-video') await provider.submit(request)
        return provider.submit(request, options)
      },
    }))
    expect(await trial('text-to-video', plant)).toEqual({ state: 'kept' })
    const broken = await trial('image-to-video', plant).catch((error: unknown) => error)
    expect(broken).toBeInstanceOf(ContractViolation)
    expect((broken as Error).message).toMatch(/^keyed image-to-video kling-v3 std: /)
  })

  it('is skipped by name where a catalogue lacks the kind', async () => {
    const noneLeft = cataloguing((offer) =>
      offer.kind === 'image-to-video' ? { ...offer, state: 'discontinued' } : offer,
    )
    expect(await trial('image-to-video', noneLeft)).toEqual({
      state: 'skipped',
      reason: 'the catalogue has no row of image-to-video that is sold',
    })
  })

  it('is run with an unverified row where the wire sells it, and skipped by name where not', async () => {
    const unsure = (offer: Offer): Offer =>
      offer.kind === 'image-to-video' ? { ...offer, state: 'unverified' } : offer
    expect(await trial('image-to-video', cataloguing(unsure))).toEqual({ state: 'kept' })
    const refusing = replacing(() => ({
      async submit() {
        throw new ReelayError('ERR_INVALID_REQUEST', 'model is retired', { outcome: 'rejected' })
      },
    }))
    const result = await trial('image-to-video', cataloguing(unsure, refusing))
    expect(result).toEqual({
      state: 'skipped',
      reason:
        'keyed image-to-video kling-v3 std: the catalogue calls it unverified, and the wire refuses it: ReelayError: model is retired',
    })
    const sold = await trial('image-to-video', refusing).catch((error: unknown) => error)
    expect(sold).toBeInstanceOf(ContractViolation)
  })
})

describe('the ways to buy a kind', () => {
  it('are one for each provider and route: a row that is sold, before one that may be', async () => {
    const [row, image] = await offersOf()
    if (!row || !image) throw new Error('There are no rows.')
    const rows: readonly Offer[] = [
      { ...row, model: 'old', state: 'discontinued' },
      { ...row, model: 'may-be', state: 'unverified' },
      { ...row, model: 'sold' },
      { ...row, model: 'other-route', route: 'other', state: 'unverified' },
      { ...row, model: 'other-provider', provider: 'other' },
      image,
    ]
    expect(waysToBuy('text-to-video', rows).map(({ model }) => model)).toEqual([
      'sold',
      'other-route',
      'other-provider',
    ])
  })
})

describe('the smallest request of a row', () => {
  it('names the row, and passes files the way it takes them', async () => {
    const [, image] = await offersOf()
    if (image?.kind !== 'image-to-video' || image.limits.images === false)
      throw new Error('There is no such row.')
    expect(requestFor(image)).toEqual({
      kind: 'image-to-video',
      model: 'kling-v3',
      mode: 'std',
      prompt: 'A paper boat in the rain',
      duration: 5,
      startImage: 'https://example.com/boat.png',
    })
    const { startImage } = leastRequest(
      { ...image, limits: { ...image.limits, images: { ...image.limits.images, forms: ['base64'] } } },
      samplesFor(image),
    )
    expect(startImage).toBeInstanceOf(Uint8Array)
  })

  it('has another one beside it at the same price: other words, or another file', async () => {
    const [, image] = await offersOf()
    if (!image) throw new Error('There is no such row.')
    const { prompt, ...wordless } = requestFor(image)
    expect(otherThan(requestFor(image)).prompt).toBe(`${prompt} at dusk`)
    expect(otherThan(wordless as typeof wordless & { kind: 'image-to-video' })).toEqual({
      ...wordless,
      startImage: 'https://example.com/boat.png?at=dusk',
    })
  })
})
