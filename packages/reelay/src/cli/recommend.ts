import {
  formatQuote,
  type NothingFits,
  type Purpose,
  type Recommendation,
  type RecommendedClip,
  type RecommendReason,
  type RenderIntent,
  recommend,
  usualMs,
  type VideoProvider,
} from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { fillDefaults } from '../config/defaults.ts'
import { commandOf } from './again.ts'
import { refuseTwoAnswers } from './args.ts'
import { openConfig } from './config.ts'
import { UsageError } from './failure.ts'
import { inFlags } from './flags.ts'
import { termArgs, termsOf, wordFlag } from './intent.ts'
import { requestDocument } from './offers.ts'
import { recommendationCsv } from './recommend-csv.ts'
import { withBlanks, withStandIns } from './request/fill.ts'
import { readRequest, requestArgs } from './request.ts'
import { type Seller, sellersOf, titleOf } from './sellers.ts'
import { configArg, debugArg, providersArg } from './shared-args.ts'
import { paragraph, table } from './table.ts'
import { answer, answerJson, say, widthOf } from './terminal.ts'

const ownArgs = {
  for: {
    type: 'string',
    default: 'draft',
    description: 'What it is for: draft or final',
    valueHint: 'purpose',
  },
  silent: { type: 'boolean', description: 'Without a sound track, also where the model adds one by itself' },
  providers: providersArg as typeof providersArg,
  all: { type: 'boolean', description: 'Also every row that was passed over, and why' },
  config: configArg as typeof configArg,
  json: { type: 'boolean', description: 'Print the recommendation as one JSON document' },
  csv: {
    type: 'boolean',
    description: 'Print what is recommended, and every row passed over, as lines of CSV',
  },
  debug: debugArg as typeof debugArg,
} as const
const args: typeof requestArgs & typeof ownArgs & typeof termArgs = {
  ...requestArgs,
  ...ownArgs,
  ...termArgs,
}

const purposes: readonly Purpose[] = ['draft', 'final']

const sellerOf = (sellers: readonly Seller[], provider: VideoProvider): Seller | undefined =>
  sellers.find((one) => one.provider === provider)

/** A reason in a line: what, by which rule, and who says so. */
export function reasonLine({ rule, text, fact }: RecommendReason): string {
  const source = 'source' in fact ? `; ${fact.source}, ${fact.asOf}` : ''
  return `${inFlags(text)} [${rule}${source}]`
}

/** What a script gets of an answer: providers by name, pictures by their files. */
function documentOf(
  found: Recommendation,
  sellers: readonly Seller[],
  files: Readonly<Record<string, string>>,
  command: string | undefined,
): Readonly<Record<string, unknown>> {
  if (found.type === 'none') {
    const nearest = found.nearest.map(({ intent, ...rest }) => ({
      ...rest,
      intent: requestDocument(intent as never, files),
    }))
    return { ...found, nearest }
  }
  const offerOf = ({
    provider,
    request,
    offer,
    quote,
  }: RecommendedClip | NonNullable<RecommendedClip['withoutAsking']>) => ({
    provider: provider.id,
    account: provider.account,
    name: sellerOf(sellers, provider)?.name,
    model: offer.model,
    mode: offer.mode,
    request: requestDocument(request, files),
    quote,
    missingKeys: sellerOf(sellers, provider)?.missingKeys,
  })
  const { type, reasons, warnings, mustConfirm, withoutAsking, passedOver } = found
  return {
    type,
    ...offerOf(found),
    command,
    reasons,
    warnings,
    mustConfirm,
    ...(withoutAsking && { withoutAsking: offerOf(withoutAsking) }),
    passedOver,
  }
}

function passedLines({ passedOver }: Recommendation, all: boolean, width: number): readonly string[] {
  const sorted = [...Map.groupBy(passedOver, ({ rule }) => rule)].sort(([, a], [, b]) => b.length - a.length)
  if (!all) {
    const counts = sorted.map(([rule, rows]) => `${rows.length} by ${rule}`)
    return [
      paragraph(
        `Passed over: ${counts.join(', ') || 'nothing'}${counts.length > 0 ? ' (--all)' : ''}.`,
        width,
      ),
    ]
  }
  const lines = sorted.flatMap(([, rows]) =>
    rows.map((row) => paragraph(`  ${row.provider} ${row.model} ${row.mode}: ${reasonLine(row)}`, width, 2)),
  )
  return ['Passed over', ...lines]
}

const list = (title: string, lines: readonly string[], width: number): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => paragraph(`  - ${line}`, width, 2))]

function showClip(clip: RecommendedClip, seller: Seller | undefined, command: string, all: boolean): void {
  const { provider, offer, quote, reasons, warnings, withoutAsking } = clip
  const width = widthOf(process.stdout)
  const [from, to] = usualMs(offer.timing).map((ms) => Number((ms / 60_000).toFixed(1)))
  const rows: readonly (readonly [string, string])[] = [
    ['clip', `${offer.model} ${offer.mode}`],
    ['provider', seller ? titleOf(seller) : provider.id],
    ['price', formatQuote(quote)],
    ['time', `${from} to ${to} min for eight of ten`],
    ...(seller && seller.missingKeys.length > 0
      ? [['key', `none yet: set ${seller.missingKeys.join(', ')}`] as const]
      : []),
    ...(withoutAsking
      ? [
          [
            'unasked',
            `${withoutAsking.offer.model} ${withoutAsking.offer.mode} at ${withoutAsking.provider.id}, ${formatQuote(withoutAsking.quote)}`,
          ] as const,
        ]
      : []),
  ]
  const lines = [
    table(rows, width),
    ...list('Why', reasons.map(reasonLine), width),
    ...list('Before you buy', warnings.map(reasonLine), width),
    '',
    ...passedLines(clip, all, width),
  ]
  answer(lines.join('\n'))
  say(`\nTo render it: ${command}`)
}

function showNone(none: NothingFits, all: boolean): void {
  const width = widthOf(process.stdout)
  const fixes = none.nearest.map(
    ({ fix, offer }) => `${inFlags(fix)} Then ${offer.model} ${offer.mode} at ${offer.provider} fits.`,
  )
  const lines = [
    paragraph(none.why, width),
    ...list('What would fit', fixes, width),
    '',
    ...passedLines(none, all, width),
  ]
  answer(lines.join('\n'))
}

/** `reelay recommend`: which model, in which mode, at which provider, and why. */
export const recommendCommand: CommandDef<typeof args> = defineCommand({
  meta: {
    name: 'recommend',
    description: 'Say which model to use, in which mode and where; nothing is sent',
  },
  args,
  async run({ args: flags, rawArgs }) {
    refuseTwoAnswers(flags)
    const { json = false, all = false } = flags
    if (flags.silent && rawArgs.includes('--audio'))
      throw new UsageError('--audio and --silent are two wishes. Choose one of them.')
    const purpose = wordFlag('for', flags.for, purposes)
    const config = await openConfig(flags.config)
    const sellers = await sellersOf(config, flags.providers)
    const providers = sellers.map(({ provider }) => provider)
    const typed = withStandIns(await readRequest(rawArgs, args, true), providers)
    // What a configuration fills in is no wish of whoever asks which model to use.
    const request = fillDefaults(typed.request, {})
    const intent = {
      ...request,
      ...(flags.silent && { generateAudio: false }),
      purpose,
      ...termsOf(flags),
    } as RenderIntent
    const found = recommend(intent, providers)
    const seller = found.type === 'clip' ? sellerOf(sellers, found.provider) : undefined
    const blank = found.type === 'clip' ? withBlanks(found.request, typed) : undefined
    const command =
      blank && commandOf(blank.request, {}, { provider: seller?.name, config: flags.config }, blank.fileFlags)
    if (json) answerJson(documentOf(found, sellers, typed.files, command))
    else if (flags.csv) answer(recommendationCsv(found, sellers))
    else if (found.type === 'clip') showClip(found, seller, command ?? '', all)
    else showNone(found, all)
    // An answer, and none that a script could go on with.
    if (found.type === 'none') process.exitCode = 1
  },
})
