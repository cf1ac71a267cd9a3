import { ReelayError } from '../../model/error.ts'
import { ownerText, type Submission, type TaskHandle } from '../../model/handle.ts'
import type { TaskCandidate, VideoTask } from '../../model/task.ts'
import type { CallOptions } from '../../provider/options.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import type { Journal } from '../journal/journal.ts'
import { isOpen, isReadable, ownedBy, type Purchase, type UnreadableOrder } from '../journal/order.ts'
import { whatToDo } from './errors.ts'
import { findLost } from './find-lost.ts'

/**
 * An open purchase, and what there is to do about it.
 *
 * @example
 * ```ts
 * import type { ResumeItem } from '@reelay/core'
 * function todo(item: ResumeItem): string {
 *   switch (item.state) {
 *     case 'task':
 *       return `wait for ${item.handle.id}`
 *     case 'unknown':
 *       return `${item.candidates?.length ?? 0} candidate(s): ${item.advice}`
 *     case 'foreign':
 *     case 'unreadable':
 *       return item.advice
 *   }
 * }
 * ```
 */
export type ResumeItem =
  /** Its task exists: `wait` for it, and store its clip where `purchase.stored` is open; then {@link noteStored}. */
  | {
      readonly state: 'task'
      readonly purchase: Purchase
      readonly handle: TaskHandle
      /** The one of the providers that made it. */
      readonly provider: VideoProvider
      /** As it was just seen, if it had to be looked for. */
      readonly task?: VideoTask
    }
  /** Nobody knows whether there is a task. */
  | {
      readonly state: 'unknown'
      readonly purchase: Purchase
      readonly submission: Submission
      readonly provider: VideoProvider
      /** What to do, for people. */
      readonly advice: string
      /** Tasks that may be its own, without proof. */
      readonly candidates?: readonly TaskCandidate[]
      /** Why it could not be looked for, when asking failed. */
      readonly error?: ReelayError
    }
  /** None of the providers made it. */
  | { readonly state: 'foreign'; readonly purchase: Purchase; readonly advice: string }
  /** An order that this version cannot read, which may have been paid for. */
  | { readonly state: 'unreadable'; readonly order: UnreadableOrder; readonly advice: string }

async function resumeOne(
  journal: Journal,
  provider: VideoProvider,
  purchase: Purchase,
  options: CallOptions,
): Promise<ResumeItem> {
  const { handle, submission } = purchase
  if (handle) return { state: 'task', purchase, handle, provider }
  const unknown = {
    state: 'unknown',
    purchase,
    submission,
    provider,
    advice: whatToDo(submission, provider.find !== undefined),
  } as const
  try {
    const { task, candidates } = await findLost({ provider, journal }, purchase, options)
    if (task) return { state: 'task', purchase, handle: task.handle, provider, task }
    return candidates.length > 0 ? { ...unknown, candidates } : unknown
  } catch (error) {
    // An account that cannot be asked must not keep the others waiting.
    if (!ReelayError.isInstance(error) || error.code === 'ERR_ABORTED') throw error
    return { ...unknown, error }
  }
}

/**
 * Goes through the open purchases of a journal, oldest first, as after a crash: tasks to wait for; submissions without a
 * verdict, which are looked for where the provider can look, and whose task is written down when it is found. Each
 * purchase comes once; nothing is sent that costs money. What another process is buying at this moment comes as `unknown`.
 *
 * A task is written down as ended when it is read through a {@link journaled} provider; give such providers, or call
 * {@link noteEnd}.
 *
 * @param providers Who may have made them, leaves or compositions.
 * @throws ReelayError `ERR_ABORTED` when the signal fires during a look.
 *
 * @example
 * ```ts
 * import { type Journal, resume, type VideoProvider, wait } from '@reelay/core'
 * async function goOn(journal: Journal, kling: VideoProvider): Promise<void> {
 *   for await (const item of resume(journal, [kling])) {
 *     if (item.state === 'task') await wait(item.provider, item.handle)
 *     else console.warn(item.advice)
 *   }
 * }
 * ```
 */
export async function* resume(
  journal: Journal,
  providers: readonly VideoProvider[],
  options: CallOptions = {},
): AsyncGenerator<ResumeItem, void, undefined> {
  for await (const found of journal.open()) {
    if (!isReadable(found)) {
      const advice = `The order "${found.key}" cannot be read. ${found.why} Resume it with the version that wrote it.`
      yield { state: 'unreadable', order: found, advice }
      continue
    }
    for (const purchase of found.purchases.filter(isOpen)) {
      const provider = providers.find((candidate) => ownedBy(candidate, purchase))
      if (provider) {
        yield await resumeOne(journal, provider, purchase, options)
        continue
      }
      const advice = `Bought at ${ownerText(purchase.submission)}, which is not among the providers given. Resume with that one too.`
      yield { state: 'foreign', purchase, advice }
    }
  }
}
