import {
  decidingPurchase,
  journaled,
  type Known,
  type Purchase,
  printable,
  ReelayError,
  type RenderRequest,
  type TaskHandle,
} from '@reelay/core'
import { readableOrder } from '@reelay/core/adapter'
import { createProvider } from '../config/create-provider.ts'
import { complete } from './complete.ts'
import type { Configured, Picked } from './config.ts'
import { keptBefore } from './finish.ts'
import { onInterrupt } from './interrupt.ts'
import { type JournalFile, journalIn, withJournalIfAny } from './journal/open.ts'
import { localTime } from './journal/words.ts'
import { showKept, showResult } from './result.ts'
import { atStake } from './stake.ts'
import { ownerTarget } from './target.ts'
import { say } from './terminal.ts'

/** An order that may have been given before. */
export interface Asked {
  readonly key: string
  /** As it was typed, before any default. */
  readonly request: RenderRequest
  readonly picked: Picked
  readonly config: Configured
  readonly baseURL: string | undefined
  /** Where clip and journal lie. */
  readonly folder: string
  readonly deadlineMs: number | undefined
  readonly json: boolean
  /** The command that goes on with it. */
  readonly next: string
}

type First = Exclude<Known, { readonly state: 'again' }>

/** What the journal knows; it takes neither credentials nor anything else of a configuration. */
async function knownIn(journal: JournalFile, { picked, request, key }: Asked): Promise<First | undefined> {
  const provider = journaled(await createProvider(picked.entry.use), journal)
  const known = await provider.known?.(request, { idempotencyKey: key })
  return known?.state === 'again' ? undefined : known
}

/** Brings home what was bought before: off the disk, else from whoever made it. */
async function bring(journal: JournalFile, asked: Asked, handle: TaskHandle, lost?: string): Promise<void> {
  const { config, baseURL, folder, deadlineMs, json, next } = asked
  const kept = await keptBefore(handle, folder)
  if (kept) return showKept(kept, json)
  if (lost !== undefined) {
    const { provider, account } = handle
    const message = `The clip of task ${handle.id} is lost. ${lost} Nothing was sent; another key buys it anew.`
    throw new ReelayError('ERR_DOWNLOAD', message, { provider, account, outcome: 'accepted', handle })
  }
  atStake({ paid: true, handle, next })
  const target = await ownerTarget(config, handle, baseURL)
  const interrupt = onInterrupt(json)
  try {
    const { signal: abortSignal } = interrupt
    const { task, kept } = await complete(handle, { target, journal, folder, abortSignal, deadlineMs })
    showResult(task, kept, json)
  } finally {
    interrupt.release()
  }
}

/** Finds out what came of a purchase without a verdict; its task, if there is one. */
async function settled(
  journal: JournalFile,
  asked: Asked,
  purchase: Purchase,
): Promise<TaskHandle | undefined> {
  const { config, baseURL, request, key, json, next } = asked
  const { submission } = purchase
  say(`The order "${key}" was sent before, and has no verdict yet: looking for its task.`)
  atStake({ paid: true, submission, next })
  // Ownership is a matter of provider, account and host, which a submission has as well.
  const target = await ownerTarget(config, submission as TaskHandle & typeof submission, baseURL)
  const interrupt = onInterrupt(json)
  try {
    const call = { idempotencyKey: key, abortSignal: interrupt.signal }
    const known = await journaled(target.provider, journal).known?.(request, call)
    if (!known || known.state === 'again') return undefined
    return (await known.answer())?.handle
  } finally {
    interrupt.release()
  }
}

async function answerFrom(journal: JournalFile, asked: Asked): Promise<boolean> {
  const known = await knownIn(journal, asked)
  if (!known) return false
  const { key } = asked
  const purchase = decidingPurchase(readableOrder(await journal.order(key))?.purchases ?? [])
  const isOther = known.state === 'conflict'
  const handle =
    purchase?.state === 'unknown' && !isOther ? await settled(journal, asked, purchase) : purchase?.handle
  if (isOther || (purchase?.state === 'bought' && !handle)) {
    await known.answer()
    return true
  }
  if (!purchase || !handle) {
    atStake({ paid: false, submission: undefined })
    return false
  }
  const { submittedAt, id, provider } = handle
  say(
    printable(
      `The order "${key}" was bought on ${localTime(submittedAt)}, as task ${id} at ${provider}. Nothing is bought now.`,
    ),
  )
  const { stored } = purchase
  await bring(journal, asked, handle, stored.state === 'lost' ? stored.reason : undefined)
  return true
}

/**
 * Answers a key that the journal knows, before anything is checked, priced, asked or bought: the clip that was saved, else
 * the task that was bought.
 *
 * @returns `false` when nothing was bought under it.
 * @throws ReelayError when it names another request, when nobody knows whether it was bought, or when its clip is lost.
 */
export const answerKnown = (asked: Asked): Promise<boolean> =>
  withJournalIfAny(journalIn(asked.folder), async (journal) => (journal ? answerFrom(journal, asked) : false))
