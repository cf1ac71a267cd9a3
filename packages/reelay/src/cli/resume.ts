import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  endOf,
  openPurchases,
  type Purchase,
  ReelayError,
  type ResumeItem,
  resume,
  settle,
  wait,
} from '@reelay/core'
import { type FileJournal, fileJournal } from '@reelay/core/node'
import { type CommandDef, defineCommand } from 'citty'
import { adapters } from '../config/registry.ts'
import { refuseUnknownFlags } from './args.ts'
import { describeFailure, UsageError } from './failure.ts'
import { charged, keep, table } from './finish.ts'
import { onInterrupt } from './interrupt.ts'
import { showProgress } from './progress.ts'
import { liveTarget, type Target } from './target.ts'

const args = {
  journal: { type: 'string', default: 'renders/journal.jsonl', description: 'File with the purchases' },
  settle: {
    type: 'string',
    description: 'Close a purchase without a verdict, named by its key or id, by hand',
  },
  as: { type: 'string', description: 'With --settle: created or not-created' },
  task: { type: 'string', description: 'With --settle and --as created: the id of its task at the provider' },
  'base-url': { type: 'string', description: 'Where the provider is, such as an emulator on a port' },
} as const

async function openJournal(path: string): Promise<FileJournal> {
  await access(path).catch(() => {
    throw new UsageError(`There is no journal ${path}. Name one with --journal.`)
  })
  return fileJournal(path)
}

const named = ({ submission, id }: Purchase): string =>
  `"${submission.idempotencyKey}" at ${submission.provider} (account ${submission.account}), purchase ${id}`

/** The one purchase that a person means. */
async function meant(journal: FileJournal, name: string): Promise<Purchase> {
  const unknown = (await openPurchases(journal)).filter(({ state }) => state === 'unknown')
  const found = unknown.filter(({ id, submission }) => id === name || submission.idempotencyKey === name)
  const [first, second] = found
  if (first && !second) return first
  const some = (found.length > 0 ? found : unknown).map((purchase) => `\n  ${named(purchase)}`).join('')
  if (second) throw new UsageError(`Several purchases are called "${name}". Name one by its id:${some}`)
  throw new UsageError(
    some === '' ? 'No purchase lacks a verdict.' : `No purchase "${name}" lacks a verdict. These do:${some}`,
  )
}

async function settleOne(journal: FileJournal, name: string, as: string, taskId?: string): Promise<void> {
  if (as !== 'created' && as !== 'not-created') {
    throw new UsageError('Say what became of it: --as created, or --as not-created.')
  }
  if (taskId !== undefined && as === 'not-created')
    throw new UsageError('--task goes with --as created only.')
  const purchase = await meant(journal, name)
  await settle(journal, purchase.id, as, { taskId })
  const next =
    as === 'not-created'
      ? 'Its key may be used again, and will then be paid for.'
      : taskId === undefined
        ? 'Its key stays taken.'
        : 'Run reelay resume to wait for its task.'
  console.log(`Settled ${named(purchase)} as ${as}. ${next}`)
}

/** Who may have made the open purchases, by provider and account. */
async function targetsOf(journal: FileJournal, baseURL: string | undefined): Promise<readonly Target[]> {
  const owners = new Map<string, { readonly use: string; readonly account: string }>()
  for (const { submission } of await openPurchases(journal)) {
    const { provider: use, account } = submission
    if (Object.hasOwn(adapters, use)) owners.set(JSON.stringify([use, account]), { use, account })
  }
  const providers = new Set([...owners.values()].map(({ use }) => use))
  if (baseURL !== undefined && providers.size > 1) {
    const list = [...providers].join(', ')
    throw new UsageError(`--base-url is one provider’s, and the journal has purchases at ${list}.`)
  }
  return Promise.all([...owners.values()].map((owner) => liveTarget({ ...owner, baseURL })))
}

type TaskItem = ResumeItem & { readonly state: 'task' }

/** Waits for one task and saves its clip. Whether there is one. */
async function finish(
  item: TaskItem,
  target: Target,
  journal: FileJournal,
  abortSignal: AbortSignal,
): Promise<boolean> {
  const { handle, provider } = item
  const title = `Waiting for task ${handle.id} on ${handle.provider}`
  const progress = showProgress(title, process.stdout.isTTY === true)
  try {
    const task = await wait(provider, handle, { abortSignal, onEvent: progress.onEvent })
    if (task.status !== 'succeeded') {
      await journal.append(endOf(task, Date.now()))
      progress.fail(task.status === 'failed' ? task.failure.message : task.status)
      return false
    }
    const { saved } = await keep(task, target, dirname(journal.path))
    // Only now: until the clip is on disk, somebody still has to fetch it.
    await journal.append(endOf(task, Date.now()))
    progress.end('done')
    console.log(
      table([
        ['file', saved.file],
        ['actual', charged(task)],
        ['task', task.id],
      ]),
    )
    return true
  } catch (error) {
    progress.fail('not finished')
    throw error
  }
}

function tell(item: ResumeItem & { readonly state: 'unknown' | 'foreign' }): void {
  console.log(`No verdict: ${named(item.purchase)}`)
  console.log(`  ${item.advice}`)
  if (item.state === 'foreign') return
  if (item.error) console.log(`  ${item.error.code}: ${item.error.message}`)
  const name = item.purchase.submission.idempotencyKey
  console.log(`  reelay resume --settle '${name}' --as not-created   (or --as created --task ID)`)
}

/** Whether everything open could be brought to its end. */
async function goOn(
  journal: FileJournal,
  baseURL: string | undefined,
  signal: AbortSignal,
): Promise<boolean> {
  const targets = await targetsOf(journal, baseURL)
  const providers = targets.map(({ provider }) => provider)
  let [seen, done] = [0, 0]
  for await (const item of resume(journal, providers, { abortSignal: signal })) {
    seen += 1
    if (item.state !== 'task') {
      tell(item)
      continue
    }
    try {
      const target = targets.find(({ provider }) => provider === item.provider)
      if (target && (await finish(item, target, journal, signal))) done += 1
    } catch (error) {
      // One task that cannot be read or saved must not keep the others waiting; it stays open.
      if (!ReelayError.isInstance(error) || error.code === 'ERR_ABORTED') throw error
      console.error(describeFailure(error))
    }
  }
  if (seen === 0) console.log(`Nothing is open in ${journal.path}.`)
  return done === seen
}

/** `reelay resume`: brings every open purchase of a journal to its end. */
export const resumeCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'resume', description: 'Finish every purchase of a journal that was interrupted' },
  args,
  async run({ args: flags, rawArgs }) {
    refuseUnknownFlags(rawArgs, args)
    if (flags.settle === undefined && (flags.as ?? flags.task) !== undefined) {
      throw new UsageError('--as and --task go with --settle.')
    }
    const journal = await openJournal(flags.journal)
    if (flags.settle !== undefined) {
      return settleOne(journal, flags.settle, flags.as ?? '', flags.task)
    }
    const interrupt = onInterrupt()
    try {
      if (!(await goOn(journal, flags['base-url'], interrupt.signal))) process.exitCode = 1
    } finally {
      interrupt.release()
    }
  },
})
