import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { describe, expect, it } from 'vitest'
import { failover, ReelayError, type RenderIntent, recommend, usd } from '../../src/index.ts'
import { campaign, everybody } from './intents.ts'

const boat = { prompt: 'A paper boat in the rain', duration: 5 } as const
const draft: RenderIntent = { ...boat, purpose: 'draft' }
const final: RenderIntent = { ...boat, purpose: 'final' }

function clipFor(intent: RenderIntent, providers = everybody()) {
  const answer = recommend(intent, providers)
  if (answer.type === 'none') throw new Error(answer.why)
  return answer
}

function noneFor(intent: RenderIntent, providers = everybody()) {
  const answer = recommend(intent, providers)
  if (answer.type === 'clip') throw new Error(`${answer.offer.model} fits.`)
  return answer
}

const refused = (intent: unknown, providers = everybody()): ReelayError => {
  try {
    recommend(intent as RenderIntent, providers)
  } catch (error) {
    if (ReelayError.isInstance(error)) return error
    throw error
  }
  throw new Error('It was not refused.')
}

it('keeps its promises in some hundreds of intents', { timeout: 60_000 }, () => {
  const { clip, none } = campaign(400, 7)
  expect(Math.min(clip, none)).toBeGreaterThan(50)
})

it('recommends of the others where one provider throws, and says which did', () => {
  const asked = () => {
    throw new Error('no such table\n    at its own code')
  }
  const broken = { ...createKling({ account: 'broken' }), appraise: asked, check: asked, quote: asked }
  const { provider, passedOver } = clipFor(draft, [broken, ...everybody()])
  expect(provider.account).toBe('default')
  const told = passedOver.filter(({ account, rule }) => account === 'broken' && rule === 'what-was-asked')
  expect(new Set(told.map(({ text }) => text))).toEqual(
    new Set(['kling failed when it was asked: Error: no such table.']),
  )
})

describe('a draft', () => {
  it('goes to the cheapest that fits, and says what its final will cost', () => {
    const [kling] = [createKling()]
    const { offer, quote, reasons } = clipFor(draft, [kling])
    expect([offer.model, offer.mode]).toEqual(['kling-v2-5-turbo', 'std'])
    expect(quote).toMatchObject({ type: 'exact', microUsd: usd(0.21) })
    expect(reasons.map(({ rule }) => rule)).toEqual([
      'draft-on-cheapest',
      'what-was-asked',
      'lock-the-prompt',
    ])
    const lock = reasons.find(({ rule }) => rule === 'lock-the-prompt')
    expect(lock?.fact).toMatchObject({ type: 'price', model: 'kling-v3', mode: '4k', most: usd(2.1) })
    expect(lock?.fact).toHaveProperty('source')
  })

  it('prefers a published price to one that was worked out, where they are equal', () => {
    const prices = [{ per: 'clip', usd: 0.2 }] as const
    const own = createKling({ prices: [{ ...prices[0], model: 'kling-v2-5-turbo', mode: 'std' }] })
    const { provider, quote } = clipFor(draft, [...everybody().slice(1), own])
    expect(provider.id).toBe('kling')
    expect(quote).toMatchObject({ basis: 'yours', microUsd: usd(0.2) })
  })

  it('takes the kind from what there is', () => {
    expect(clipFor(draft).request.kind).toBe('text-to-video')
    const image = 'https://example.com/boat.png'
    expect(clipFor({ ...draft, startImage: image }).request.kind).toBe('image-to-video')
    const { prompt } = draft
    expect(clipFor({ prompt, purpose: 'draft', series: 4 }).request.kind).toBe('text-to-image')
    expect(clipFor({ prompt, purpose: 'draft', image }).request.kind).toBe('image-to-image')
    expect(clipFor({ purpose: 'draft', subjectImages: [image] }).offer.model).toBe('kling-v2-1')
    const { offer } = clipFor({ ...draft, startImage: image, endImage: image, generateAudio: true })
    expect(offer.limits).toMatchObject({ endImage: expect.anything() })
    expect(offer.limits).not.toMatchObject({ endImage: false })
    expect(offer.limits).toMatchObject({ audio: expect.stringMatching(/optional|always/) })
  })
})

describe('a final', () => {
  it('goes to the best within the budget', () => {
    const rows = (maxCost?: number) => {
      const { offer } = clipFor({ ...final, maxCost }, [createKling()])
      return `${offer.model} ${offer.mode}`
    }
    expect(rows(usd(0.25))).toBe('kling-v2-6 std')
    expect(rows(usd(0.4))).toBe('kling-v2-6 pro')
    expect(rows(usd(0.56))).toBe('kling-v3 pro')
    expect(rows(usd(0.559999))).toBe('kling-v2-6 pro')
  })

  it('asks before a master tier, and names what needs no asking', () => {
    const { offer, mustConfirm, withoutAsking, warnings } = clipFor(final, [createKling()])
    expect([offer.model, offer.mode, mustConfirm]).toEqual(['kling-v3', '4k', true])
    expect(withoutAsking?.offer).toMatchObject({ model: 'kling-v3', mode: 'pro' })
    expect(warnings.map(({ rule }) => rule)).toEqual(['warn-when-dear', 'ask-before-master'])
    expect(warnings[0]?.text).toContain('$2.10')
    expect(warnings[0]?.text).toContain('$0.21')
  })

  it('asks for nothing that needs none', () => {
    const answer = clipFor({ ...final, maxCost: usd(0.6) }, [createKling()])
    expect(answer.mustConfirm).toBe(false)
    expect(answer).not.toHaveProperty('withoutAsking')
    expect(answer.warnings).toEqual([])
  })
})

describe('what is passed over', () => {
  it('is what is not sold any more, or not known to be', () => {
    const { passedOver } = clipFor(draft, [createKling()])
    const states = passedOver.filter(({ rule }) => rule === 'only-current').map(({ fact }) => fact)
    expect(new Set(states.map((fact) => fact.type === 'row' && fact.state))).toEqual(
      new Set(['unverified', 'discontinued']),
    )
    expect(noneFor({ ...draft, model: 'kling-v1-6' }, [createKling()]).why).toContain('unverified')
  })

  it('is a choice of several providers of which one is not known to sell it', () => {
    const both = failover([createFal(), createKling()])
    expect(clipFor({ ...draft, model: 'kling-v1-6' }, [createFal()]).offer.model).toBe('kling-v1-6')
    expect(noneFor({ ...draft, model: 'kling-v1-6' }, [both]).type).toBe('none')
  })

  it('is what nobody knows the price of, budget or not', () => {
    const relay = createKling({ baseURL: 'https://relay.example.com', relay: 'somebody' })
    const { why, passedOver, nearest } = noneFor(draft, [relay])
    expect(why).toContain('have no known price')
    expect(passedOver.some(({ fact }) => fact.type === 'no-price')).toBe(true)
    expect(nearest).toEqual([])
  })

  it('is too slow, by the time nine of ten clips take', () => {
    const { offer } = clipFor({ ...final, within: 90_000 }, [createKling()])
    expect([offer.model, offer.mode]).toEqual(['kling-v2-5-turbo', 'std'])
    const soon = clipFor({ ...final, within: 'soon' }, [createKling()])
    expect(soon.offer.timing.expectedMs).toBe(90_000)
    expect(soon.passedOver.some(({ rule, fact }) => rule === 'soon' && fact.type === 'time')).toBe(true)
  })

  it('is dearer by the dearest end of its price', () => {
    const [, piapi] = everybody()
    const sound = { ...draft, duration: 10, generateAudio: true, model: 'kling-v2-6', mode: 'std' } as const
    const { quote } = clipFor(sound, piapi ? [piapi] : [])
    if (quote.type !== 'bounded') throw new Error('The price has no two ends any more: choose another row.')
    expect(noneFor({ ...sound, maxCost: quote.max - 1 }, piapi ? [piapi] : []).why).toContain('budget')
    expect(clipFor({ ...sound, maxCost: quote.max }, piapi ? [piapi] : []).quote).toEqual(quote)
  })
})

describe('where nothing fits', () => {
  it('says which budget would do, and what to leave out', () => {
    const { why, nearest } = noneFor({ ...draft, generateAudio: true, maxCost: usd(0.25) }, [createKling()])
    expect(why).toMatch(/^None of \d+ rows fits: .*cost more than the budget\.$/)
    expect(nearest.map(({ fix }) => fix)).toEqual(['Raise the budget to $0.63.', 'Leave the sound open.'])
    expect(nearest[0]?.intent).toMatchObject({ maxCost: usd(0.63), generateAudio: true })
    expect(nearest[1]?.intent).not.toHaveProperty('generateAudio')
  })

  it('changes two things where one is not enough', () => {
    const { nearest } = noneFor({ ...draft, duration: 17, maxCost: usd(0.1) }, [createKling()])
    expect(nearest.map(({ fix }) => fix)).toContain('Raise the budget to $0.21. Ask for 5 s.')
  })

  it('names each thing that can be given up, the number of clips too', () => {
    const fixes = (intent: RenderIntent) => noneFor(intent).nearest.map(({ fix }) => fix)
    expect(fixes({ ...draft, n: 3 })).toEqual(['Ask for one clip at a time.'])
    expect(fixes({ ...draft, n: 3, duration: 45 })).toContain('Ask for 5 s. Ask for one clip at a time.')
  })

  it('allows at least the time that the row needs, in words as in the intent', () => {
    const { nearest } = noneFor({ ...draft, within: 60_000 })
    const { fix = '', intent } = nearest.find((one) => one.fix.startsWith('Allow')) ?? {}
    const [, minutes] = /^Allow ([\d.]+) min\.$/.exec(fix) ?? []
    expect(Number(minutes) * 60_000).toBeGreaterThanOrEqual(Number(intent?.within))
  })

  it('says that nobody sells it', () => {
    expect(noneFor({ ...draft, model: 'kling-v9' }).why).toBe('Nobody here sells kling-v9 for text-to-video.')
    expect(noneFor({ ...draft, model: 'kling-v9' }).nearest.map(({ fix }) => fix)).toEqual([
      'Leave the model open.',
    ])
  })

  it('proposes nothing where it is the words that nobody takes', () => {
    expect(noneFor({ ...draft, prompt: 'A boat\u0000' }).nearest).toEqual([])
  })
})

describe('what cannot be meant is refused', () => {
  it.each([
    [{ ...boat }, 'purpose'],
    [{ ...draft, maxCost: 0.5 }, 'maxCost'],
    [{ ...draft, within: 0 }, 'within'],
    [{ ...draft, within: 'tomorrow' }, 'within'],
    [{ ...draft, seconds: 5 }, 'seconds'],
    [{ ...draft, duration: '5' }, 'duration'],
    [{ purpose: 'draft' }, 'prompt'],
    [{ ...draft, kind: 'opera' }, 'kind'],
    [null, 'purpose'],
  ])('%j', (intent, field) => {
    const { code, outcome, problems = [] } = refused(intent)
    expect([code, outcome]).toEqual(['ERR_INVALID_REQUEST', 'none'])
    expect(problems.map((found) => found.field)).toContain(field)
  })

  it('and so is a list of nobody', () => {
    expect(refused(draft, []).code).toBe('ERR_CONFIG')
  })
})
