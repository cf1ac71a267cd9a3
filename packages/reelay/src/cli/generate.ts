import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { confirm } from '@clack/prompts'
import { generate, type Quote, type RenderRequest, type TaskHandle } from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { adapters } from '../config/registry.ts'
import { numberFlag, refuseUnknownFlags } from './args.ts'
import { charged, keep, quoted, table } from './finish.ts'
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
  if (!target.live || skip || !process.stdin.isTTY) return true
  return (await confirm({ message: `This will cost ${quoted(quote)}. Go on?` })) === true
}

/** Keeps a paid task's handle on disk while it runs, so that a closed terminal loses nothing. */
async function keepHandle(folder: string, handle: TaskHandle): Promise<string> {
  await mkdir(folder, { recursive: true })
  const file = join(folder, `${handle.provider}-${handle.id}.handle.json`)
  await writeFile(file, `${JSON.stringify(handle, undefined, 2)}\n`)
  return file
}

function why(request: RenderRequest): string {
  if (request.model && request.mode) return 'you asked for both'
  if (request.model) return 'the model you asked for, in its cheapest mode'
  const model = 'the default: current, and sold by all four card providers'
  return request.mode ? `${model}; in the mode you asked for` : `${model}; in its cheapest mode`
}

/** `reelay generate`: one clip, from words or an image to a file. */
export const generateCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'generate', description: 'Render one clip; on the built-in emulator unless --live is given' },
  args,
  async run({ args: flags, rawArgs }) {
    refuseUnknownFlags(rawArgs, args)
    const request = await readRequest(flags)
    const deadline = numberFlag('deadline', flags.deadline)
    const where = { use: flags.provider, baseURL: flags['base-url'] }
    const target = await (flags.live ? liveTarget(where) : emulatedTarget(where))
    const quote = target.provider.quote(request)
    if (!(await agreed(target, quote, flags.yes === true))) {
      console.log('Nothing was sent and nothing was spent.')
      return
    }
    const place = target.live
      ? target.provider.id
      : `an emulated ${target.provider.id} (no key, no network, no money)`
    const progress = showProgress(`Rendering on ${place}`, process.stdout.isTTY === true)
    const interrupt = onInterrupt()
    let handleFile: string | undefined
    try {
      const task = await generate(target.provider, request, {
        abortSignal: interrupt.signal,
        ...(deadline === undefined ? {} : { deadlineMs: deadline * 1_000 }),
        onEvent: progress.onEvent,
        // The first moment the task has a name: from here on it can be found again, whatever happens to us.
        async record(entry) {
          if (target.live && entry.type === 'verdict' && entry.handle) {
            handleFile = await keepHandle(flags.out, entry.handle)
          }
        },
      })
      progress.note('saving the clip')
      const { saved, sidecar } = await keep(task, target, flags.out, { request, quote })
      if (handleFile) await rm(handleFile, { force: true })
      progress.end('done')
      for (const warning of task.warnings) console.log(`  note: ${warning.field}: ${warning.message}`)
      console.log(
        table([
          ['file', relative(process.cwd(), saved.file)],
          ['provider', `${task.handle.provider}${target.live ? '' : ' (emulated)'}`],
          ['model', `${task.handle.model} ${task.handle.mode}: ${why(request)}`],
          ['estimated', quoted(quote)],
          ['actual', charged(task)],
          ['task', task.id],
          ['sidecar', relative(process.cwd(), sidecar ?? '')],
          ['sha256', saved.sha256],
        ]),
      )
      if (!target.live) console.log(howToGoLive(flags.provider))
    } catch (error) {
      progress.fail('not finished')
      if (handleFile) console.error(`\nThe task goes on. Finish it with: reelay wait ${handleFile}`)
      throw error
    } finally {
      interrupt.release()
    }
  },
})

function howToGoLive(use: string): string {
  const { keysFrom = '', secrets = {} } = adapters[use] ?? {}
  const [first = '', ...others] = Object.values(secrets).flatMap((names) => names.slice(0, 1))
  const pair = others.length > 0 ? ` (or ${others.join(' and ')})` : ''
  return `\nTo run it against the real service: create a key at ${keysFrom}, set ${first}${pair}, and add --live.\nThat spends real money.`
}
