import { join, relative } from 'node:path'
import { confirm } from '@clack/prompts'
import {
  endOf,
  formatQuote,
  generate,
  journaled,
  type Quote,
  ReelayError,
  type RenderRequest,
  type TaskFailedError,
  type TerminalTask,
  type VideoProvider,
} from '@reelay/core'
import { fileJournal } from '@reelay/core/node'
import { type CommandDef, defineCommand } from 'citty'
import { adapters } from '../config/registry.ts'
import { numberFlag, refuseUnknownFlags } from './args.ts'
import { UsageError } from './failure.ts'
import { charged, dropOrder, keep, keepOrder, table } from './finish.ts'
import { onInterrupt } from './interrupt.ts'
import { showProgress } from './progress.ts'
import { readRequest, requestArgs } from './request.ts'
import { emulatedTarget, liveTarget, type Target } from './target.ts'

const ownArgs = {
  out: {
    type: 'string',
    default: 'renders',
    description: 'Folder for the clip, its sidecar and the run log',
  },
  provider: { type: 'string', default: 'kling', description: 'Which provider to render with' },
  'base-url': {
    type: 'string',
    description: 'With --live: where the provider is, such as an emulator on a port',
  },
  live: { type: 'boolean', description: 'Use the real service and real money instead of the emulator' },
  yes: { type: 'boolean', description: 'Do not ask before spending' },
  deadline: { type: 'string', description: 'Seconds to wait for the clip; an hour when left out' },
} as const
const args: typeof requestArgs & typeof ownArgs = { ...requestArgs, ...ownArgs }

async function agreed(target: Target, quote: Quote, skip: boolean): Promise<boolean> {
  if (!target.live || skip) return true
  if (!process.stdin.isTTY) {
    throw new UsageError(
      '--live spends money, and there is no terminal to ask at. Add --yes. Nothing was sent.',
    )
  }
  const message = `This will cost ${formatQuote(quote)}. Go on?`
  return (await confirm({ message, initialValue: false })) === true
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

function why(request: RenderRequest): string {
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
    refuseUnknownFlags(rawArgs, args)
    const deadline = numberFlag('deadline', flags.deadline, 0.001)
    if (flags['base-url'] !== undefined && !flags.live) throw new UsageError('--base-url goes with --live.')
    const request = await readRequest(flags)
    const where = { use: flags.provider, baseURL: flags['base-url'] }
    const target = await (flags.live ? liveTarget(where) : emulatedTarget(where))
    const problems = target.provider.check(request)
    if (problems.length > 0) {
      const lines = problems.map(({ field, message, fix }) => `\n  ${field}: ${message} ${fix}`)
      throw new UsageError(`${target.provider.id} cannot render this; nothing was sent.${lines.join('')}`)
    }
    const quote = target.provider.quote(request)
    if (!(await agreed(target, quote, flags.yes === true))) {
      console.log('Nothing was sent and nothing was spent.')
      return
    }
    const idempotencyKey = crypto.randomUUID()
    try {
      // Before anything is bought: a folder that cannot be written to is found out now.
      await keepOrder(flags.out, idempotencyKey, request, quote)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      throw new UsageError(`--out: cannot write to ${flags.out} (${code}). Nothing was sent.`)
    }
    await render(target, request, quote, { idempotencyKey, folder: flags.out, deadline })
    if (!target.live) console.log(howToGoLive(flags.provider))
  },
})

interface Order {
  readonly idempotencyKey: string
  readonly folder: string
  /** Seconds. */
  readonly deadline: number | undefined
}

async function render(target: Target, request: RenderRequest, quote: Quote, order: Order): Promise<void> {
  const { idempotencyKey, folder, deadline } = order
  const { id } = target.provider
  const place = target.live ? id : `an emulated ${id} (no key, no network, no money)`
  const progress = showProgress(
    `Rendering on ${place}`,
    process.stdout.isTTY === true,
    target.live ? '' : ' (emulated)',
  )
  const interrupt = onInterrupt()
  const { provider, close } = withJournal(target, folder)
  try {
    const task = await generate(provider, request, {
      idempotencyKey,
      abortSignal: interrupt.signal,
      ...(deadline === undefined ? {} : { deadlineMs: deadline * 1_000 }),
      onEvent: progress.onEvent,
    })
    progress.note('saving the clip')
    const { saved, sidecar = '' } = await keep(task, target, folder)
    await close(task)
    progress.end('done')
    for (const warning of task.warnings) console.log(`  note: ${warning.field}: ${warning.message}`)
    console.log(
      table([
        ['file', relative(process.cwd(), saved.file)],
        ['provider', `${task.handle.provider}${target.live ? '' : ' (emulated)'}`],
        ['model', `${task.handle.model} ${task.handle.mode}: ${why(request)}`],
        ['estimated', formatQuote(quote)],
        ['actual', charged(task)],
        ['task', task.id],
        ['sidecar', relative(process.cwd(), sidecar)],
        ['sha256', saved.sha256],
      ]),
    )
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
  const what = outcome === 'accepted' ? 'The paid task goes on.' : 'Nobody knows yet whether it was bought.'
  console.error(`\n${what} Finish it with: reelay resume --journal ${join(folder, 'journal.jsonl')}`)
}

function howToGoLive(use: string): string {
  const { keysFrom = '', secrets = {} } = adapters[use] ?? {}
  const [first = '', ...others] = Object.values(secrets).flatMap((names) => names.slice(0, 1))
  const pair = others.length > 0 ? ` (or ${others.join(' and ')})` : ''
  return `\nTo run it against the real service: create a key at ${keysFrom}, set ${first}${pair}, and add --live.\nThat spends real money.`
}
