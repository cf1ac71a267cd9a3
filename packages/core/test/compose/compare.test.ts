import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applySuggestion,
  compare,
  failover,
  isVideoOffer,
  mostOf,
  type RenderRequest,
  retarget,
  type VideoProvider,
} from '../../src/index.ts'
import { request as boat, leaf } from './failover-leaves.ts'

const all: readonly VideoProvider[] = [createKling(), createPiapi(), createFal(), createReplicate()]
const clip = (more: Partial<RenderRequest> = {}): RenderRequest =>
  ({ kind: 'text-to-video', prompt: 'A paper boat', ...more }) as RenderRequest
const picture = 'https://example.com/boat.png'

describe('compare', () => {
  it('lists what everybody asks for the same clip, from cheap to dear, each with where it is from', () => {
    const request = clip({ model: 'kling-v3', mode: 'std', duration: 5 })
    const { groups, missing } = compare(request, all, { near: false })
    expect(groups).toHaveLength(1)
    const [group] = groups
    expect(group).toMatchObject({
      quality: { kind: 'text-to-video', model: 'kling-v3', mode: 'std', seconds: 5, sound: false },
      differs: [],
      change: {},
    })
    const totals = group?.offers.map(({ total }) => total) ?? []
    expect(totals).toEqual([...totals].sort((a, b) => a - b))
    expect(new Set(group?.offers.map(({ provider }) => provider))).toEqual(new Set(all.map(({ id }) => id)))
    expect(missing).toEqual([])
    for (const offer of group?.offers ?? []) {
      const quote = all.find(({ id }) => id === offer.provider)?.quote(request)
      expect(offer.total).toBe(quote && mostOf(quote))
      expect(quote).toMatchObject({ basis: offer.basis, asOf: offer.asOf, source: offer.source })
      expect(offer.perSecond).toBe(Math.round(offer.total / 5))
      expect(offer.asOf).toMatch(/^\d{4}-\d\d-\d\d$/)
      expect(offer.source).not.toBe('')
    }
  })

  it('says the price in the provider’s unit, and what a unit costs', () => {
    const { groups } = compare(clip({ model: 'kling-v3', mode: 'std' }), [createKling()], { near: false })
    const offer = groups[0]?.offers[0]
    expect(offer).toMatchObject({ native: { unit: 'unit' }, unitUsd: 140_000 })
    expect((offer?.native?.amount ?? 0) * (offer?.unitUsd ?? 0)).toBe(offer?.total)
  })

  it('says your own price as yours', () => {
    const own = createFal({ prices: [{ model: 'kling-v3', per: 'second', usd: 0.01 }] })
    const { groups } = compare(clip({ model: 'kling-v3', mode: 'std' }), [createKling(), own], {
      near: false,
    })
    expect(groups[0]?.offers[0]).toMatchObject({
      provider: 'fal',
      total: 50_000,
      native: { amount: 0.05, unit: 'usd' },
      basis: 'yours',
    })
  })

  it('tells of the others where one provider throws, and of that one why', () => {
    const asked = () => {
      throw new Error('no such table\n    at its own code')
    }
    const broken = { ...createKling({ account: 'broken' }), appraise: asked, check: asked, quote: asked }
    const { groups, near, missing } = compare(clip(), [broken, ...all])
    expect(groups[0]?.offers).toHaveLength(all.length)
    expect(near.length).toBeGreaterThan(0)
    expect(missing).toMatchObject([
      { account: 'broken', why: 'unsupported', message: expect.stringContaining('Error: no such table.') },
    ])
    // Alone, it is no reason to throw either.
    expect(compare(clip(), [broken]).groups).toEqual([])
    expect(retarget(clip(), broken).cannot).toContain('no such table')
    const encode = { ...leaf('encode', []), encode: asked }
    expect(retarget(boat, encode).cannot).toContain('no such table')
    // Whoever buys hears of it.
    expect(() => failover([broken, ...all]).quote(clip())).toThrow('no such table')
  })

  it.each([null, { kling: null }])(
    'traces a request with settings of %j, which no check passes',
    (settings) => {
      const request = clip({ providerOptions: settings } as never)
      expect(retarget(request, createKling())).toHaveProperty('fields')
    },
  )

  it('shows both ends of a price that has two, and sorts by the dearer', () => {
    const two = {
      ...leaf('two', []),
      quote: () => ({ ...list, type: 'bounded', min: 10, max: 300_000 }) as const,
    }
    const { groups } = compare(boat, [two, leaf('one', [])], { near: false })
    expect(groups[0]?.offers).toMatchObject([
      { provider: 'one', total: 100_000, totalMin: 100_000 },
      { provider: 'two', total: 300_000, totalMin: 10 },
    ])
  })

  it('asks everybody about the same model and mode, and says why these', () => {
    const { request, chosen, groups } = compare(clip(), all, { near: false })
    expect(request).toMatchObject({ model: 'kling-v3', mode: 'std' })
    expect(chosen).toMatchObject({ model: 'kling-v3', mode: 'std' })
    expect(chosen?.why).toContain('You named no model')
    expect(groups[0]?.offers).toHaveLength(4)
  })

  it('keeps apart what always has sound and what was asked for silent', () => {
    const { groups } = compare(clip({ model: 'kling-v4', mode: 'pro' }), all, { near: false })
    for (const { quality, differs, offers } of groups) {
      expect(differs).toEqual(quality.sound ? ['sound'] : [])
      for (const { provider, sound } of offers) {
        const row = all
          .find(({ id }) => id === provider)
          ?.catalog.offers.filter(isVideoOffer)
          .find(({ model, mode, kind }) => model === 'kling-v4' && mode === 'pro' && kind === 'text-to-video')
        expect(sound).toBe(row?.limits.audio === 'always')
      }
    }
    expect(groups.length).toBeGreaterThan(0)
  })

  it('compares compositions as well, and has nothing to say of nobody', () => {
    const both = failover([createKling({ account: 'a' }), createFal()])
    const { groups } = compare(clip(), [both, createReplicate()], { near: false })
    expect(groups[0]?.offers.map(({ provider }) => provider).sort()).toEqual(['failover', 'replicate'])
    expect(() => compare(clip(), [])).toThrow(/no provider to compare/)
  })

  it('is free of bytes and providers, so that it can be written down', () => {
    const comparison = compare(clip(), all)
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison)
  })
})

const list = { basis: 'list', asOf: '2026-11-24', source: 'made up' } as const

describe('a missing offer says why:', () => {
  it('not sold, and who sells it', () => {
    const { missing } = compare(clip({ model: 'kling-v3-turbo' }), all, { near: false })
    const kling = missing.find(({ provider }) => provider === 'kling')
    expect(kling).toMatchObject({ why: 'not-sold', field: 'model', soldBy: ['fal'] })
    const alone = compare(clip({ model: 'kling-v3-turbo' }), [createKling()], { near: false })
    expect(alone.missing[0]).toMatchObject({ why: 'not-sold', soldBy: ['fal'] })
  })

  it('not sold in this mode, with the nearest that is', () => {
    const request = clip({ model: 'kling-v2-master', mode: 'std' })
    const { missing } = compare(request, [createFal()], { near: false })
    expect(missing[0]).toMatchObject({
      why: 'not-sold',
      field: 'mode',
      instead: { change: { mode: 'pro' }, quote: { type: 'exact' } },
    })
  })

  it('a field that is not supported, with the nearest request that passes and its price', () => {
    const request = clip({ model: 'kling-v2-6', mode: 'std', duration: 7 })
    const kling = createKling()
    const { groups, missing } = compare(request, [kling], { near: false })
    expect(groups).toEqual([])
    const [one] = missing
    expect(one).toMatchObject({ why: 'unsupported', field: 'duration' })
    if (one?.why !== 'unsupported' || !one.instead) return expect.unreachable('there is a nearest request')
    const nearest = applySuggestion(request, one.instead.change)
    expect(kling.check(nearest)).toEqual([])
    expect(one.instead.quote).toEqual(kling.quote(nearest))
  })

  it('its price is unknown, which is not the same, and no price', () => {
    const dark = leaf('dark', [], { usd: undefined })
    const { groups, missing } = compare(boat, [dark, leaf('lit', [])], { near: false })
    expect(groups.flatMap(({ offers }) => offers).map(({ provider }) => provider)).toEqual(['lit'])
    expect(missing).toMatchObject([{ provider: 'dark', why: 'price-unknown', message: 'no price' }])
  })

  it('a key is missing: marked, and left out only where that is wanted', () => {
    const missingKeys = ({ id }: VideoProvider) => (id === 'fal' ? ['FAL_KEY'] : [])
    const marked = compare(clip(), all, { missingKeys })
    expect(marked.missing).toEqual([])
    const offers = marked.groups.flatMap((group) => group.offers)
    expect(offers.filter((offer) => offer.missingKeys).map(({ provider }) => provider)).toEqual(['fal'])
    const usable = compare(clip(), all, { missingKeys, usableOnly: true })
    expect(usable.missing).toMatchObject([
      { provider: 'fal', why: 'key-missing', variables: ['FAL_KEY'], offer: { provider: 'fal' } },
    ])
    for (const group of [...usable.groups, ...usable.near])
      expect(group.offers.map(({ provider }) => provider)).not.toContain('fal')
  })
})

describe('what is near', () => {
  const { near } = compare(clip({ model: 'kling-v2-6', mode: 'pro', duration: 5 }), all)
  const differing = (name: string) => near.filter(({ differs }) => differs.some((one) => one === name))

  it('is marked with what differs, and with the change that leads there', () => {
    expect(near.length).toBeGreaterThan(0)
    for (const { differs, change, quality, offers } of near) {
      expect(differs.length).toBeGreaterThan(0)
      const there = compare(
        applySuggestion(clip({ model: 'kling-v2-6', mode: 'pro', duration: 5 }), change),
        all,
        { near: false },
      )
      const same = there.groups.find((group) => JSON.stringify(group.quality) === JSON.stringify(quality))
      expect(same?.offers).toEqual(offers)
    }
  })

  it('is the next mode, model and length on each side', () => {
    expect(differing('mode').map(({ quality }) => quality.mode)).toContain('std')
    expect(differing('seconds').map(({ quality }) => quality.seconds)).toEqual([10])
    const models = new Set(differing('model').map(({ quality }) => quality.model))
    expect(models.has('kling-v2-5-turbo')).toBe(true)
    expect(models.size).toBe(2)
  })

  it('never is another model that may not run any more', () => {
    const rows = all.flatMap(({ catalog }) => catalog.offers)
    for (const model of new Set(rows.map((row) => row.model))) {
      for (const group of compare(clip({ model }), all).near) {
        if (!group.differs.includes('model')) continue
        expect(group.offers.map(({ state }) => state)).not.toContain('unverified')
      }
    }
  })

  it('is found where nobody sells what was asked for', () => {
    const { groups, near: found } = compare(clip({ model: 'kling-v2-6', mode: 'pro', duration: 7 }), all)
    expect(groups).toEqual([])
    const lengths = found
      .filter(({ differs }) => differs.includes('seconds'))
      .map(({ quality }) => quality.seconds)
    expect(new Set(lengths)).toEqual(new Set([5, 10]))
  })
})

describe('of any request', () => {
  const rows = all.flatMap(({ catalog }) => catalog.offers.filter(isVideoOffer))
  const requests = fc
    .record({
      row: fc.constantFrom(...rows),
      duration: fc.option(fc.integer({ min: 1, max: 16 }), { nil: undefined }),
      generateAudio: fc.option(fc.boolean(), { nil: undefined }),
      named: fc.constantFrom('both', 'model', 'none'),
      end: fc.boolean(),
    })
    .map(({ row, duration, generateAudio, named, end }): RenderRequest => {
      const { kind, model, mode } = row
      return {
        kind,
        prompt: 'A paper boat',
        ...(named !== 'none' && { model }),
        ...(named === 'both' && { mode }),
        ...(duration !== undefined && { duration }),
        ...(generateAudio !== undefined && { generateAudio }),
        ...(kind === 'image-to-video' && { startImage: picture, ...(end && { endImage: picture }) }),
      } as RenderRequest
    })

  it('every provider is listed once, with its own quote, or with why not', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { request: asked, groups, missing } = compare(request, all, { near: false })
        const offers = groups.flatMap((group) => group.offers)
        const seen = [...offers, ...missing].map(({ provider }) => provider)
        expect([...seen].sort()).toEqual(all.map(({ id }) => id).sort())
        for (const { provider, total } of offers) {
          const quote = all.find(({ id }) => id === provider)?.quote(asked)
          expect(total).toBe(quote && mostOf(quote))
        }
        for (const { offers: equal } of groups)
          expect(equal.every(({ total }, at) => at === 0 || total >= (equal[at - 1]?.total ?? 0))).toBe(true)
        for (const one of missing) {
          const found = all.find(({ id }) => id === one.provider)?.appraise(asked)
          if (one.why === 'price-unknown') expect(found?.problems).toEqual([])
          else expect(found?.problems.length).toBeGreaterThan(0)
          if (one.why === 'not-sold') {
            for (const id of one.soldBy) {
              const sells = all
                .find((other) => other.id === id)
                ?.catalog.offers.some((row) => row.kind === request.kind)
              expect(sells).toBe(true)
            }
          }
        }
      }),
      { numRuns: 300, seed: 12 },
    )
  })
})
