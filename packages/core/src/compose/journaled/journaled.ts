import { timeOf } from '../model/clock.ts'
import { type TaskHandle, taskKey } from '../model/handle.ts'
import { isTerminal, type TerminalTask, type VideoTask } from '../model/task.ts'
import type { CallOptions, GetManyOptions, VideoProvider } from '../provider/provider.ts'
import { seeing, show } from '../provider/shown.ts'
import { purchasing } from '../provider/submit/purchasing.ts'
import type { Journal, JournalEntry } from './journal.ts'
import { submitOnce } from './journaled-submit.ts'
import { getManySeenFirst } from './seen-first.ts'

/** Options of {@link journaled}. */
export interface JournaledOptions {
  /**
   * Milliseconds for which a paid request without a verdict is taken to be still under way in another process, unless
   * the journal knows that process to be dead; 90,000 when absent: one HTTP attempt and the search after it.
   */
  readonly inFlightMs?: number | undefined
  /**
   * Whether a purchase left without a verdict may be sent again under the same external id, where the provider takes
   * one; `true` when absent.
   */
  readonly resend?: boolean | undefined
}

const defaultInFlightMs = 90_000

/**
 * Writes down every purchase of a provider before it is paid, so that no crash loses one and nobody buys the same twice.
 *
 * The same key and request, submitted again from this or another process, returns the first task, however that ended,
 * and sends nothing. If
 * another process is in the middle of buying it, `submit` waits for what comes of it, up to `inFlightMs`; then it looks
 * for the task itself. A purchase without a verdict is sent again only under the same external id, at providers that
 * take such an id once; anywhere else it stays unknown. A key whose purchase was refused may be used again. Keys hold as
 * long as the journal remembers the purchase.
 *
 * Put it around everything that chooses among providers (around a failover rather than into it): then one key is one
 * purchase, whichever of them it went to. One journal belongs into a stack once.
 *
 * @throws ReelayError from `submit`, beside what the provider throws: `ERR_INVALID_REQUEST`, outcome `none`, when the key
 * names another request; `ERR_SUBMISSION_UNKNOWN` with the first submission when that has no verdict and cannot be found;
 * what the journal rejects with, unchanged, before anything is sent.
 *
 * @example
 * ```ts
 * import { generate, journaled, memoryJournal, type VideoProvider } from '@reelay/core'
 * declare const kling: VideoProvider
 * const provider = journaled(kling, memoryJournal()) // a file, in earnest: see fileJournal
 * await generate(provider, { kind: 'text-to-video', prompt: 'A paper boat' }, { idempotencyKey: 'order-77' })
 * ```
 */
export function journaled(
  provider: VideoProvider,
  journal: Journal,
  options: JournaledOptions = {},
): VideoProvider {
  const { inFlightMs = defaultInFlightMs, resend = true } = options
  const books = { provider, journal, inFlightMs, resend }
  const noted = new Set<string>()

  async function note(task: VideoTask): Promise<void> {
    if (!isTerminal(task)) return
    const name = taskKey(task.handle)
    if (noted.has(name)) return
    noted.add(name)
    // Without this line somebody asks for the task once more, which is free; the task itself must not be lost for it.
    try {
      await journal.append(endOf(task, timeOf(provider.clock)))
    } catch {
      noted.delete(name)
    }
  }

  const written: VideoProvider = Object.freeze({
    ...provider,
    submit: purchasing(provider, async (request, call) => {
      const task = await submitOnce(books, request, call)
      await note(task)
      return task
    }),
    async get(handle: TaskHandle, call?: CallOptions) {
      const task = await provider.get(handle, call)
      await note(task)
      return task
    },
    ...(provider.getMany && {
      getMany: (handles: readonly TaskHandle[], call?: GetManyOptions) =>
        getManySeenFirst(provider, handles, call, async (tasks) => {
          for (const task of tasks) await note(task)
        }),
    }),
  })
  return seeing(written, async (task) => {
    await show(provider, task)
    await note(task)
  })
}
