import type { Clock } from '../../model/clock.ts'
import type { Output, SucceededTask } from '../../model/task.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import type { DownloadOptions } from './options.ts'

/** A file that is wholly where it was to go. */
export interface StoredFile {
  /** Its path, key, or address without the query. */
  readonly file: string
  readonly bytes: number
  readonly mediaType: string
  /** SHA-256 of the content, hex, where it was computed on the way. */
  readonly sha256?: string
}

/** What `generate` tells a {@link Store} about the render it belongs to. */
export interface StoreContext {
  readonly provider?: VideoProvider | undefined
  readonly abortSignal?: AbortSignal | undefined
  readonly clock?: Clock | undefined
}

/**
 * Puts every output of a finished task somewhere: what `store` of `generate` takes, and what {@link toStorage},
 * {@link toS3} and `toFile` of `@reelay/core/node` make. Answers with one file per output, in their order.
 *
 * @example
 * ```ts
 * import { type Store, type SucceededTask, toStorage } from '@reelay/core'
 * declare const task: SucceededTask
 * const store: Store = toStorage({ setItemRaw: async (key, value) => console.log(key, value) })
 * const [clip] = await store(task)
 * ```
 */
export type Store = (task: SucceededTask, context?: StoreContext) => Promise<readonly StoredFile[]>

/** What a sink is given of one output. */
export type Put = (output: Output, index: number, options: DownloadOptions) => Promise<StoredFile>

/** Puts the outputs one after the other, each with everything an expired URL is replaced with. */
export async function putAll(
  task: SucceededTask,
  context: StoreContext,
  options: DownloadOptions,
  put: Put,
): Promise<readonly StoredFile[]> {
  const { provider, abortSignal } = context
  const clock = context.clock ?? provider?.clock
  const all = { provider, abortSignal, clock, ...options, handle: task.handle }
  const stored: StoredFile[] = []
  for (const [index, output] of task.outputs.entries()) stored.push(await put(output, index, all))
  return stored
}
