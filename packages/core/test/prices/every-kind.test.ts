import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'
import { describe, expect, it } from 'vitest'
import { leastRequest, type Samples } from '../../src/adapter.ts'
import { wantedOf } from '../../src/compose/prices/intent.ts'
import {
  compare,
  type Kind,
  kinds,
  mostOf,
  type Offer,
  promotionOf,
  type RenderIntent,
  type RenderRequest,
  recommend,
  retarget,
  type VideoProvider,
} from '../../src/index.ts'
import { handle } from '../fakes.ts'

const all: readonly VideoProvider[] = [createKling(), createPiapi(), createFal(), createReplicate()]
const names = Object.keys(kinds) as Kind[]

const samplesFor = ({ provider }: Offer): Samples => ({
  media: () => 'https://example.com/boat.png',
  clip: ({ madeBy = {}, seconds }) => ({
    ...{ provider, account: 'default', taskId: '831', outputId: 'clip-1', mode: 'std' },
    kind: madeBy.kinds?.[0] ?? 'text-to-video',
    model: madeBy.models?.[0] ?? 'kling-v3',
    duration: seconds?.[0] ?? 5,
    url: 'https://example.com/clip.mp4',
  }),
})
const least = (offer: Offer): RenderRequest => leastRequest(offer, samplesFor(offer))

const rows = all.flatMap((provider) => provider.catalog.offers.map((offer) => ({ provider, offer })))
const soldOf = (kind: Kind) => rows.filter(({ offer }) => offer.kind === kind && offer.state === 'current')
const firstOf = (kind: Kind): Offer => {
  const [first] = soldOf(kind)
  if (!first) throw new Error(`Nobody sells ${kind}.`)
  return first.offer
}
const hasSound = (kind: Kind): boolean => kinds[kind].fields.includes('generateAudio')
const hasLength = (kind: Kind): boolean => kinds[kind].fields.includes('duration')

describe.each(names.filter((kind) => soldOf(kind).length > 0))('%s', (kind) => {
  it('is compared by what it has: seconds and sound only where there are any, and the price of each unit', () => {
    for (const { provider, offer } of soldOf(kind)) {
      const request = least(offer)
      const quote = provider.quote(request)
      const { groups, near } = compare(request, [provider])
      if (quote.type === 'unknown') continue
      const [first] = groups[0]?.offers ?? []
      expect(first).toMatchObject({
        kind,
        model: offer.model,
        mode: offer.mode,
        per: offer.price.per,
        total: mostOf(quote),
      })
      expect(first?.sound !== undefined).toBe(hasSound(kind))
      expect(first?.seconds !== undefined).toBe(hasLength(kind))
      const counted =
        ['image', 'clip'].includes(offer.price.per) || (offer.price.per === 'second' && hasLength(kind))
      expect(first?.perUnit !== undefined).toBe(counted)
      for (const group of [...groups, ...near]) expect(group.differs).not.toContain('kind')
      expect(groups[0]?.differs.filter((name) => name !== 'sound')).toEqual([])
    }
  })

  it('is traced field by field: what is needed is lost nowhere', () => {
    for (const { provider, offer } of soldOf(kind)) {
      const request = least(offer)
      const { fields, cannot } = retarget(request, provider)
      expect(cannot).toBeUndefined()
      const lost = fields.filter(({ how }) => how === 'lost').map(({ field }) => `${offer.model} ${field}`)
      expect(lost).toEqual([])
      expect(fields.map(({ field }) => field).sort()).toEqual(Object.keys(request).sort())
    }
  })

  it('is recommended and promoted by its own rows', () => {
    const { model: _model, mode: _mode, ...wanted } = least(firstOf(kind))
    for (const purpose of ['draft', 'final'] as const) {
      const found = recommend({ ...wanted, purpose } as RenderIntent, all)
      const named = found.type === 'clip' ? [found.offer] : found.passedOver
      expect(named.length).toBeGreaterThan(0)
      if (found.type !== 'clip') continue
      expect([found.offer.kind, found.offer.state]).toEqual([kind, 'current'])
      const draft = {
        request: { ...found.request },
        handle: {
          ...handle(0),
          kind,
          provider: found.provider.id,
          model: found.offer.model,
          mode: found.offer.mode,
        },
      }
      const final = promotionOf(draft, all)
      // What is better is of the same kind, or there is nothing better.
      if (final.type === 'clip') expect(final.offer.kind).toBe(kind)
      else expect(final.passedOver.some(({ rule }) => rule === 'better-than-draft')).toBe(true)
    }
  })
})

describe('an intent without a kind', () => {
  it('is of the first kind that has all its fields', () => {
    const link = 'https://example.com/a.png'
    const kindOf = (fields: Partial<RenderRequest>): Kind =>
      wantedOf({ ...fields, purpose: 'draft' } as RenderIntent).request.kind
    expect(kindOf({ prompt: 'A boat' })).toBe('text-to-video')
    expect(kindOf({ prompt: 'A boat', startImage: link })).toBe('image-to-video')
    expect(kindOf({ personImage: link, garmentImage: link })).toBe('virtual-try-on')
  })
})
