import { dirname } from 'node:path'
import { type CommandDef, defineCommand } from 'citty'
import { flagsText, quoted } from './again.ts'
import { numberFlag, refuseMistakes } from './args.ts'
import { complete } from './complete.ts'
import { openConfig } from './config.ts'
import { orderIn } from './finish.ts'
import { readHandle } from './handle-file.ts'
import { onInterrupt } from './interrupt.ts'
import { journalIn, withJournalIfAny } from './journal/open.ts'
import { showResult } from './result.ts'
import { commonArgs, longestDeadline } from './shared-args.ts'
import { atStake } from './stake.ts'
import { ownerTarget } from './target.ts'

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
    const interrupt = onInterrupt(json)
    const beside = flags.handle === '-' ? flags.out : dirname(flags.handle)
    try {
      const { task, kept } = await withJournalIfAny(journalIn(flags.out), async (journal) =>
        complete(handle, {
          target,
          journal,
          folder: flags.out,
          abortSignal: interrupt.signal,
          deadlineMs: deadline === undefined ? undefined : deadline * 1_000,
          // The program that bought it may have left its order beside the handle.
          order: order ?? (await orderIn(beside, handle.idempotencyKey)),
          untouched: flags.handle === '-' ? undefined : flags.handle,
        }),
      )
      showResult(task, kept, json, [['model', `${handle.model} ${handle.mode}`]])
    } finally {
      interrupt.release()
    }
  },
})
