import type { Catalog, Offer } from '../kinds/kinds.ts'
import type { PriceRule } from '../kinds/offer.ts'
import { ReelayError } from '../model/error.ts'
import { type MicroUsd, usd } from '../model/money.ts'
import type { OwnAmount, OwnPrice } from '../model/own-price.ts'
import { kindNames, modeNames } from '../model/words.ts'
import { nearest } from './request/nearest.ts'

const keys = ['kind', 'model', 'mode', 'per', 'usd', 'microUsd', 'asOf', 'source']
// Nobody asks so much for a second or a clip: the amount was meant in micro-USD.
const dearestUsd = 1_000

type Fail = (why: string) => never

const fits = ({ kind, model, mode }: OwnPrice, offer: Offer): boolean =>
  (kind === undefined || kind === offer.kind) &&
  (model === undefined || model === offer.model) &&
  (mode === undefined || mode === offer.mode)

function assertWord(name: string, word: unknown, words: readonly string[], fail: Fail): void {
  if (word === undefined || (typeof word === 'string' && words.includes(word))) return
  const meant = nearest(String(word), words)
  const fix = meant === undefined ? `Use one of ${words.join(', ')}.` : `Did you mean ${meant}?`
  fail(`${name} is ${JSON.stringify(word)}. ${fix}`)
}

function toMicroUsd(amount: unknown, unit: 'usd' | 'microUsd', fail: Fail): MicroUsd {
  if (typeof amount !== 'number' || !(amount > 0) || !Number.isFinite(amount)) {
    return fail(`${unit} holds ${JSON.stringify(amount)}: give an amount above 0.`)
  }
  if (unit === 'usd' && amount >= dearestUsd) {
    return fail(`usd holds ${amount}, in dollars. If that is micro-USD, call it microUsd.`)
  }
  if (unit === 'microUsd' && !Number.isSafeInteger(amount)) {
    return fail(`microUsd holds ${amount}: give whole micro-USD, or dollars as usd.`)
  }
  const micro = unit === 'usd' ? usd(amount) : amount
  return micro > 0 ? micro : fail(`usd holds ${amount}, which is less than a millionth of a dollar.`)
}

function ratesOf(row: OwnPrice, fail: Fail): Pick<PriceRule, 'silent' | 'audio'> {
  const unit = row.usd === undefined ? 'microUsd' : 'usd'
  const amount: OwnAmount | undefined = row[unit]
  if ((row.usd === undefined) === (row.microUsd === undefined) || amount === undefined) {
    return fail('give the amount once, as usd (dollars) or as microUsd.')
  }
  const both = typeof amount === 'number' ? { silent: amount, audio: amount } : amount
  if (typeof both !== 'object' || both === null)
    return fail(`${unit} is ${JSON.stringify(amount)}: give a number.`)
  for (const key of Object.keys(both)) assertWord(unit, key, ['silent', 'audio'], fail)
  const { silent, audio } = both
  if (silent === undefined && audio === undefined)
    return fail(`${unit} is empty: give silent, audio, or a number.`)
  return {
    ...(silent !== undefined && { silent: toMicroUsd(silent, unit, fail) }),
    ...(audio !== undefined && { audio: toMicroUsd(audio, unit, fail) }),
  }
}

function ruleOf(row: OwnPrice, offers: readonly Offer[], today: string, fail: Fail): PriceRule {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) fail('it is no object.')
  for (const key of Object.keys(row)) assertWord('one of its keys', key, keys, fail)
  assertWord('kind', row.kind, kindNames, fail)
  assertWord('model', row.model, [...new Set(offers.map(({ model }) => model))], fail)
  assertWord('mode', row.mode, modeNames, fail)
  if (row.per === undefined) fail('per is missing: "second" or "clip".')
  assertWord('per', row.per, ['second', 'clip'], fail)
  const { per, asOf = today, source = 'the prices that were passed' } = row
  if (typeof asOf !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(asOf) || Number.isNaN(Date.parse(asOf))) {
    fail(`asOf is ${JSON.stringify(asOf)}: give a date, such as ${today}.`)
  }
  if (typeof source !== 'string') fail('source is no text.')
  if (!offers.some((offer) => fits(row, offer)))
    fail('nothing that is sold here is of this kind, model and mode.')
  // Rates are micro-USD themselves: one unit is a millionth of a dollar.
  return { unit: 'usd', unitUsd: 1, per, ...ratesOf(row, fail), basis: 'yours', asOf, source }
}

/** A row of which nobody here knows what it costs. */
const unpriced = ({ silent: _silent, audio: _audio, ...price }: PriceRule, why: string): PriceRule => ({
  ...price,
  why,
})

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
    if (own) return { ...offer, price: own }
    return why === undefined ? offer : { ...offer, price: unpriced(offer.price, why) }
  })
  return { ...catalog, offers }
}
