import { dirname } from 'node:path'
import { openPurchases, printable, ReelayError, type ResumeItem, resume, type TaskHandle } from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { flagsText, quoted } from './again.ts'
import { numberFlag, refuseMistakes } from './args.ts'
import { complete } from './complete.ts'
import { type Configured, openConfig } from './config.ts'
import { describeFailure, errorDocument, UsageError } from './failure.ts'
import { Interrupted, onInterrupt } from './interrupt.ts'
import { type JournalFile, journalArg, withNamedJournal } from './journal/open.ts'
import { showResult } from './result.ts'
import { named, settleOne } from './settle.ts'
import { commonArgs, longestDeadline } from './shared-args.ts'
import { atStake } from './stake.ts'
import { paragraph } from './table.ts'
import { ownerTarget, type Target } from './target.ts'
import { answer, answerJson, say, widthOf } from './terminal.ts'

const ownArgs = {
  journal: journalArg as typeof journalArg,
  settle: {
    type: 'string',
    description: 'Close a purchase without a verdict, named by its key or id, by hand',
    valueHint: 'key',
  },
  as: { type: 'string', description: 'With --settle: created or not-created', valueHint: 'verdict' },
  task: {
    type: 'string',
    description: 'With --settle and --as created: the id of its task at the provider',
    valueHint: 'id',
  },
  json: { type: 'boolean', description: 'Print one line of JSON per purchase, as each comes to its end' },
} as const
const args: Omit<typeof commonArgs, 'json'> & typeof ownArgs = { ...commonArgs, ...ownArgs }

/** Whoever may have made the open purchases, and why others cannot be asked. */
async function targetsOf(
  journal: JournalFile,
  config: Configured,
  baseURL: string | undefined,
): Promise<{ readonly targets: readonly Target[]; readonly troubles: readonly unknown[] }> {
  const open = await openPurchases(journal)
  const providers = new Set(open.map(({ submission }) => submission.provider))
  if (baseURL !== undefined && providers.size > 1) {
    const list = [...providers].join(', ')
    throw new UsageError(`--base-url is one provider’s, and the journal has purchases at ${list}.`)
  }
  const targets: Target[] = []
  const troubles: unknown[] = []
  for (const { handle, submission } of open) {
    // Ownership is a matter of provider, account and host, which a submission has as well.
    const of = handle ?? (submission as TaskHandle & typeof submission)
    if (targets.some(({ provider }) => provider.owns(of))) continue
    try {
      targets.push(await ownerTarget(config, of, baseURL))
    } catch (error) {
      // One account that nobody can ask must not keep the others waiting.
      troubles.push(error)
    }
  }
  if (targets.length === 0 && troubles.length > 0) throw troubles[0]
  return { targets, troubles }
}

type TaskItem = ResumeItem & { readonly state: 'task' }

interface Run {
  readonly journal: JournalFile
  readonly abortSignal: AbortSignal
  readonly deadlineMs: number | undefined
  readonly json: boolean
  readonly where: string
}

/** Waits for one task and saves its clip. */
async function finish({ handle }: TaskItem, target: Target, run: Run): Promise<void> {
  const { journal, json, where } = run
  atStake({ paid: true, handle, next: `reelay resume --journal ${quoted(journal.path)}${where}` })
  const { task, kept } = await complete(handle, { ...run, target, folder: dirname(journal.path) })
  showResult(task, kept, json)
}

/** An order that nobody here can read. */
function tellUnreadable(
  { order, advice }: ResumeItem & { readonly state: 'unreadable' },
  json: boolean,
): void {
  const { key, why } = order
  if (json) answerJson({ state: 'unreadable', key, why, advice })
  else answer(paragraph(printable(advice), widthOf(process.stdout), 2))
}

function tell(item: Exclude<ResumeItem, TaskItem>, json: boolean): void {
  if (item.state === 'unreadable') {
    tellUnreadable(item, json)
    return
  }
  const { state, advice, purchase } = item
  const { id, submission } = purchase
  const error = item.state === 'unknown' ? item.error : undefined
  if (json) {
    answerJson({ state, purchase: id, submission, advice, ...(error && errorDocument(error)) })
    return
  }
  const width = widthOf(process.stdout)
  const what = purchase.state === 'unknown' ? 'No verdict' : 'Not finished'
  answer(paragraph(`${what}: ${printable(named(purchase))}`, width, 2))
  answer(paragraph(`  ${printable(advice)}`, width))
  if (state === 'foreign') return
  if (error) answer(paragraph(`  ${error.code}: ${printable(error.message)}`, width))
  const name = quoted(submission.idempotencyKey)
  answer(`  reelay resume --settle ${name} --as not-created   (or --as created --task ID)`)
}

/** Whether everything open could be brought to its end. */
async function goOn(config: Configured, baseURL: string | undefined, run: Run): Promise<boolean> {
  const { journal, json } = run
  const { targets, troubles } = await targetsOf(journal, config, baseURL)
  for (const trouble of troubles) say(describeFailure(trouble, true, widthOf(process.stderr)))
  const providers = targets.map(({ provider }) => provider)
  let [seen, done] = [0, 0]
  for await (const item of resume(journal, providers, { abortSignal: run.abortSignal })) {
    seen += 1
    if (item.state !== 'task') {
      tell(item, json)
      continue
    }
    try {
      const target = targets.find(({ provider }) => provider === item.provider)
      if (!target) continue
      await finish(item, target, run)
      done += 1
    } catch (error) {
      // One task that cannot be read or saved must not keep the others waiting; it stays open.
      if (error instanceof Interrupted || (ReelayError.isInstance(error) && error.code === 'ERR_ABORTED'))
        throw error
      if (json) answerJson(errorDocument(error))
      say(describeFailure(error, true, widthOf(process.stderr)))
    }
  }
  if (seen === 0 && !json) answer(`Nothing is open in ${journal.path}.`)
  return done === seen
}

/** `reelay resume`: brings every open purchase of a journal to its end. */
export const resumeCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'resume', description: 'Finish every purchase of a journal that was interrupted' },
  args,
  async run({ args: flags, rawArgs }) {
    refuseMistakes(rawArgs, args, 0)
    if (flags.settle === undefined && (flags.as ?? flags.task) !== undefined) {
      throw new UsageError('--as and --task go with --settle.')
    }
    const json = flags.json === true
    const deadline = numberFlag('deadline', flags.deadline, 0.001, longestDeadline)
    await withNamedJournal(flags.journal, async (journal) => {
      if (flags.settle !== undefined) {
        return settleOne(journal, flags.settle, flags.as ?? '', flags.task, json)
      }
      const config = await openConfig(flags.config)
      const interrupt = onInterrupt(json)
      const deadlineMs = deadline === undefined ? undefined : deadline * 1_000
      const where = flagsText({ config: flags.config, 'base-url': flags['base-url'] })
      const run = { journal, abortSignal: interrupt.signal, deadlineMs, json, where }
      try {
        if (!(await goOn(config, flags['base-url'], run))) process.exitCode = 1
      } finally {
        interrupt.release()
      }
    })
  },
})
