import {
  formatQuote,
  generate,
  journaled,
  offerFor,
  type Quote,
  type RecordEntry,
  ReelayError,
  type RenderEvent,
  type RenderRequest,
  type StoreContext,
  type StoredFile,
  type SucceededTask,
  usualMs,
} from '@reelay/core'
import { quoted } from './again.ts'
import { charged, dropOrder, type Kept, keep } from './finish.ts'
import { onInterrupt } from './interrupt.ts'
import type { JournalFile } from './journal/open.ts'
import { type Progress, showProgress } from './progress.ts'
import { savingLine } from './result.ts'
import { atStake } from './stake.ts'
import type { Target } from './target.ts'
import { say } from './terminal.ts'

/** How a request is to be rendered. */
export interface Order {
  readonly idempotencyKey: string
  readonly folder: string
  /** Where the purchase is written down before it is paid; nowhere on the emulator. */
  readonly journal: JournalFile | undefined
  /** Seconds. */
  readonly deadline: number | undefined
  readonly json: boolean
  /** The flags that say where and with whom, for the command to go on with. */
  readonly where: string
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

/** What was paid for before the create, with what it cost, in words. */
function notePaidSteps(): { record(entry: RecordEntry): Promise<void>; readonly said: readonly string[] } {
  const quotes = new Map<string, Quote>()
  const said: string[] = []
  return {
    said,
    async record(entry) {
      const { step = '', attempt } = entry.submission
      if (step === '') return
      if (entry.type === 'intent') quotes.set(attempt, entry.quote)
      else if (entry.outcome === 'accepted') {
        const quote = quotes.get(attempt)
        const price = entry.cost ? charged(entry) : quote ? formatQuote(quote) : 'price unknown'
        said.push(`${step} ${price}`)
      }
    },
  }
}

/**
 * Buys a clip, waits for it and saves it; says what is going on, and how to go on when it cannot be finished here.
 *
 * @param request As it was typed: what a configuration fills in is the target's.
 * @returns with `before`: the steps that this run paid for before the create, in words.
 */
export async function render(
  target: Target,
  request: RenderRequest,
  order: Order,
): Promise<{ readonly task: SucceededTask; readonly kept: Kept; readonly before: readonly string[] }> {
  const { idempotencyKey, folder, journal, deadline, where } = order
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
  const provider = journal ? journaled(target.provider, journal) : target.provider
  const watched = follow(progress, target.live)
  const steps = notePaidSteps()
  if (journal) atStake({ paid: true, next: `reelay resume --journal ${quoted(journal.path)}${where}` })
  let kept: Kept | undefined
  async function store(task: SucceededTask, context: StoreContext): Promise<StoredFile> {
    progress.note(savingLine(task))
    const { abortSignal } = context
    kept = await keep(task, { ...target, provider }, folder, { abortSignal, renderMs: watched.renderMs() })
    return kept.saved
  }
  try {
    const task = await generate(provider, request, {
      idempotencyKey,
      abortSignal: interrupt.signal,
      ...(deadline === undefined ? {} : { deadlineMs: deadline * 1_000 }),
      onEvent: watched.onEvent,
      record: steps.record,
      store,
    })
    if (!kept) throw new TypeError('generate did not store the clip.')
    progress.end('done')
    return { task, kept, before: steps.said }
  } catch (error) {
    progress.fail('not finished')
    await leave(error, target, order)
    throw error
  } finally {
    interrupt.release()
  }
}

/** Tidies up after a purchase that brought no clip, or says how to go on with it. */
async function leave(error: unknown, target: Target, { folder, idempotencyKey }: Order): Promise<void> {
  const outcome = ReelayError.isInstance(error) ? error.outcome : 'unknown'
  const ended = ReelayError.isInstance(error) && error.code === 'ERR_TASK_FAILED'
  if (ended || outcome === 'none' || outcome === 'rejected' || !target.live)
    return dropOrder(folder, idempotencyKey)
  say(outcome === 'accepted' ? '\nThe paid task goes on.' : '\nNobody knows yet whether it was bought.')
}
