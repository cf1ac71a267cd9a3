import { formatQuote, offerFor, type RenderRequest } from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { fillDefaults } from '../config/defaults.ts'
import { adapters } from '../config/registry.ts'
import { commandOf, flagsText } from './again.ts'
import { numberFlag, refuseMistakes } from './args.ts'
import { openConfig } from './config.ts'
import { UsageError } from './failure.ts'
import { dropOrder, prepareFolder } from './finish.ts'
import { problemLines } from './flags.ts'
import { agreed, refuseUnasked, showPurchase } from './payment.ts'
import { render } from './render.ts'
import { readRequest, requestArgs } from './request.ts'
import { showResult } from './result.ts'
import { commonArgs, longestDeadline } from './shared-args.ts'
import { emulatedTarget, liveTarget } from './target.ts'
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
    description: 'A name of reelay.config.*, or kling, piapi, fal, replicate',
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

function why(typed: RenderRequest, request: RenderRequest): string {
  if (typed.model === undefined && request.model !== undefined) return 'the configuration’s default'
  if (request.model && request.mode) return 'you asked for both'
  if (request.model) return 'the model you asked for, in its cheapest mode'
  const model = 'the default, available at every provider'
  return request.mode ? `${model}; in the mode you asked for` : `${model}; in its cheapest mode`
}

/** `reelay generate`: one clip, from words or an image to a file. */
export const generateCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'generate', description: 'Render one clip; on the built-in emulator unless --live is given' },
  args,
  async run({ args: flags, rawArgs }) {
    refuseMistakes(rawArgs, args)
    const [live, json] = [flags.live === true, flags.json === true]
    const deadline = numberFlag('deadline', flags.deadline, 0.001, longestDeadline)
    if (flags['base-url'] !== undefined && !live) throw new UsageError('--base-url goes with --live.')
    const config = await openConfig(flags.config)
    const picked = config.pick(flags.provider)
    const typed = await readRequest(flags, !live)
    const request = fillDefaults(typed.request, picked.defaults)
    const target = await (live ? liveTarget(picked, flags['base-url']) : emulatedTarget(picked))
    const problems = target.provider.check(request)
    if (problems.length > 0) {
      const lines = problemLines(problems, typed.files)
      throw new UsageError(`${target.provider.id} cannot render this; nothing was sent.`, lines, problems)
    }
    const quote = target.provider.quote(request)
    if (live) refuseUnasked(flags.yes === true)
    const idempotencyKey = crypto.randomUUID()
    const offer = offerFor(target.provider.catalog, request)
    const chosen = offer ? { model: offer.model, mode: offer.mode } : {}
    const { image, 'end-image': endImage, provider, config: configFile, 'base-url': baseURL, out } = flags
    const command = commandOf(request, chosen, {
      image,
      'end-image': endImage,
      provider,
      config: configFile,
      'base-url': baseURL,
      out: out === args.out.default ? undefined : out,
      live,
    })
    await prepareFolder(out, idempotencyKey, request, { quote, files: typed.files, command })
    if (live) {
      showPurchase({ picked, config, target, request, quote })
      if (flags.yes !== true && !(await agreedOr(() => dropOrder(out, idempotencyKey)))) {
        if (json) answerJson({ bought: false })
        else say('Nothing was sent and nothing was spent.')
        return
      }
    } else if (config.file !== undefined) {
      say(`Config ${config.file}: ${picked.name ?? picked.entry.use} is ${picked.entry.use}, emulated here.`)
    }
    const where = flagsText({ config: configFile, 'base-url': baseURL })
    const order = { idempotencyKey, folder: out, deadline, json, where }
    const { task, kept } = await render(target, request, order)
    showResult(task, kept, json, [
      ['provider', `${task.handle.provider}${live ? '' : ' (emulated)'}`],
      ['model', `${task.handle.model} ${task.handle.mode}: ${why(typed.request, request)}`],
      ['estimated', formatQuote(quote)],
    ])
    if (!live && !json) say(howToGoLive(picked.entry.use), 'dim')
  },
})

/** Asks; whatever else than a yes forgets the order first. */
async function agreedOr(forget: () => Promise<void>): Promise<boolean> {
  let yes = false
  try {
    yes = await agreed()
  } finally {
    if (!yes) await forget()
  }
  return yes
}

function howToGoLive(use: string): string {
  const { keysFrom = '', secrets = {} } = adapters[use] ?? {}
  const [first = '', ...others] = Object.values(secrets).flatMap((names) => names.slice(0, 1))
  const pair = others.length > 0 ? ` (or ${others.join(' and ')})` : ''
  return `\nTo run it against the real service: create a key at ${keysFrom}, set ${first}${pair}, and add --live.\nThat spends real money.`
}
