import {
  type ComparedOffer,
  type FieldRetarget,
  formatNative,
  formatUsd,
  type Measure,
  type MissingOffer,
  type Offer,
  type OfferGroup,
  type Quality,
  type RenderRequest,
  type RequestPatch,
} from '@reelay/core'
import { columnsIn } from './columns.ts'
import { flagOfField, inFlags } from './flags.ts'

/** What a clip is, in words: `kling-v3 std, 5 s, silent`. */
export function qualityInWords({ model, mode, seconds, sound }: Quality): string {
  const parts = [
    `${model} ${mode}`,
    seconds === undefined ? undefined : `${seconds} s`,
    sound === undefined ? undefined : sound ? 'with sound' : 'silent',
  ]
  return parts.filter((part) => part !== undefined).join(', ')
}

const marked = (amount: string, { basis }: ComparedOffer): string =>
  basis === 'derived' ? `~${amount}` : amount

/** A total; `~` before what no list says. */
export function totalOf(offer: ComparedOffer): string {
  const { total, totalMin } = offer
  return marked(
    total === totalMin ? formatUsd(total) : `${formatUsd(totalMin)} to ${formatUsd(total)}`,
    offer,
  )
}

/** The same for a second of it; empty where it has none. */
const perSecondOf = (offer: ComparedOffer): string =>
  offer.perSecond === undefined ? '' : marked(formatUsd(offer.perSecond), offer)

/** What a price is per, in words. */
export const unitNames: Readonly<Record<Measure, string>> = {
  second: 'second',
  clip: 'clip',
  image: 'image',
  character: 'character',
  'input-second': 'second of input',
  'input-and-output-second': 'second of input and output',
}

/** The same for each of what its price is per, such as an image; for seconds where there are any. */
export const perUnitOf = (offer: ComparedOffer): string => {
  if (offer.perSecond !== undefined || offer.perUnit === undefined) return perSecondOf(offer)
  return marked(formatUsd(offer.perUnit), offer)
}

/** What {@link perUnitOf} is about. */
export const perWhat = ({ perSecond, per = 'second' }: ComparedOffer): string =>
  `per ${perSecond === undefined ? unitNames[per] : 'second'}`

/** What a row asks, by what its kind tells apart: `silent $0.084, audio ~$0.126 per second`. */
export function rateInWords({ price }: Pick<Offer, 'price'>): string {
  const { per, rates, unitUsd, basis = 'list', step, least, why } = price
  const each = Object.entries(rates).map(([variant, rate]) => {
    const [from, to] = typeof rate === 'number' ? [rate, rate] : rate
    const usd = (amount: number): string => formatUsd(Math.round(amount * unitUsd))
    const isDerived = (typeof basis === 'string' ? basis : basis[variant]) === 'derived'
    const sum = from === to ? usd(from) : `${usd(from)} to ${usd(to)}`
    return `${variant === 'any' ? '' : `${variant} `}${isDerived ? '~' : ''}${sum}`
  })
  if (each.length === 0) return `unknown${why ? `: ${why}` : ''}`
  const steps = [
    ...(step === undefined ? [] : [`every ${step} begun`]),
    ...(least === undefined ? [] : [`${least} at least`]),
  ]
  return `${each.join(', ')} per ${unitNames[per]}${steps.length > 0 ? ` (${steps.join(', ')})` : ''}`
}

/** What one unit costs; empty where the unit is the dollar. */
export const unitPriceOf = (offer: ComparedOffer): string =>
  offer.unitUsd === undefined || offer.native?.unit === 'usd' ? '' : formatUsd(offer.unitUsd)

/** A total in the provider's own units, and what one of them costs. */
export const unitsOf = (offer: ComparedOffer): string =>
  [formatNative(offer.native), unitPriceOf(offer)].filter(Boolean).join(' at ')

/** Where prices come from, each once, in the order in which they are first used. */
export interface Sources {
  /** The mark of an offer's source, such as `[1]`. */
  mark(offer: ComparedOffer): string
  lines(): readonly string[]
}

/** Collects the sources of a table, which are too long for a column. */
export function createSources(): Sources {
  const all: string[] = []
  return {
    mark({ source }) {
      if (!all.includes(source)) all.push(source)
      return `[${all.indexOf(source) + 1}]`
    },
    lines: () => all.map((source, at) => `  [${at + 1}] ${source}`),
  }
}

/** Offers of one group as a table. */
export function offersTable(
  { offers }: OfferGroup,
  sources: Sources,
  nameOf: (offer: ComparedOffer) => string,
  width: number,
): readonly string[] {
  const cells = (of: (offer: ComparedOffer) => string): readonly string[] => offers.map(of)
  return columnsIn(
    [
      {
        title: 'provider',
        cells: cells((offer) => `${nameOf(offer)}${offer.missingKeys ? ' *' : ''}`),
        least: 11,
      },
      { title: 'total', cells: cells(totalOf) },
      {
        title: offers[0] ? perWhat(offers[0]) : 'per second',
        cells: cells(perUnitOf),
      },
      {
        title: 'units',
        cells: cells(unitsOf),
      },
      { title: 'price', cells: cells(({ basis }) => basis) },
      { title: 'as of', cells: cells(({ asOf }) => asOf) },
      { title: 'source', cells: cells((offer) => sources.mark(offer)) },
    ],
    width,
  )
}

/** Why a provider has no offer, in the words of the command line. */
export function missingInWords(missing: MissingOffer): string {
  if (missing.why === 'not-sold') {
    const { soldBy } = missing
    // Its own sentence may name them already; a model's name has a provider's in it.
    const others = soldBy.filter((id) => !new RegExp(`\\b${id}\\b(?!-)`).test(missing.message))
    return inFlags(`${missing.message}${others.length > 0 ? ` Sold by ${others.join(', ')}.` : ''}`)
  }
  if (missing.why === 'price-unknown') return `Its price is not known: ${inFlags(missing.message)}`
  return inFlags(missing.message)
}

/** A change of a request as flags: `--duration 5`, `--audio`, `without --cfg-scale`. */
export function changeInFlags(change: RequestPatch): string {
  const words = Object.entries(change).map(([field, value]) => {
    const flag = flagOfField[field] ?? field
    if (value === null || value === false) return `without ${flag}`
    return value === true ? flag : `${flag} ${typeof value === 'string' ? value : JSON.stringify(value)}`
  })
  return words.join(', ')
}

const valueInWords = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** What becomes of a field of a request. */
export function fieldInWords(field: FieldRetarget): string {
  if (field.how === 'lost') return `lost: ${inFlags(field.why)}`
  const at = field.at.replace(/^body\./, '')
  if (field.how !== 'converted') return field.how === 'same' ? `same (${at})` : `renamed: ${at}`
  const { from, to, why } = field
  // A number becomes a text: the quotes are the news.
  const news = typeof from === 'number' ? JSON.stringify(to) : valueInWords(to)
  return `converted: ${valueInWords(from)} becomes ${news} (${at})${why === undefined ? '' : `: ${inFlags(why)}`}`
}

const differenceWords: Readonly<Record<keyof Quality, string>> = {
  kind: 'another kind',
  model: 'another model',
  mode: 'another mode',
  seconds: 'another length',
  sound: 'another sound',
}

/** In what a group is not what was asked for. */
export const differsInWords = ({ differs }: OfferGroup): string =>
  differs.map((name) => differenceWords[name]).join(', ')

/** A request as a script wants it: pictures that were read are named, and not repeated. */
export function requestDocument(
  request: RenderRequest,
  files: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const told = Object.entries(request).map(([field, value]) => [field, files[field] ?? value] as const)
  return Object.fromEntries(told)
}
