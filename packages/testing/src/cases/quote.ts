import { isVideoOffer, type Quote } from '@reelay/core'
import { equal, ok } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { frozen, requestFor, untyped } from '../probe/requests.ts'

const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))
const isMoney = (amount: number): boolean => Number.isSafeInteger(amount) && amount >= 0

function wellFormed(quote: Quote, what: string): void {
  if (quote.type === 'unknown') {
    ok(quote.why !== '', `the quote of ${what} says why it is unknown`)
    return
  }
  const [min, max] = quote.type === 'exact' ? [quote.microUsd, quote.microUsd] : [quote.min, quote.max]
  ok(
    isMoney(min) && isMoney(max) && min <= max,
    `the quote of ${what} is in whole micro-USD: ${min} to ${max}`,
  )
  ok(isDate(quote.asOf), `the quote of ${what} has the date it was last checked`)
  ok(quote.source !== '', `the quote of ${what} has a source`)
}

/** Prices before spending, and the catalogue they come from. */
export const quoteCases: readonly ContractCase[] = [
  {
    name: 'a quote is the same each time, in whole micro-USD with its source and date, and sends nothing',
    rule: 'quote',
    everyKind: true,
    async run(world) {
      const provider = world.createProvider()
      const request = frozen(structuredClone(world.request))
      const quote = provider.quote(request)
      wellFormed(quote, 'a valid request')
      equal(provider.quote(request), quote, 'the same quote, asked again')
      equal([world.wire.posts(), world.wire.reads()], [0, 0], 'requests sent')
    },
  },
  {
    name: 'check and quote are the short forms of appraise, which says what was chosen and why',
    rule: 'quote',
    everyKind: true,
    async run(world) {
      const provider = world.createProvider()
      const asked = [
        {},
        { model: undefined, mode: undefined },
        { model: 'kling-v0-none' },
        { duration: 86_400 },
      ]
      for (const edit of asked) {
        const request = untyped({ ...world.request, ...edit })
        const { problems, quote, chosen } = provider.appraise(request)
        equal(problems, provider.check(request), `the problems of ${JSON.stringify(edit)}`)
        equal(quote, provider.quote(request), `the quote of ${JSON.stringify(edit)}`)
        if (problems.length === 0) ok(chosen?.why, `the choice for ${JSON.stringify(edit)} has a reason`)
      }
      const { chosen } = provider.appraise(world.request)
      const { handle, ...task } = await provider.submit(world.request)
      equal([handle.model, handle.mode], [chosen?.model, chosen?.mode], 'the model and mode that were bought')
      equal(task.chosen, chosen, 'the choice on the task')
      equal(world.wire.posts(), 1, 'paid requests')
    },
  },
  {
    name: 'a request that cannot be served has an unknown price',
    rule: 'quote',
    async run(world) {
      const provider = world.createProvider()
      for (const edit of [{ model: 'kling-v0-none' }, { kind: 'hologram' }, { duration: 86_400 }]) {
        const quote = provider.quote(untyped({ ...world.request, ...edit }))
        equal(quote.type, 'unknown', `the price of ${JSON.stringify(edit)}`)
      }
    },
  },
  {
    name: 'an option that the catalogue does not know makes the price unknown',
    rule: 'quote',
    async run(world) {
      const provider = world.createProvider()
      const sellers = new Set(provider.catalog.offers.map((offer) => offer.provider))
      const options = Object.fromEntries([...sellers].map((id) => [id, { no_such_option: 1 }]))
      const quote = provider.quote({ ...world.request, providerOptions: options })
      wellFormed(quote, 'a request with an unknown option')
      equal(quote.type, 'unknown', 'the price with an unknown option')
    },
  },
  {
    name: 'every row that is sold can be checked and quoted',
    rule: 'catalog',
    async run(world) {
      const provider = world.createProvider()
      for (const offer of provider.catalog.offers.filter(({ state }) => state === 'current')) {
        const request = requestFor(offer)
        if (!request) continue
        const what = `${offer.kind} with ${offer.model} ${offer.mode}`
        equal(provider.check(request), [], `problems of ${what}`)
        wellFormed(provider.quote(request), what)
      }
    },
  },
  {
    name: 'every row of the catalogue is complete, and its default model is sold',
    rule: 'catalog',
    async run(world) {
      const { defaultModel, offers } = world.createProvider().catalog
      const sold = offers.filter(({ state }) => state === 'current')
      ok(
        sold.some(({ model }) => model === defaultModel),
        `the default model ${defaultModel} is sold`,
      )
      for (const offer of offers) {
        const { kind, model, mode, state, asOf, source, price, timing } = offer
        const what = `${kind} with ${model} ${mode}`
        ok(['current', 'unverified', 'discontinued'].includes(state), `${what} is in state ${state}`)
        ok(isDate(asOf) && isDate(price.asOf), `${what} has the dates it was last checked`)
        ok(source !== '' && price.source !== '', `${what} has its sources`)
        ok(isMoney(price.unitUsd), `${what} has a price in whole micro-USD`)
        ok(
          !isVideoOffer(offer) ||
            (offer.limits.durations.length > 0 && offer.limits.durations.every((seconds) => seconds > 0)),
          `${what} has durations`,
        )
        ok(
          timing.expectedMs > 0 && timing.pollFloorMs > 0,
          `${what} says how long it takes and how often to ask`,
        )
      }
    },
  },
]
