import type { Catalog, Offer } from '../kinds/kinds.ts'
import type { PriceRule } from '../kinds/price.ts'
import { ReelayError } from '../model/error.ts'
import { type MicroUsd, usd } from '../model/money.ts'
import type { OwnAmount, OwnPrice } from '../model/own-price.ts'
import { kindNames, modeNames } from '../model/words.ts'
import { nearest } from './request/nearest.ts'

const keys: { readonly [key in keyof OwnPrice]-?: true } = {
  kind: true,
  model: true,
  mode: true,
  nativeModel: true,
  per: true,
  usd: true,
  microUsd: true,
  cny: true,
  unitUsd: true,
  unitCny: true,
  discount: true,
  cnyPerUsd: true,
  basis: true,
  asOf: true,
  source: true,
}
const measures = ['second', 'clip', 'image', 'character', 'input-second', 'input-and-output-second']
const dollar = usd(1)
const amounts = ['usd', 'microUsd', 'cny'] as const
const units = ['unitUsd', 'unitCny'] as const
const ways = [...amounts, ...units, 'discount'] as const
// Nobody asks so much for a second or a clip: the amount was meant in micro-USD.
const dearestUsd = 1_000

type Fail = (why: string) => never

const fits = ({ kind, model, mode, nativeModel }: OwnPrice, offer: Offer): boolean =>
  (kind === undefined || kind === offer.kind) &&
  (model === undefined || model === offer.model) &&
  (mode === undefined || mode === offer.mode) &&
  (nativeModel === undefined || nativeModel === offer.nativeModel)

function assertWord(name: string, word: unknown, words: readonly string[], fail: Fail): void {
  if (word === undefined || (typeof word === 'string' && words.includes(word))) return
  const meant = nearest(String(word), words)
  const fix = meant === undefined ? `Use one of ${words.join(', ')}.` : `Did you mean ${meant}?`
  fail(`${name} is ${JSON.stringify(word)}. ${fix}`)
}

function assertAbove0(name: string, amount: unknown, fail: Fail): number {
  if (typeof amount === 'number' && amount > 0 && Number.isFinite(amount)) return amount
  return fail(`${name} holds ${JSON.stringify(amount)}: give an amount above 0.`)
}

/** Micro-USD of an amount of a row, in whatever money it is. */
function toMicroUsd(row: OwnPrice, name: (typeof ways)[number], value: unknown, fail: Fail): MicroUsd {
  const amount = assertAbove0(name, value, fail)
  if (name === 'microUsd') {
    return Number.isSafeInteger(amount)
      ? amount
      : fail(`microUsd holds ${amount}: give whole micro-USD, or dollars as usd.`)
  }
  const isYuan = name.endsWith('ny')
  const dollars = isYuan ? amount / assertAbove0('cnyPerUsd', row.cnyPerUsd, fail) : amount
  if (Math.max(amount, dollars) >= dearestUsd) {
    const inWhat = isYuan ? `yuan at ${row.cnyPerUsd} for a dollar` : 'dollars'
    fail(`${name} holds ${amount}, in ${inWhat}. If that is micro-USD, call it microUsd.`)
  }
  const micro = usd(dollars)
  return micro > 0 ? micro : fail(`${name} holds ${amount}, which is less than a millionth of a dollar.`)
}

function ratesOf(
  row: OwnPrice,
  name: (typeof amounts)[number],
  offers: readonly Offer[],
  fail: Fail,
): Readonly<Record<string, MicroUsd>> {
  const amount: OwnAmount | undefined = row[name]
  const byVariant = typeof amount === 'number' ? { any: amount } : amount
  if (typeof byVariant !== 'object' || byVariant === null || Array.isArray(byVariant)) {
    return fail(`${name} is ${JSON.stringify(amount)}: give a number.`)
  }
  const variants = [...new Set(offers.flatMap(({ price }) => Object.keys(price.rates))), 'any']
  const entries = Object.entries(byVariant).filter(([, value]) => value !== undefined)
  for (const [variant] of entries) assertWord(name, variant, variants, fail)
  if (entries.length === 0) fail(`${name} is empty: give ${variants.slice(0, -1).join(', ')}, or a number.`)
  return Object.fromEntries(entries.map(([variant, value]) => [variant, toMicroUsd(row, name, value, fail)]))
}

/** What is derived in the list stays so at another price of its unit. */
function basisOf({ basis }: PriceRule, own: 'yours' | 'live'): NonNullable<PriceRule['basis']> {
  const of = (one: string | undefined) => (one === 'derived' ? 'derived' : own)
  if (typeof basis !== 'object') return of(basis)
  return Object.fromEntries(Object.entries(basis).map(([variant, one]) => [variant, of(one)]))
}

/** Which way a row names its price, once it is found sound. */
function wayOf(row: OwnPrice, offers: readonly Offer[], fail: Fail): (typeof ways)[number] {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) fail('it is no object.')
  for (const key of Object.keys(row)) assertWord('one of its keys', key, Object.keys(keys), fail)
  assertWord('kind', row.kind, kindNames, fail)
  assertWord('model', row.model, [...new Set(offers.map(({ model }) => model))], fail)
  assertWord('mode', row.mode, modeNames, fail)
  assertWord('nativeModel', row.nativeModel, [...new Set(offers.map((offer) => offer.nativeModel))], fail)
  assertWord('basis', row.basis, ['yours', 'live'], fail)
  assertWord('per', row.per, measures, fail)
  const given = ways.filter((way) => row[way] !== undefined)
  const [way] = given
  if (way === undefined || given.length > 1) {
    const found = way === undefined ? 'has none' : `has ${given.join(' and ')}`
    return fail(
      `give the amount once, as usd (dollars), microUsd, cny, unitUsd, unitCny or discount; it ${found}.`,
    )
  }
  const counted = amounts.some((one) => one === way)
  if (counted && row.per === undefined)
    fail(`per is missing: ${measures.map((one) => `"${one}"`).join(', ')}.`)
  if (!counted && row.per !== undefined)
    fail(`per goes with ${amounts.join(', ')}: ${way} keeps the list's own.`)
  if (row.cnyPerUsd !== undefined && !way.endsWith('ny'))
    fail(`cnyPerUsd goes with cny and unitCny, not with ${way}.`)
  if (!offers.some((offer) => fits(row, offer))) {
    fail('nothing that is sold here is of this kind, model and mode.')
  }
  return way
}

/** A row as a function from the list's rule to the one that counts; of a step, the list's where the row names amounts. */
function ruleOf(
  row: OwnPrice,
  offers: readonly Offer[],
  today: string,
  fail: Fail,
): (list: PriceRule, ofStep?: PriceRule) => PriceRule {
  const way = wayOf(row, offers, fail)
  const { per, basis: own = 'yours', asOf = today, source = 'the prices that were passed' } = row
  if (typeof asOf !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(asOf) || Number.isNaN(Date.parse(asOf))) {
    fail(`asOf is ${JSON.stringify(asOf)}: give a date, such as ${today}.`)
  }
  if (typeof source !== 'string') fail('source is no text.')
  if (way === 'usd' || way === 'microUsd' || way === 'cny') {
    const microUsd = Object.entries(ratesOf(row, way, offers, fail))
    // In dollars, as a quote's `native` says: micro-USD go by no other name.
    const rates = Object.fromEntries(microUsd.map(([variant, rate]) => [variant, rate / dollar]))
    const rule = { unit: 'usd', unitUsd: dollar, rates, basis: own, asOf, source }
    return (_list, ofStep) => ofStep ?? { ...rule, per: per ?? 'second' }
  }
  if (way === 'discount') {
    const off = assertAbove0('discount', row.discount, fail)
    if (off >= 1) fail(`discount is ${off}: give the share off the list price, 0.15 for 15 %.`)
    return (list) => {
      const unitUsd = Math.round(list.unitUsd * (1 - off))
      // A price of nothing would pass any budget.
      if (unitUsd < 1) fail(`discount is ${off}, which leaves nothing of a ${list.unit}.`)
      const from = `${Number((off * 100).toFixed(4))} % off: ${list.source}, ${list.asOf}`
      return { ...list, unitUsd, basis: basisOf(list, own), asOf, source: `${source} (${from})` }
    }
  }
  const unitUsd = toMicroUsd(row, way, row[way], fail)
  return (list) => ({ ...list, unitUsd, basis: basisOf(list, own), asOf, source })
}

/** A row of which nobody here knows what it costs. */
const unpriced = (price: PriceRule, why: string): PriceRule => ({ ...price, rates: {}, why })

/**
 * A catalogue with the caller's own prices in place of the list's. Rows that they do not cover keep the list price, or
 * have none where `why` says so.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, that says which row is wrong.
 */
export function priced(
  catalog: Catalog,
  prices: readonly OwnPrice[] | undefined,
  why: string | undefined,
  { provider, account, now }: { provider: string; account: string; now: number },
): Catalog {
  if (prices === undefined && why === undefined) return catalog
  const stop = (message: string): never => {
    throw new ReelayError('ERR_CONFIG', message, { provider, account, outcome: 'none' })
  }
  if (prices !== undefined && !Array.isArray(prices)) stop('prices is a list of rows, see OwnPrice.')
  const today = new Date(now).toISOString().slice(0, 10)
  const rules = (prices ?? []).map((row, index) => ({
    row,
    rule: ruleOf(row, catalog.offers, today, (wrong) => stop(`prices[${index}]: ${wrong}`)),
  }))
  const offers = catalog.offers.map((offer) => {
    const own = rules.find(({ row }) => fits(row, offer))?.rule
    const listed = (price: PriceRule): PriceRule => (why === undefined ? price : unpriced(price, why))
    if (!own && why === undefined) return offer
    const steps = Object.entries(offer.steps ?? {}).map(([name, price]) => [
      name,
      own ? own(price, listed(price)) : listed(price),
    ])
    return {
      ...offer,
      price: own ? own(offer.price) : listed(offer.price),
      ...(offer.steps && { steps: Object.fromEntries(steps) }),
    }
  })
  return { ...catalog, offers }
}
