import {
  formatUsd,
  isClipOffer,
  kinds,
  type MicroUsd,
  mostOf,
  type Offer,
  type OfferState,
  type Quote,
  type RenderRequest,
  type VideoProvider,
} from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { refuseMistakes, refuseTwoAnswers } from './args.ts'
import { columnsIn } from './columns.ts'
import { openConfig } from './config.ts'
import { csvOf } from './csv.ts'
import { dollarsFlag, wordFlag } from './intent.ts'
import { rateInWords } from './offers.ts'
import { pricedRequest } from './request/fill.ts'
import { type Seller, sellersOf } from './sellers.ts'
import { configArg, debugArg, providersArg } from './shared-args.ts'
import { answer, answerJson, say, widthOf } from './terminal.ts'

const args = {
  providers: providersArg as typeof providersArg,
  kind: { type: 'string', description: `Only of this kind: ${Object.keys(kinds).join(', ')}` as string },
  model: { type: 'string', description: 'Only models with this in their official name' },
  mode: { type: 'string', description: 'Only in this mode: std, pro or 4k' },
  sound: {
    type: 'boolean',
    description: 'Only what can have a sound track; its price is the one that counts',
  },
  'end-image': { type: 'boolean', description: 'Only what takes an end image' },
  'max-price-per-second': {
    type: 'string',
    description: 'Only what costs at most so much a second, in dollars',
    valueHint: 'dollars',
  },
  state: { type: 'string', description: 'Only in this state: current, unverified or discontinued' },
  config: configArg as typeof configArg,
  json: { type: 'boolean', description: 'Print the rows as one JSON document' },
  csv: { type: 'boolean', description: 'Print one line of CSV per row' },
  debug: debugArg as typeof debugArg,
} as const

const states: readonly OfferState[] = ['current', 'unverified', 'discontinued']

/** What a plain clip of a row costs, per second of it. */
interface PerSecond {
  readonly seconds: number
  readonly quote: Quote
  /** Micro-USD, by the dearest end; absent where nobody knows. */
  readonly most?: MicroUsd
}

/** A row of a catalogue with its prices. */
interface Line {
  readonly name: string
  readonly provider: VideoProvider
  readonly offer: Offer
  readonly silent?: PerSecond
  readonly sound?: PerSecond
}

/** The price of a row, of 5 seconds where these are sold. */
function priceOf(provider: VideoProvider, offer: Offer, generateAudio: boolean): PerSecond | undefined {
  if (!isClipOffer(offer)) return undefined
  const { limits } = offer
  if (generateAudio ? limits.audio === 'never' : limits.audio === 'always') return undefined
  const seconds = limits.durations.includes(5) ? 5 : (limits.durations[0] ?? 5)
  const sound = generateAudio && limits.audio === 'optional' && { generateAudio }
  const request = { ...pricedRequest(offer), duration: seconds, ...sound } as RenderRequest
  const quote = provider.quote(request)
  const most = mostOf(quote)
  return { seconds, quote, ...(most !== undefined && { most: Math.round(most / seconds) }) }
}

const linesOf = ({ name, provider }: Seller): readonly Line[] =>
  provider.catalog.offers.map((offer) => {
    const [silent, sound] = [priceOf(provider, offer, false), priceOf(provider, offer, true)]
    return { name, provider, offer, ...(silent && { silent }), ...(sound && { sound }) }
  })

const secondsOf = (offer: Offer): string => {
  if (!isClipOffer(offer)) return ''
  const { durations } = offer.limits
  const [first = 0, last = 0] = [durations[0], durations.at(-1)]
  return durations.length > 2 && last - first === durations.length - 1
    ? `${first}-${last}`
    : durations.join(', ')
}

function priced(price: PerSecond | undefined): string {
  if (price?.most === undefined || price.quote.type === 'unknown') return ''
  const { quote, seconds, most } = price
  const range = quote.type === 'bounded' ? `${formatUsd(Math.round(quote.min / seconds))}-` : ''
  return `${quote.basis === 'derived' ? '~' : ''}${range}${formatUsd(most)}`
}

const datedOf = ({ silent, sound }: Line) => {
  const quote = silent?.quote.type === 'unknown' ? sound?.quote : (silent?.quote ?? sound?.quote)
  return quote && quote.type !== 'unknown' ? quote : undefined
}

const columns = [
  ...['name', 'provider', 'account', 'kind', 'model', 'mode', 'native_model', 'state', 'durations', 'sound'],
  ...['end_image', 'per_second_micro_usd', 'per_second_with_sound_micro_usd', 'priced_seconds', 'basis'],
  ...['per', 'rates'],
  ...['basis_with_sound', 'price_as_of', 'price_source', 'expected_ms', 'row_as_of', 'row_source'],
] as const

type Cells = Readonly<Record<(typeof columns)[number], string | number | boolean | undefined>>

const cells = (line: Line): Cells => {
  const { name, provider, offer, silent, sound } = line
  const dated = datedOf(line)
  const { kind, model, mode, nativeModel, state, source, asOf, timing } = offer
  const limits = isClipOffer(offer) ? offer.limits : undefined
  return {
    ...{
      name,
      provider: provider.id,
      account: provider.account,
      kind,
      model,
      mode,
      native_model: nativeModel,
      state,
    },
    durations: limits?.durations.join(' '),
    sound: limits?.audio,
    end_image: limits ? limits.endImage !== false : undefined,
    per_second_micro_usd: silent?.most,
    per_second_with_sound_micro_usd: sound?.most,
    priced_seconds: (silent ?? sound)?.seconds,
    basis: dated?.basis,
    per: offer.price.per,
    rates: rateInWords(offer),
    basis_with_sound: sound && sound.quote.type !== 'unknown' ? sound.quote.basis : undefined,
    price_as_of: dated?.asOf,
    price_source: dated?.source,
    expected_ms: timing.expectedMs,
    row_as_of: asOf,
    row_source: source,
  }
}

function show(lines: readonly Line[]): void {
  const column = (of: (line: Line) => string): readonly string[] => lines.map(of)
  const short: Readonly<Record<string, string>> = { 'text-to-video': 'text', 'image-to-video': 'image' }
  const table = columnsIn(
    [
      { title: 'provider', cells: column(({ name }) => name), least: 9 },
      { title: 'from', cells: column(({ offer }) => short[offer.kind] ?? offer.kind) },
      { title: 'model', cells: column(({ offer }) => offer.model.replace(/^kling-/, '')), least: 8 },
      { title: 'mode', cells: column(({ offer }) => offer.mode) },
      { title: 'seconds', cells: column(({ offer }) => secondsOf(offer)) },
      {
        title: 'end',
        cells: column(({ offer }) => (isClipOffer(offer) && offer.limits.endImage !== false ? 'yes' : '')),
      },
      { title: '$/s silent', cells: column(({ silent }) => priced(silent)) },
      { title: '$/s sound', cells: column(({ sound }) => priced(sound)) },
      ...(lines.every(({ offer }) => isClipOffer(offer))
        ? []
        : [
            {
              title: 'other price',
              // Why is a sentence, and for --csv.
              cells: column(({ offer }) => (isClipOffer(offer) ? '' : rateInWords(offer).replace(/:.*/, ''))),
              least: 12,
            },
          ]),
      {
        title: 'as of',
        cells: column(
          (line) => datedOf(line)?.asOf ?? (isClipOffer(line.offer) ? '' : line.offer.price.asOf),
        ),
      },
      {
        title: 'state',
        cells: column(({ offer }) => (offer.state === 'current' ? '' : offer.state)),
        least: 5,
      },
    ],
    widthOf(process.stdout),
  )
  answer(table.join('\n'))
}

/** `reelay models`: every row that is sold, or was. */
export const modelsCommand: CommandDef<typeof args> = defineCommand({
  meta: {
    name: 'models',
    description: 'List models and modes with what they take and cost; nothing is sent',
  },
  args,
  async run({ args: flags, rawArgs }) {
    refuseMistakes(rawArgs, args, 0)
    const { json = false, csv = false, kind, model, mode, sound = false, state } = flags
    refuseTwoAnswers(flags)
    if (state !== undefined) wordFlag('state', state, states)
    if (kind !== undefined) wordFlag('kind', kind, Object.keys(kinds))
    if (mode !== undefined) wordFlag('mode', mode, ['std', 'pro', '4k'])
    const dearest = dollarsFlag('max-price-per-second', flags['max-price-per-second'])
    const sellers = await sellersOf(await openConfig(flags.config), flags.providers)
    const lines = sellers.flatMap(linesOf).filter(({ offer, silent, sound: loud }) => {
      const counted = sound ? loud?.most : (silent?.most ?? loud?.most)
      return (
        (kind === undefined || offer.kind === kind) &&
        (model === undefined || offer.model.includes(model)) &&
        (mode === undefined || offer.mode === mode) &&
        (state === undefined || offer.state === state) &&
        (!sound || (isClipOffer(offer) && offer.limits.audio !== 'never')) &&
        (!flags['end-image'] || (isClipOffer(offer) && offer.limits.endImage !== false)) &&
        // A price that nobody knows is not taken for a small one.
        (dearest === undefined || (counted !== undefined && counted <= dearest))
      )
    })
    if (json) answerJson(lines.map(cells))
    else if (csv) answer(csvOf(columns, lines.map(cells)))
    else if (lines.length > 0) show(lines)
    if (lines.length === 0) {
      say('Nothing of the kind is sold here.')
      process.exitCode = 1
    } else if (!json && !csv) say(`\n${lines.length} rows. ~ is a derived price, which no list says.`)
  },
})
