import {
  formatQuote,
  formatUsd,
  type Mode,
  promotionKey,
  promotionOf,
  type Recommendation,
  type RecommendedClip,
} from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { numberFlag, refuseMistakes } from './args.ts'
import { buyClip } from './buy.ts'
import { columnsIn } from './columns.ts'
import { openConfig } from './config.ts'
import { fileFlagsOf, type RememberedDraft, readDraft } from './draft.ts'
import { UsageError } from './failure.ts'
import { inFlags } from './flags.ts'
import { termArgs, termsOf, wordFlag } from './intent.ts'
import { reasonLine } from './recommend.ts'
import { type Seller, sellersOf } from './sellers.ts'
import { commonArgs, longestDeadline } from './shared-args.ts'
import { say, widthOf } from './terminal.ts'

const ownArgs = {
  draft: {
    type: 'positional',
    required: true,
    description: 'Sidecar of the draft, a line of the run log, or its handle; - reads it from stdin',
    valueHint: 'file',
  },
  model: { type: 'string', description: 'Official model name; the best that fits when left out' },
  mode: { type: 'string', description: 'std, pro or 4k; the best that fits when left out' },
  image: { type: 'string', description: 'Where the first frame of the draft is by now', valueHint: 'file' },
  'end-image': { type: 'string', description: 'Where its last frame is by now', valueHint: 'file' },
  inputs: {
    type: 'string',
    description:
      'Folder in which the pictures, clips and sounds of the draft are by now; found by their digests',
    valueHint: 'folder',
  },
  providers: {
    type: 'string',
    description: 'Names of the configuration, or ids, separated by commas; all that have a key when left out',
    valueHint: 'names',
  },
  out: {
    type: 'string',
    default: 'renders',
    description: 'Folder for the clip, its sidecar and the run log',
    valueHint: 'folder',
  },
  key: {
    type: 'string',
    description: 'Name of the order, with --live; made of the draft when left out',
    valueHint: 'name',
  },
  live: { type: 'boolean', description: 'Use the real service and real money instead of the emulator' },
  yes: { type: 'boolean', description: 'Do not ask before spending' },
} as const
const args: typeof ownArgs & typeof termArgs & typeof commonArgs = { ...ownArgs, ...termArgs, ...commonArgs }

/** Those who may make the final: of several, live, only those that have a key. */
async function candidatesOf(
  sellers: readonly Seller[],
  names: string | undefined,
  live: boolean,
): Promise<readonly Seller[]> {
  if (!live || names !== undefined) return sellers
  const able = sellers.filter(({ missingKeys }) => missingKeys.length === 0)
  if (able.length > 0) return able
  const keys = sellers.flatMap(({ missingKeys }) => missingKeys[0] ?? [])
  throw new UsageError(`No provider has a key: set one of ${keys.join(', ')}. Nothing was sent.`)
}

function refused({ why, nearest }: Recommendation & { readonly type: 'none' }): UsageError {
  const lines = nearest.map(
    ({ fix, offer }) => `${inFlags(fix)} Then ${offer.model} ${offer.mode} at ${offer.provider} fits.`,
  )
  return new UsageError(`There is no final for the draft. ${why} Nothing was sent.`, lines)
}

/** What the draft was and what the final will be, side by side. */
function showBoth({ handle }: RememberedDraft, final: RecommendedClip, cost: string): void {
  const rows = [
    ['draft', `${handle.model} ${handle.mode}`, handle.provider, cost],
    ['final', `${final.offer.model} ${final.offer.mode}`, final.provider.id, formatQuote(final.quote)],
  ]
  const column = (title: string, at: number, least?: number) => ({
    title,
    cells: rows.map((row) => row[at] ?? ''),
    ...(least !== undefined && { least }),
  })
  const table = columnsIn(
    [column('', 0), column('model', 1), column('provider', 2), column('price', 3, 20)],
    widthOf(process.stderr),
  )
  say(table.join('\n'))
  for (const reason of [...final.reasons.slice(0, 1), ...final.warnings]) say(`  ${reasonLine(reason)}`)
}

/** `reelay promote`: the final of a draft. */
export const promoteCommand: CommandDef<typeof args> = defineCommand({
  meta: {
    name: 'promote',
    description: 'Render the final of a draft; on the emulator unless --live is given',
  },
  args,
  async run({ args: flags, rawArgs }) {
    refuseMistakes(rawArgs, args, 1)
    const [live, json] = [flags.live === true, flags.json === true]
    const { out, key, model, config: file, 'base-url': baseURL } = flags
    const deadline = numberFlag('deadline', flags.deadline, 0.001, longestDeadline)
    if (baseURL !== undefined && !live) throw new UsageError('--base-url goes with --live.')
    if (key !== undefined && !live)
      throw new UsageError('--key goes with --live: the built-in emulator keeps no journal.')
    const mode =
      flags.mode === undefined ? undefined : wordFlag<Mode>('mode', flags.mode, ['std', 'pro', '4k'])
    const config = await openConfig(file)
    const given = { startImage: flags.image, endImage: flags['end-image'] }
    const draft = await readDraft(flags.draft, out, { given, folder: flags.inputs })
    const sellers = await candidatesOf(await sellersOf(config, flags.providers), flags.providers, live)
    if (baseURL !== undefined && sellers.length > 1) {
      const list = sellers.map(({ name }) => name).join(', ')
      throw new UsageError(`--base-url is one provider’s: say with --providers which of ${list}.`)
    }
    const terms = { ...termsOf(flags), model, mode }
    const final = promotionOf(
      draft,
      sellers.map(({ provider }) => provider),
      terms,
    )
    if (final.type === 'none') throw refused(final)
    const seller = sellers.find(({ provider }) => provider === final.provider)
    const same = sellers.find(({ provider }) => provider.id === draft.handle.provider)
    showBoth(draft, final, same ? formatQuote(same.provider.quote(draft.request)) : 'not known here')
    if (final.mustConfirm && live && flags.yes === true && terms.maxCost === undefined) {
      const price = final.quote.type === 'exact' ? final.quote.microUsd : final.quote.max
      throw new UsageError(
        `A master tier is not bought by --yes alone: add --max-cost ${formatUsd(price).slice(1)}, or name another --mode. Nothing was sent.`,
      )
    }
    await buyClip({
      config,
      picked: config.pick(seller?.name),
      typed: { request: final.request, files: draft.files, fileFlags: fileFlagsOf(draft) },
      live,
      yes: flags.yes === true,
      key: live ? (key ?? (await promotionKey(draft, terms))) : undefined,
      ...{ folder: out, baseURL, deadline, json, maxCost: terms.maxCost },
      flags: {
        ...{ provider: seller?.name, config: file, 'base-url': baseURL },
        out: out === args.out.default ? undefined : out,
      },
    })
  },
})
