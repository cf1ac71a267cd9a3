import { compare, formatQuote, kinds } from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { fillDefaults } from '../config/defaults.ts'
import { refuseTwoAnswers } from './args.ts'
import { csvColumns, offerCells } from './compare.ts'
import { openConfig } from './config.ts'
import { csvOf } from './csv.ts'
import { UsageError } from './failure.ts'
import { problemLines } from './flags.ts'
import { perUnitOf, perWhat, qualityInWords, requestDocument, unitPriceOf } from './offers.ts'
import { noteMade, withStandIns } from './request/fill.ts'
import { readRequest, requestArgs } from './request.ts'
import { sellersOf, titleOf } from './sellers.ts'
import { configArg, debugArg } from './shared-args.ts'
import { table } from './table.ts'
import { answer, answerJson, say, widthOf } from './terminal.ts'

const ownArgs = {
  provider: {
    type: 'string',
    description: 'A name of reelay.config.*, or kling, piapi, fal, replicate',
    valueHint: 'name',
  },
  config: configArg as typeof configArg,
  json: { type: 'boolean', description: 'Print the price as one JSON document' },
  csv: { type: 'boolean', description: 'Print the price as a line of CSV' },
  debug: debugArg as typeof debugArg,
} as const
const args: typeof requestArgs & typeof ownArgs = { ...requestArgs, ...ownArgs }

/** `reelay quote`: what a request costs at one provider. */
export const quoteCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'quote', description: 'Say what a clip costs at one provider; nothing is sent' },
  args,
  async run({ args: flags, rawArgs }) {
    refuseTwoAnswers(flags)
    const config = await openConfig(flags.config)
    const picked = config.pick(flags.provider)
    const [seller] = await sellersOf(config, picked.name ?? picked.entry.use)
    if (!seller) throw new UsageError('There is no provider to ask.')
    const { name, provider, missingKeys } = seller
    const typed = withStandIns(await readRequest(rawArgs, args, true), [provider])
    const { files } = typed
    const asked = fillDefaults(typed.request, picked.defaults)
    const options = { near: false, missingKeys: () => missingKeys }
    const { request, chosen, groups, missing } = compare(asked, [provider], options)
    const [without] = missing
    if (without && 'problems' in without) {
      const lines = problemLines(without.problems, files)
      throw new UsageError(`${provider.id} cannot render this; nothing was sent.`, lines, without.problems)
    }
    const offer = groups[0]?.offers[0]
    const quote = provider.quote(asked)
    if (flags.json) return answerJson({ request: requestDocument(request, files), chosen, quote, offer })
    if (flags.csv) {
      const none = {
        status: without?.why,
        provider: provider.id,
        account: provider.account,
        note: without?.message,
      }
      const cells = offer ? { status: 'asked', ...offerCells(offer) } : none
      return answer(csvOf(csvColumns, [{ name, ...cells }]))
    }
    const rows = [
      ['provider', titleOf(seller)],
      [
        kinds[request.kind].fields.includes('duration') ? 'clip' : request.kind,
        offer ? qualityInWords(offer) : `${chosen?.model} ${chosen?.mode}`,
      ],
      ['price', formatQuote(quote)],
      [offer ? perWhat(offer) : '', offer ? perUnitOf(offer) : ''],
      ['unit price', offer ? unitPriceOf(offer) : ''],
      ['source', offer?.source ?? ''],
      ['key', missingKeys.length === 0 ? '' : `none yet: set ${missingKeys.join(', ')}`],
      ...(offer?.warnings ?? []).map(({ field, message }) => ['warning', `${field}: ${message}`] as const),
    ] as const
    answer(
      table(
        rows.filter(([, value]) => value !== ''),
        widthOf(process.stdout),
      ),
    )
    if (chosen) say(`\n${chosen.why}`)
    noteMade(typed)
  },
})
