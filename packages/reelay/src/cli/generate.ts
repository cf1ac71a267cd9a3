import { join } from 'node:path'
import {
  endOf,
  formatQuote,
  generate,
  journaled,
  offerFor,
  ReelayError,
  type RenderEvent,
  type RenderRequest,
  type SucceededTask,
  type TaskFailedError,
  type TerminalTask,
  usualMs,
  type VideoProvider,
} from '@reelay/core'
import { fileJournal } from '@reelay/core/node'
import { type CommandDef, defineCommand } from 'citty'
import { fillDefaults } from '../config/defaults.ts'
import { adapters } from '../config/registry.ts'
import { commandOf } from './again.ts'
import { numberFlag, refuseMistakes } from './args.ts'
import { openConfig } from './config.ts'
import { UsageError } from './failure.ts'
import { dropOrder, type Kept, keep, prepareFolder } from './finish.ts'
import { problemLines } from './flags.ts'
import { onInterrupt } from './interrupt.ts'
import { agreed, type Purchase, refuseUnasked, showPurchase } from './payment.ts'
import { type Progress, showProgress } from './progress.ts'
import { readRequest, requestArgs } from './request.ts'
import { showResult } from './result.ts'
import { commonArgs, longestDeadline } from './shared-args.ts'
import { atStake } from './stake.ts'
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

/** A provider whose purchases are written down before they are paid, and the pen to close them with. */
function withJournal(
  target: Target,
  folder: string,
): { provider: VideoProvider; close(task: TerminalTask): Promise<void> } {
  if (!target.live) return { provider: target.provider, close: async () => undefined }
  const journal = fileJournal(join(folder, 'journal.jsonl'))
  // Only buying goes through it: a purchase is closed when its clip is on disk, not when its task has ended.
  const { submit } = journaled(target.provider, journal)
  const close = (task: TerminalTask): Promise<void> => journal.append(endOf(task, Date.now()))
  return { provider: { ...target.provider, submit }, close }
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
    const purchase = { picked, config, target, request, quote }
    if (live) {
      refuseUnasked(flags.yes === true)
      showPurchase(purchase)
      if (flags.yes !== true && !(await agreed())) {
        if (json) answerJson({ bought: false })
        else say('Nothing was sent and nothing was spent.')
        return
      }
    } else if (config.file !== undefined) {
      say(`Config ${config.file}: ${picked.name ?? picked.entry.use} is ${picked.entry.use}, emulated here.`)
    }
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
    const order = { idempotencyKey, folder: out, deadline, json }
    const { task, kept } = await render(purchase, order)
    showResult(task, kept, json, [
      ['provider', `${task.handle.provider}${live ? '' : ' (emulated)'}`],
      ['model', `${task.handle.model} ${task.handle.mode}: ${why(typed.request, request)}`],
      ['estimated', formatQuote(quote)],
    ])
    if (!live && !json) say(howToGoLive(picked.entry.use), 'dim')
  },
})

interface Order {
  readonly idempotencyKey: string
  readonly folder: string
  /** Seconds. */
  readonly deadline: number | undefined
  readonly json: boolean
}

/** Notes what is known of the purchase, for whoever has to speak when this process cannot end by itself. */
function follow(
  progress: Progress,
  live: boolean,
): { onEvent: Progress['onEvent']; renderMs(): number | undefined } {
  let [from, to]: [number | undefined, number | undefined] = [undefined, undefined]
  return {
    onEvent(event: RenderEvent) {
      if (event.type === 'submitted') {
        from = event.at
        if (live) atStake({ handle: event.task.handle })
      }
      if (event.type === 'finished') to = event.at
      progress.onEvent(event)
    },
    renderMs: () => (from === undefined || to === undefined ? undefined : to - from),
  }
}

async function render(
  { target, request }: Purchase,
  order: Order,
): Promise<{ readonly task: SucceededTask; readonly kept: Kept }> {
  const { idempotencyKey, folder, deadline } = order
  const { id, clock, catalog } = target.provider
  const place = target.live ? id : `an emulated ${id} (no key, no network, no money)`
  const offer = offerFor(catalog, request)
  const progress = showProgress({
    title: `Rendering on ${place}`,
    clock,
    usual: offer && usualMs(offer.timing),
    unit: target.live ? '' : ' (emulated)',
  })
  const interrupt = onInterrupt(order.json)
  const { provider, close } = withJournal(target, folder)
  const watched = follow(progress, target.live)
  const next = `reelay resume --journal ${join(folder, 'journal.jsonl')}`
  if (target.live) atStake({ paid: true, next })
  try {
    const task = await generate(provider, request, {
      idempotencyKey,
      abortSignal: interrupt.signal,
      ...(deadline === undefined ? {} : { deadlineMs: deadline * 1_000 }),
      onEvent: watched.onEvent,
    })
    progress.note('saving the clip')
    const kept = await keep(task, target, folder, {
      abortSignal: interrupt.signal,
      renderMs: watched.renderMs(),
    })
    await close(task)
    progress.end('done')
    return { task, kept }
  } catch (error) {
    progress.fail('not finished')
    await leave(error, target, order, close)
    throw error
  } finally {
    interrupt.release()
  }
}

/** Tidies up after a purchase that brought no clip, or says how to go on with it. */
async function leave(
  error: unknown,
  target: Target,
  { folder, idempotencyKey }: Order,
  close: (task: TerminalTask) => Promise<void>,
): Promise<void> {
  const outcome = ReelayError.isInstance(error) ? error.outcome : 'unknown'
  const { task } = error as Partial<TaskFailedError>
  if (task) await close(task)
  if (task || outcome === 'none' || outcome === 'rejected' || !target.live)
    return dropOrder(folder, idempotencyKey)
  say(outcome === 'accepted' ? '\nThe paid task goes on.' : '\nNobody knows yet whether it was bought.')
}

function howToGoLive(use: string): string {
  const { keysFrom = '', secrets = {} } = adapters[use] ?? {}
  const [first = '', ...others] = Object.values(secrets).flatMap((names) => names.slice(0, 1))
  const pair = others.length > 0 ? ` (or ${others.join(' and ')})` : ''
  return `\nTo run it against the real service: create a key at ${keysFrom}, set ${first}${pair}, and add --live.\nThat spends real money.`
}
