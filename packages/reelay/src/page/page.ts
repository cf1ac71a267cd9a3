import { writeFile } from 'node:fs/promises'
import type {
  CompareOptions,
  Comparison,
  OfferGroup,
  RenderRequest,
  Retargeting,
  VideoProvider,
} from '@reelay/core'
import { UsageError } from '../cli/failure.ts'
import { differsInWords, qualityInWords } from '../cli/offers.ts'
import { barChart, lengthChart } from './charts.ts'
import { escaped } from './escape.ts'
import { marketOf } from './market.ts'
import { style } from './style.ts'
import { fieldTable, missingList, priceTable } from './tables.ts'

/** What a page is made of. */
export interface PageInput {
  readonly comparison: Comparison
  readonly providers: readonly VideoProvider[]
  /** Those of the comparison. */
  readonly options: CompareOptions
  /** Fields of the request that nobody typed: an example's. */
  readonly made?: readonly string[] | undefined
  /** What becomes of the request at each provider; may be empty. */
  readonly fields: readonly Retargeting[]
  /** What the reader calls a provider. */
  readonly nameOf: (of: {
    readonly provider: string
    readonly account: string
    readonly host?: string
  }) => string
  /** When the page is made. */
  readonly now: Date
}

const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

const section = (id: string, title: string, content: string): string =>
  content === ''
    ? ''
    : `<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>\n${content}</section>\n`

/** Pictures, and an end picture, are why prices are missing: they are named, and not shown. */
function requestInWords(request: RenderRequest, made: readonly string[]): string {
  const { kind } = request
  const prompt = made.includes('prompt') ? undefined : request.prompt
  const pictures = ['startImage', 'endImage'].filter((name) => name in request).length
  const beside = ['', ' with a first picture', ' with a first and a last picture'][pictures] ?? ''
  const words = prompt === undefined ? '' : `<blockquote>${escaped(prompt)}</blockquote>`
  return `${words}<p>${escaped(kind)}${beside}</p>`
}

function titleOf({ request, groups: [first] }: Comparison): string {
  if (first) return `What ${qualityInWords(first.quality)} costs`
  return `What ${[request.model ?? 'a clip', request.mode].filter(Boolean).join(' ')} costs`
}

function askedTables(groups: readonly OfferGroup[], nameOf: PageInput['nameOf']): string {
  const tables = groups.map((group) => {
    const other = differsInWords(group)
    const caption = `${qualityInWords(group.quality)}${other === '' ? '' : ` (${other} than asked for)`}`
    return priceTable(caption, group.offers, nameOf, false)
  })
  return tables.length > 0 ? tables.join('\n') : '<p>Nobody has a price for this.</p>'
}

/**
 * A comparison as one HTML document that needs nothing else: no script, no font, no picture from anywhere; its own policy
 * forbids every request.
 */
export async function comparisonPage(input: PageInput): Promise<string> {
  const { comparison, providers, options, made = [], fields, nameOf, now } = input
  const { request, chosen, groups, missing } = comparison
  const { models, lengths, offers } = marketOf(comparison, providers, options)
  // In the providers' own order, so that each has its colour whatever it asks.
  const sells = new Set(offers.map(nameOf))
  const all = providers.map(({ id, account, host }) =>
    nameOf({ provider: id, account, ...(host && { host: host.name }) }),
  )
  const names = [...new Set([...all.filter((name) => sells.has(name)), ...sells])]
  const title = escaped(titleOf(comparison))
  const day = now.toISOString().slice(0, 10)
  const keyless = offers.some(({ missingKeys }) => missingKeys) ? ' * has no key yet.' : ''
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#prices">To the prices</a>
<header>
<h1>${title}</h1>
${requestInWords(request, made)}
<p class="muted">${chosen ? `${escaped(chosen.why)} ` : ''}Made on <time>${day}</time> from the prices that this version of Reelay knows; each has its own date.</p>
</header>
<main id="prices" tabindex="-1">
${section('asked', 'What you asked for', askedTables(groups, nameOf))}${section('missing', 'Who has no offer, and why', missing.length > 0 ? missingList(missing, nameOf) : '')}${section('models', 'Every provider, model and mode', await barChart(models, names, nameOf))}${section('lengths', 'Price against length', await lengthChart(lengths, names, nameOf))}${section('fields-of-it', 'What becomes of the request', fields.map((one) => fieldTable(one, nameOf)).join('\n'))}${section('all', 'Every price on this page', offers.length > 0 ? priceTable(`${offers.length} prices, each with its date and source`, offers, nameOf, true) : '')}</main>
<footer>
<p>In US dollars, for the whole clip, without taxes. ~ is a derived price: worked out, second-hand or old, and no list price.${keyless}</p>
</footer>
</body>
</html>
`
}

/** Writes a page; answers with its file. */
export async function writePage(file: string, page: string): Promise<string> {
  try {
    await writeFile(file, page)
    return file
  } catch (error) {
    throw new UsageError(
      `The page cannot be written to ${file}: ${(error as Error).message}. Nothing was sent.`,
    )
  }
}
