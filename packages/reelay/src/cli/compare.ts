import {
  type ComparedOffer,
  type CompareOptions,
  type Comparison,
  compare,
  formatQuote,
  type MissingOffer,
  type OfferGroup,
  type Retargeting,
  retarget,
} from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { fillDefaults } from '../config/defaults.ts'
import { refuseTwoAnswers } from './args.ts'
import { openConfig } from './config.ts'
import { csvOf } from './csv.ts'
import { UsageError } from './failure.ts'
import {
  changeInFlags,
  createSources,
  differsInWords,
  fieldInWords,
  missingInWords,
  offersTable,
  qualityInWords,
  requestDocument,
} from './offers.ts'
import { noteMade, withStandIns } from './request/fill.ts'
import { readRequest, requestArgs } from './request.ts'
import { type Seller, sellersOf, titleOf } from './sellers.ts'
import { configArg, debugArg, providersArg } from './shared-args.ts'
import { paragraph, table } from './table.ts'
import { answer, answerJson, say, widthOf } from './terminal.ts'

const ownArgs = {
  providers: providersArg as typeof providersArg,
  near: { type: 'boolean', description: 'Also the next mode, model and length in each direction' },
  fields: { type: 'boolean', description: 'Also what becomes of each field of the request at each provider' },
  usable: { type: 'boolean', description: 'Only where there is a key' },
  config: configArg as typeof configArg,
  json: { type: 'boolean', description: 'Print the comparison as one JSON document' },
  csv: { type: 'boolean', description: 'Print one line of CSV per offer, and per provider without one' },
  html: {
    type: 'string',
    description: 'Write a page with charts to this file, which asks nobody for anything',
    valueHint: 'file',
  },
  debug: debugArg as typeof debugArg,
} as const
const args: typeof requestArgs & typeof ownArgs = { ...requestArgs, ...ownArgs }

/** Columns of `--csv`, of `reelay quote` as well. */
export const csvColumns: readonly string[] = [
  ...[
    'status',
    'differs',
    'name',
    'provider',
    'account',
    'host',
    'kind',
    'model',
    'mode',
    'seconds',
    'sound',
  ],
  ...[
    'total_micro_usd',
    'total_min_micro_usd',
    'per_second_micro_usd',
    'per',
    'per_unit_micro_usd',
    'native_amount',
    'native_unit',
  ],
  ...['unit_micro_usd', 'basis', 'as_of', 'source', 'native_model', 'state', 'missing_keys', 'note'],
]

/** An offer as a line of CSV. */
export function offerCells(
  offer: ComparedOffer,
): Readonly<Record<string, string | number | boolean | undefined>> {
  const { provider, account, host, kind, model, mode, seconds, sound, basis, source, state, native } = offer
  return {
    ...{ provider, account, host, kind, model, mode, seconds, sound, basis, source, state },
    total_micro_usd: offer.total,
    total_min_micro_usd: offer.totalMin,
    per_second_micro_usd: offer.perSecond,
    per: offer.per,
    per_unit_micro_usd: offer.perUnit,
    native_amount: native?.amount,
    native_unit: native?.unit,
    unit_micro_usd: offer.unitUsd,
    as_of: offer.asOf,
    native_model: offer.nativeModel,
    missing_keys: offer.missingKeys?.join(' '),
    note: offer.warnings.map(({ field, message }) => `${field}: ${message}`).join(' '),
  }
}

type NameOf = (of: { readonly provider: string; readonly account: string; readonly host?: string }) => string

/** What the configuration calls a provider. */
function namesOf(sellers: readonly Seller[]): NameOf {
  return ({ provider, account, host }) => {
    const found = sellers.find(
      ({ provider: one }) =>
        one.id === provider &&
        one.account === account &&
        (one.host?.standing === 'relay' ? one.host.name : undefined) === host,
    )
    return found ? titleOf(found) : provider
  }
}

function csv({ groups, near, missing }: Comparison, nameOf: NameOf): string {
  const rowsOf = (status: string) => (group: OfferGroup) =>
    group.offers.map((offer) => ({
      status,
      differs: group.differs.join(' '),
      name: nameOf(offer),
      ...offerCells(offer),
    }))
  const without = missing.map((one) => {
    const { provider, account, host, why } = one
    return { status: why, name: nameOf(one), provider, account, host, note: missingInWords(one) }
  })
  return csvOf(csvColumns, [...groups.flatMap(rowsOf('asked')), ...near.flatMap(rowsOf('near')), ...without])
}

function missingLines(missing: readonly MissingOffer[], nameOf: NameOf, width: number): readonly string[] {
  return missing.flatMap((one) => {
    const lines = [paragraph(`  ${nameOf(one)}: ${missingInWords(one)}`, width, 2)]
    if (!('instead' in one) || !one.instead) return lines
    const { change, quote } = one.instead
    return [
      ...lines,
      paragraph(`    Nearest there: ${changeInFlags(change)}: ${formatQuote(quote)}.`, width, 2),
    ]
  })
}

/** What becomes of each field at one provider. */
function fieldLines({ fields, cannot }: Retargeting, width: number): readonly string[] {
  if (cannot !== undefined) return [paragraph(`  ${cannot}`, width, 2)]
  return [
    table(
      fields.map((one) => [one.field, fieldInWords(one)] as const),
      width,
    ),
  ]
}

function show(comparison: Comparison, fields: readonly Retargeting[], nameOf: NameOf): void {
  const { chosen, groups, near, missing } = comparison
  const width = widthOf(process.stdout)
  const sources = createSources()
  const lines: string[] = []
  const block = (title: string, rows: readonly string[]): void => {
    lines.push(...(lines.length > 0 ? [''] : []), paragraph(title, width), ...rows)
  }
  for (const group of groups) {
    const other = differsInWords(group)
    const title = `${qualityInWords(group.quality)}${other === '' ? '' : ` (${other} than asked for)`}`
    block(title, offersTable(group, sources, nameOf, width))
  }
  for (const group of near) {
    const title = `Near, ${differsInWords(group)}: ${qualityInWords(group.quality)}`
    block(title, offersTable(group, sources, nameOf, width))
  }
  if (missing.length > 0) block('No offer', missingLines(missing, nameOf, width))
  for (const one of fields) block(`Fields at ${nameOf(one)}`, fieldLines(one, width))
  const offers = [...groups, ...near].flatMap((group) => group.offers)
  const found = sources.lines()
  if (found.length > 0)
    block(
      'Sources',
      found.map((line) => paragraph(line, width, 4)),
    )
  answer(lines.join('\n'))

  const words = chosen ? [chosen.why] : []
  if (offers.some(({ basis }) => basis === 'derived'))
    words.push('~ is a derived price: worked out, second-hand or old, and no list price.')
  const keys = new Map(
    offers.flatMap((offer) => (offer.missingKeys ? [[nameOf(offer), offer.missingKeys]] : [])),
  )
  if (keys.size > 0) {
    const each = [...keys].map(([name, variables]) => `${name}: ${[variables].flat().join(', ')}`)
    words.push(`* has no key yet (${each.join('; ')}).`)
  }
  const warned = new Set(
    offers.flatMap((offer) => offer.warnings.map(({ message }) => `${nameOf(offer)}: ${message}`)),
  )
  if (words.length > 0 || warned.size > 0) say(`\n${[...words, ...warned].join('\n')}`)
}

/** A page replaces the page of yesterday, and nothing that is no page. */
function refuseOtherFiles(file: string): void {
  if (/\.html?$/i.test(file)) return
  throw new UsageError(
    `--html writes a page: give it a name that ends in .html, not ${JSON.stringify(file)}.`,
  )
}

/** `reelay compare`: what a request costs at each provider, and why some have no offer. */
export const compareCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'compare', description: 'Compare what a clip costs at each provider; nothing is sent' },
  args,
  async run({ args: flags, rawArgs }) {
    const { json = false, near = false, usable = false } = flags
    refuseTwoAnswers(flags)
    if (flags.html !== undefined) refuseOtherFiles(flags.html)
    const config = await openConfig(flags.config)
    const sellers = await sellersOf(config, flags.providers)
    const providers = sellers.map(({ provider }) => provider)
    const typed = withStandIns(await readRequest(rawArgs, args, true), providers)
    const { files, made } = typed
    const request = fillDefaults(typed.request, config.defaults)
    const options: CompareOptions = {
      near,
      usableOnly: usable,
      missingKeys: (one) => sellers.find(({ provider }) => provider === one)?.missingKeys ?? [],
    }
    const comparison = compare(request, providers, options)
    const nameOf = namesOf(sellers)
    const fields = flags.fields ? sellers.map(({ provider }) => retarget(comparison.request, provider)) : []
    const told = flags.fields && { fields }
    if (json) answerJson({ ...comparison, request: requestDocument(comparison.request, files), ...told })
    else if (flags.csv) answer(csv(comparison, nameOf))
    else if (flags.html !== undefined) {
      // Charts take a second to load, which nobody else waits for.
      const { comparisonPage, writePage } = await import('../page/page.ts')
      const input = { comparison, providers, options, made, fields, nameOf, now: new Date() }
      const page = await comparisonPage(input)
      answer(await writePage(flags.html, page))
    } else {
      show(comparison, fields, nameOf)
      noteMade(typed)
    }
    if (comparison.groups.length > 0) return
    // An answer, and none that a script could go on with.
    process.exitCode = 1
    const isKeyless = comparison.missing.every(({ why }) => why === 'key-missing')
    const why = isKeyless ? 'There is no key for any of them' : 'Nobody has a price for this'
    say(`${why}; nothing was sent.${near || isKeyless ? '' : ' --near shows what is near.'}`)
  },
})
