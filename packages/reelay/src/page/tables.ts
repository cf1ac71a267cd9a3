import { type ComparedOffer, formatQuote, type MissingOffer, type Retargeting } from '@reelay/core'
import {
  changeInFlags,
  fieldInWords,
  missingInWords,
  perUnitOf,
  perWhat,
  qualityInWords,
  totalOf,
  unitsOf,
} from '../cli/offers.ts'
import { escaped, sourceLink } from './escape.ts'

type NameOf = (of: { readonly provider: string; readonly account: string; readonly host?: string }) => string

interface Column {
  /** Of offers of one kind, which are priced alike. */
  readonly title: string | ((offers: readonly ComparedOffer[]) => string)
  readonly style?: string
  /** As HTML. */
  readonly cell: (offer: ComparedOffer) => string
}

const basisWords: Readonly<Record<ComparedOffer['basis'], string>> = {
  list: 'list',
  live: 'live',
  derived: 'derived',
  yours: 'your own',
}

const clip: Column = {
  title: 'Clip',
  style: 'clip',
  // A number and its unit stay on one line.
  cell: (offer) => escaped(qualityInWords(offer)).replace(/(\d) s\b/, '$1&nbsp;s'),
}

const columns: readonly Column[] = [
  { title: 'Total', style: 'number price', cell: (offer) => escaped(totalOf(offer)) },
  {
    title: ([first]) => (first ? perWhat(first).replace('per', 'Per') : 'Per second'),
    style: 'number',
    cell: (offer) => escaped(perUnitOf(offer)),
  },
  { title: 'Units', style: 'short', cell: (offer) => escaped(unitsOf(offer)) },
  { title: 'Price', style: 'short basis', cell: ({ basis }) => basisWords[basis] },
  { title: 'As of', style: 'short', cell: ({ asOf }) => `<time>${escaped(asOf)}</time>` },
  { title: 'Source', style: 'source', cell: ({ source }) => sourceLink(source) },
]

const head = (titles: readonly (readonly [title: string, style?: string | undefined])[]): string =>
  `<thead><tr>${titles
    .map(([title, style]) => `<th scope="col"${style ? ` class="${style}"` : ''}>${title}</th>`)
    .join('')}</tr></thead>`

/** A table that scrolls by itself, with the keyboard too, where it is wider than the screen. */
const scrolling = (caption: string, rows: string): string =>
  `<div class="scroll" tabindex="0" role="region" aria-label="${escaped(caption)}"><table><caption>${escaped(caption)}</caption>${rows}</table></div>`

/**
 * Prices, each with its basis, date and source.
 *
 * @param isMixed Whether each row says which clip it is of; else the caption does.
 */
export function priceTable(
  caption: string,
  offers: readonly ComparedOffer[],
  nameOf: NameOf,
  isMixed: boolean,
): string {
  const shown = isMixed ? [clip, ...columns] : columns
  const rows = offers.map((offer) => {
    const key = offer.missingKeys ? ' *' : ''
    const cells = shown.map(({ cell, style }) => `<td${style ? ` class="${style}"` : ''}>${cell(offer)}</td>`)
    const derived = offer.basis === 'derived' ? ' class="derived"' : ''
    return `<tr${derived}><th scope="row">${escaped(nameOf(offer))}${key}</th>${cells.join('')}</tr>`
  })
  const titles = shown.map(
    ({ title, style }) => [typeof title === 'string' ? title : title(offers), style] as const,
  )
  return scrolling(caption, `${head([['Provider'], ...titles])}<tbody>\n${rows.join('\n')}\n</tbody>`)
}

const reasonWords: Readonly<Record<MissingOffer['why'], string>> = {
  'not-sold': 'not sold',
  unsupported: 'not supported',
  'price-unknown': 'price unknown',
  'key-missing': 'no key',
}

/** Who has no offer, and why. */
export function missingList(missing: readonly MissingOffer[], nameOf: NameOf): string {
  const entries = missing.map((one) => {
    const instead = 'instead' in one ? one.instead : undefined
    const nearest =
      instead && `Nearest there: ${changeInFlags(instead.change)}: ${formatQuote(instead.quote)}.`
    const words = [missingInWords(one), nearest].filter((sentence) => sentence !== undefined)
    return `<dt>${escaped(nameOf(one))} <span class="why">(${reasonWords[one.why]})</span></dt>${words
      .map((sentence) => `<dd>${escaped(sentence)}</dd>`)
      .join('')}`
  })
  return `<dl>${entries.join('\n')}</dl>`
}

/** What becomes of each field of the request at one provider. */
export function fieldTable(retargeting: Retargeting, nameOf: NameOf): string {
  const name = nameOf(retargeting)
  if (retargeting.cannot !== undefined)
    return `<p><b>${escaped(name)}</b>: ${escaped(retargeting.cannot)}</p>`
  const rows = retargeting.fields.map(
    (one) => `<tr><th scope="row">${escaped(one.field)}</th><td>${escaped(fieldInWords(one))}</td></tr>`,
  )
  return scrolling(
    `Fields at ${name}`,
    `${head([['Field'], ['What becomes of it']])}<tbody>${rows.join('\n')}</tbody>`,
  )
}
