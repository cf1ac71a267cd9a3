import type { Clock } from '../model/clock.ts'
import { isolatesRequests } from '../provider/runtime.ts'
import type { TaskEvent } from '../webhook/event.ts'
import { type CallbackResult, settleCallback } from './accept-callback.ts'
import { type Journal, purchaseId } from './journal.ts'
import { purchasesOf } from './journaled-purchases.ts'

interface Waiting {
  readonly event: TaskEvent
  readonly resolve: (result: CallbackResult) => void
  readonly reject: (error: unknown) => void
}

/**
 * Settles callbacks one after the other, as many by one reading of the journal as have come meanwhile: it may be long,
 * and they come in crowds. Two about one purchase, or one task, never share a reading, so that the second sees what the
 * first wrote.
 */
export function callbackQueue(journal: Journal, clock: Clock): (event: TaskEvent) => Promise<CallbackResult> {
  let waiting: Waiting[] = []
  let running = false

  async function settleBatch(batch: readonly Waiting[]): Promise<void> {
    const purchases = await purchasesOf(journal)
    const touched = new Set<string>()
    for (const one of batch) {
      const { submission, provider, account, taskId } = one.event
      const names = [
        JSON.stringify([provider, account, taskId]),
        ...(submission ? [purchaseId(submission)] : []),
      ]
      if (names.some((name) => touched.has(name))) {
        waiting.push(one)
        continue
      }
      for (const name of names) touched.add(name)
      await settleCallback(journal, purchases, one.event, clock.now()).then(one.resolve, one.reject)
    }
  }

  async function run(): Promise<void> {
    running = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      await settleBatch(batch).catch((error: unknown) => {
        for (const { reject } of batch) reject(error)
      })
    }
    running = false
  }

  return (event) =>
    new Promise((resolve, reject) => {
      const one = { event, resolve, reject }
      // There, none may wait for what another request began.
      if (isolatesRequests()) return void settleBatch([one]).catch(reject)
      waiting.push(one)
      if (!running) void run()
    })
}
