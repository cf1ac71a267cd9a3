import { dirname } from 'node:path'
import { ReelayError, type TaskHandle, type TerminalTask, usualMs, wait } from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { flagsText, quoted } from './again.ts'
import { numberFlag, refuseMistakes } from './args.ts'
import { openConfig } from './config.ts'
import { keep, orderIn } from './finish.ts'
import { readHandle } from './handle-file.ts'
import { onInterrupt } from './interrupt.ts'
import { type Shown, showProgress } from './progress.ts'
import { showResult } from './result.ts'
import { commonArgs, longestDeadline } from './shared-args.ts'
import { atStake } from './stake.ts'
import { ownerTarget, type Target } from './target.ts'

const ownArgs = {
  handle: {
    type: 'positional',
    required: true,
    description: 'A handle, a sidecar, or one line of a run log: a file, or - for stdin',
  },
  out: {
    type: 'string',
    default: 'renders',
    description: 'Folder for the clip, its sidecar and the run log',
    valueHint: 'folder',
  },
} as const
const args: typeof ownArgs & typeof commonArgs = { ...ownArgs, ...commonArgs }

/** The error of a task that brought no clip, as `generate` throws it. */
export function endedWithout(task: Exclude<TerminalTask, { status: 'succeeded' }>): ReelayError {
  const { handle, id } = task
  const message = task.status === 'failed' ? task.failure.message : `Task ${id} was ${task.status}.`
  const { provider, account } = handle
  const details = { provider, account, outcome: 'accepted', handle } as const
  return Object.assign(new ReelayError('ERR_TASK_FAILED', message, details), { task })
}

/** The row of a task's catalogue says how long such tasks take. */
export function usualOf({ provider }: Target, handle: TaskHandle): Shown['usual'] {
  const offer = provider.catalog.offers.find(
    ({ kind, model, mode }) => kind === handle.kind && model === handle.model && mode === handle.mode,
  )
  return offer && usualMs(offer.timing)
}

/** `reelay wait`: goes on with a task that was paid for earlier. */
export const waitCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'wait', description: 'Wait for a task that was paid for earlier, and save its clip' },
  args,
  async run({ args: flags, rawArgs }) {
    refuseMistakes(rawArgs, args, 1)
    const json = flags.json === true
    const deadline = numberFlag('deadline', flags.deadline, 0.001, longestDeadline)
    const config = await openConfig(flags.config)
    const { handle, order } = await readHandle(flags.handle)
    const out = flags.out === args.out.default ? undefined : flags.out
    const where = flagsText({ config: flags.config, 'base-url': flags['base-url'], out })
    const next = `reelay wait ${flags.handle === '-' ? '-   (with the handle above)' : quoted(flags.handle)}${where}`
    atStake({ paid: true, handle, next })
    const target = await ownerTarget(config, handle, flags['base-url'])
    const progress = showProgress({
      title: `Waiting for task ${handle.id} on ${handle.provider}`,
      clock: target.provider.clock,
      since: handle.submittedAt,
      usual: usualOf(target, handle),
    })
    const interrupt = onInterrupt(json)
    try {
      const task = await wait(target.provider, handle, {
        abortSignal: interrupt.signal,
        ...(deadline === undefined ? {} : { deadlineMs: deadline * 1_000 }),
        onEvent: progress.onEvent,
      })
      if (task.status !== 'succeeded') throw endedWithout(task)
      progress.note('saving the clip')
      const beside = flags.handle === '-' ? flags.out : dirname(flags.handle)
      const kept = await keep(task, target, flags.out, {
        abortSignal: interrupt.signal,
        // The program that bought it may have left its order beside the handle.
        order: order ?? (await orderIn(beside, handle.idempotencyKey)),
        untouched: flags.handle === '-' ? undefined : flags.handle,
      })
      progress.end('done')
      showResult(task, kept, json, [['model', `${handle.model} ${handle.mode}`]])
    } catch (error) {
      progress.fail('not finished')
      throw error
    } finally {
      interrupt.release()
    }
  },
})
