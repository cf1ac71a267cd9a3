import { join } from 'node:path'
import { isTerminal, type TaskEvent, type WebhooksOptions, webhooks } from '@reelay/core'
import { type SavedFile, save } from '@reelay/core/node'
import type { Handler } from './listen.ts'
import type { Purchase } from './purchases.ts'

/** What the inbox is about, and who hears of what comes in. */
export interface InboxOptions extends Omit<WebhooksOptions, 'onEvent' | 'onError'> {
  readonly purchases: readonly Purchase[]
  /** Where the clips go. */
  readonly folder: string
  /** For an emulator's clips; those of the real services lie on public hosts. */
  readonly allowLoopback?: boolean
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
export function openInbox(options: InboxOptions): Inbox {
  const { purchases, folder, allowLoopback, onEvent, onSaved, onRefused, ...shared } = options
  const saved = new Map<string, SavedFile>()
  const ended = new Set<string>()
  const { promise: allEnded, resolve } = Promise.withResolvers<void>()

  const handler = webhooks({
    ...shared,
    async onEvent(event) {
      const { handle, task, verified } = event
      // Its name comes with the address, which nobody has signed: it must be one of ours before it names a file.
      const purchase = purchases.find(
        ({ id, provider }) => handle && id === handle.idempotencyKey && provider.owns(handle),
      )
      if (!purchase || !verified) return
      await onEvent(event, purchase)
      if (!task || !isTerminal(task)) return
      const { id, provider } = purchase
      if (task.status === 'succeeded') {
        const path = join(folder, `${id}.mp4`)
        const file = await save(task.outputs[0], path, { handle: task.handle, provider, allowLoopback })
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
