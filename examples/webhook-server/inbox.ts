import { join } from 'node:path'
import { isTerminal, type Journal, type TaskEvent, webhooks } from '@reelay/core'
import { type SavedFile, save } from '@reelay/core/node'
import type { Handler } from './listen.ts'
import type { Purchase } from './purchases.ts'
import type { Studio } from './studio.ts'

/** What the inbox is about, and who hears of what comes in. */
export interface InboxOptions {
  readonly purchases: readonly Purchase[]
  readonly journal: Journal
  /** Where the clips go. */
  readonly folder: string
  onEvent(event: TaskEvent, purchase: Purchase): void | Promise<void>
  onSaved(purchase: Purchase, file: SavedFile): void
  onRefused(error: unknown): void
}

/** Takes deliveries. */
export interface Inbox {
  readonly handler: Handler
  /** The clips, by purchase. */
  readonly saved: ReadonlyMap<string, SavedFile>
  /** Resolves when every purchase has come to its end. */
  readonly allEnded: Promise<void>
}

/** One handler for the deliveries of all providers, which saves each clip before it answers: 200 says that it is on disk. */
export function openInbox({ emulator, providers, receivers }: Studio, options: InboxOptions): Inbox {
  const { purchases, journal, folder, onEvent, onSaved, onRefused } = options
  const saved = new Map<string, SavedFile>()
  const ended = new Set<string>()
  const { promise: allEnded, resolve } = Promise.withResolvers<void>()

  const handler = webhooks({
    receivers,
    providers,
    journal,
    clock: emulator.clock,
    async onEvent(event) {
      const { task, verified } = event
      // The name comes with the address, which nobody has signed: it must be one of ours before it names a file.
      const purchase = purchases.find(({ id }) => id === event.submission?.idempotencyKey)
      if (!purchase || !verified) return
      await onEvent(event, purchase)
      if (!task || !isTerminal(task)) return
      const { id, provider } = purchase
      if (task.status === 'succeeded') {
        // Without allowLoopback for the real services: their clips lie on public hosts.
        const how = { handle: task.handle, provider, allowLoopback: true } as const
        const file = await save(task.outputs[0], join(folder, `${id}.mp4`), how)
        saved.set(id, file)
        onSaved(purchase, file)
      }
      ended.add(id)
      if (ended.size === purchases.length) resolve()
    },
    onError: onRefused,
  })
  return { handler, saved, allEnded }
}
