import { join } from 'node:path'
import {
  endOf,
  generate,
  journaled,
  offerFor,
  ReelayError,
  type RenderEvent,
  type RenderRequest,
  type SucceededTask,
  type TaskFailedError,
  type TerminalTask,
  usualMs,
  type VideoProvider,
} from '@reelay/core'
import { fileJournal } from '@reelay/core/node'
import { quoted } from './again.ts'
import { dropOrder, type Kept, keep } from './finish.ts'
import { onInterrupt } from './interrupt.ts'
import { type Progress, showProgress } from './progress.ts'
import { atStake } from './stake.ts'
import type { Target } from './target.ts'
import { say } from './terminal.ts'

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

/** How a request is to be rendered. */
export interface Order {
  readonly idempotencyKey: string
  readonly folder: string
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

/** Buys a clip, waits for it and saves it; says what is going on, and how to go on when it cannot be finished here. */
export async function render(
  target: Target,
  request: RenderRequest,
  order: Order,
): Promise<{ readonly task: SucceededTask; readonly kept: Kept }> {
  const { idempotencyKey, folder, deadline, where } = order
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
  const { provider, close } = withJournal(target, folder)
  const watched = follow(progress, target.live)
  const next = `reelay resume --journal ${quoted(join(folder, 'journal.jsonl'))}${where}`
  if (target.live) atStake({ paid: true, next })
  try {
    const task = await generate(provider, request, {
      idempotencyKey,
      abortSignal: interrupt.signal,
      ...(deadline === undefined ? {} : { deadlineMs: deadline * 1_000 }),
      onEvent: watched.onEvent,
    })
    progress.note('saving the clip')
    const kept = await keep(task, target, folder, {
      abortSignal: interrupt.signal,
      renderMs: watched.renderMs(),
    })
    await close(task)
    progress.end('done')
    return { task, kept }
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
  say(outcome === 'accepted' ? '\nThe paid task goes on.' : '\nNobody knows yet whether it was bought.')
}
