import { type Appraisal, formatQuote, type RenderRequest } from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { fillDefaults, withDefaults } from '../config/defaults.ts'
import { adapters, variablesToSet } from '../config/registry.ts'
import { commandOf, flagsText, quoted } from './again.ts'
import { numberFlag, refuseMistakes } from './args.ts'
import { type Configured, openConfig, type Picked } from './config.ts'
import { UsageError } from './failure.ts'
import { dropOrder, prepareFolder } from './finish.ts'
import { problemLines } from './flags.ts'
import { type JournalFile, journalIn, withJournal } from './journal/open.ts'
import { answerKnown } from './known.ts'
import { agreed, refuseUnasked, showPurchase } from './payment.ts'
import { type Order, render } from './render.ts'
import { readRequest, requestArgs, type TypedRequest } from './request.ts'
import { showResult } from './result.ts'
import { commonArgs, longestDeadline } from './shared-args.ts'
import { emulatedTarget, liveTarget, type Target } from './target.ts'
import { answerJson, say } from './terminal.ts'

const ownArgs = {
  out: {
    type: 'string',
    default: 'renders',
    description: 'Folder for the clip, its sidecar and the run log',
    valueHint: 'folder',
  },
  provider: {
    type: 'string',
    description: `A name of reelay.config.*, or ${Object.keys(adapters).join(', ')}` as string,
    valueHint: 'name',
  },
  key: {
    type: 'string',
    description: 'Name of the order, with --live: whatever is bought under it is bought once',
    valueHint: 'name',
  },
  live: { type: 'boolean', description: 'Use the real service and real money instead of the emulator' },
  yes: { type: 'boolean', description: 'Do not ask before spending' },
} as const
const args: typeof requestArgs & typeof ownArgs & typeof commonArgs = {
  ...requestArgs,
  ...ownArgs,
  ...commonArgs,
}

/** A clip that is about to be bought. */
interface Buying extends Omit<Order, 'journal'> {
  readonly config: Configured
  readonly picked: Picked
  readonly target: Target
  readonly typed: TypedRequest
  /** With what the configuration fills in. */
  readonly request: RenderRequest
  readonly appraisal: Appraisal
  /** Not to be asked before it is bought. */
  readonly yes: boolean
}

/** A target that renders what a configuration leaves to its defaults. */
async function targetOf(picked: Picked, live: boolean, baseURL: string | undefined): Promise<Target> {
  const target = await (live ? liveTarget(picked, baseURL) : emulatedTarget(picked))
  return { ...target, provider: withDefaults(target.provider, picked.defaults) }
}

/** Asks, where money is spent; `false` is a no. */
async function isWanted(buying: Buying, journal: JournalFile | undefined): Promise<boolean> {
  const { config, picked, target, folder, idempotencyKey, yes } = buying
  if (!journal) {
    if (config.file !== undefined)
      say(`Config ${config.file}: ${picked.name ?? picked.entry.use} is ${picked.entry.use}, emulated here.`)
    return true
  }
  let wanted = false
  try {
    // A journal that cannot be written is told before anybody is asked.
    await journal.order(idempotencyKey)
    showPurchase({ picked, config, target, request: buying.request, appraisal: buying.appraisal })
    wanted = yes || (await agreed('Buy it?'))
  } finally {
    if (!wanted) await dropOrder(folder, idempotencyKey)
  }
  return wanted
}

async function buy(buying: Buying, journal: JournalFile | undefined): Promise<void> {
  const { target, typed, picked, json, appraisal } = buying
  if (!(await isWanted(buying, journal))) {
    if (json) answerJson({ bought: false })
    else say('Nothing was sent and nothing was spent.')
    return
  }
  const { task, kept } = await render(target, typed.request, { ...buying, journal })
  showResult(task, kept, json, [
    ['provider', `${task.handle.provider}${journal ? '' : ' (emulated)'}`],
    ['model', `${task.handle.model} ${task.handle.mode}. ${task.chosen?.why ?? ''}`.trimEnd()],
    ['estimated', formatQuote(appraisal.quote)],
  ])
  if (!journal && !json) say(howToGoLive(picked.entry.use), 'dim')
}

/** `reelay generate`: one clip, from words or an image to a file. */
export const generateCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'generate', description: 'Render one clip; on the built-in emulator unless --live is given' },
  args,
  async run({ args: flags, rawArgs }) {
    refuseMistakes(rawArgs, args)
    const [live, json] = [flags.live === true, flags.json === true]
    const deadline = numberFlag('deadline', flags.deadline, 0.001, longestDeadline)
    const { key, image, 'end-image': endImage, provider, config: file, 'base-url': baseURL, out } = flags
    if (baseURL !== undefined && !live) throw new UsageError('--base-url goes with --live.')
    if (key !== undefined && !live)
      throw new UsageError('--key goes with --live: the built-in emulator keeps no journal.')
    const config = await openConfig(file)
    const picked = config.pick(provider)
    const typed = await readRequest(flags, !live)
    const where = flagsText({ config: file, 'base-url': baseURL })
    if (key !== undefined) {
      const next = `reelay resume --journal ${quoted(journalIn(out))}${where}`
      const deadlineMs = deadline === undefined ? undefined : deadline * 1_000
      const { request } = typed
      const asked = { key, request, picked, config, baseURL, folder: out, deadlineMs, json, next }
      if (await answerKnown(asked)) return
    }
    const request = fillDefaults(typed.request, picked.defaults)
    const target = await targetOf(picked, live, baseURL)
    const appraisal = target.provider.appraise(typed.request)
    const { problems, quote, chosen } = appraisal
    if (problems.length > 0) {
      const lines = problemLines(problems, typed.files)
      throw new UsageError(`${target.provider.id} cannot render this; nothing was sent.`, lines, problems)
    }
    const yes = flags.yes === true
    if (live) refuseUnasked('--live spends money', 'buy', yes)
    const idempotencyKey = key ?? crypto.randomUUID()
    const named = chosen ? { model: chosen.model, mode: chosen.mode } : {}
    const command = commandOf(request, named, {
      image,
      'end-image': endImage,
      provider,
      config: file,
      'base-url': baseURL,
      out: out === args.out.default ? undefined : out,
      live,
    })
    await prepareFolder(out, idempotencyKey, request, { quote, chosen, files: typed.files, command })
    const order = { idempotencyKey, folder: out, deadline, json, where }
    const buying = { ...order, config, picked, target, typed, request, appraisal, yes }
    await (live ? withJournal(journalIn(out), (journal) => buy(buying, journal)) : buy(buying, undefined))
  },
})

function howToGoLive(use: string): string {
  const manifest = adapters[use]?.manifest
  const [first = '', ...others] = manifest ? variablesToSet(manifest) : []
  const pair = others.length > 0 ? ` (or ${others.join(' and ')})` : ''
  return `\nTo run it against the real service: create a key at ${manifest?.keysFrom ?? ''}, set ${first}${pair}, and add --live.\nThat spends real money.`
}
