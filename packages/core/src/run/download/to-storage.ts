import { createCollector } from './collect.ts'
import { type Destination, destinationOf } from './names.ts'
import { openSource } from './open-source.ts'
import { type DownloadOptions, failure } from './options.ts'
import { putAll, type Store, storeOf, unready } from './store.ts'

/**
 * What is used of an unstorage `Storage`; anything with this method will do.
 *
 * @example
 * ```ts
 * import { type RawStorageLike, toStorage } from '@reelay/core'
 * const held = new Map<string, Uint8Array>()
 * const memory: RawStorageLike = { setItemRaw: (key, value) => held.set(key, value) }
 * export const store = toStorage(memory, 'boat.mp4')
 * ```
 */
export interface RawStorageLike {
  setItemRaw(key: string, value: Uint8Array): unknown
}

// Such stores take a value in one piece, so it has to fit into memory.
const defaultMaxBytes = 256_000_000

/**
 * Puts every output into an unstorage `Storage` (a KV store, Redis, a bucket, a browser's own). Each is held in memory,
 * checked to its end, and only then given away: up to `maxBytes`, 256 MB when absent.
 *
 * @param key The first output's key, others get a number; one that ends with `:` or `/` is a place where the files are
 * called after provider and task; a function names each. `renders:` when absent.
 * @throws ReelayError `ERR_DOWNLOAD` or `ERR_ABORTED`, outcome `accepted`, with the handle.
 *
 * @example
 * ```ts
 * import { generate, type RawStorageLike, toStorage, type VideoProvider } from '@reelay/core'
 * declare const provider: VideoProvider
 * declare const storage: RawStorageLike // createStorage({ driver }) of unstorage
 * const request = { kind: 'text-to-video', prompt: 'A paper boat in the rain' } as const
 * await generate(provider, request, { store: toStorage(storage, 'boats:boat.mp4') })
 * ```
 */
export function toStorage(
  storage: RawStorageLike,
  key: Destination = 'renders:',
  options: DownloadOptions = {},
): Store {
  const { maxBytes = defaultMaxBytes } = options
  const put: Store = (task, context = {}) =>
    putAll(task, context, { ...options, maxBytes }, async (output, index, all) => {
      const file = await destinationOf(key, task, output, index)
      const collector = createCollector()
      const source = await openSource(output, all, collector.reset)
      const tooLarge = () => failure(all, `The file has more than ${maxBytes} bytes (maxBytes).`)
      const bytes = await collector.readAll(source, maxBytes, tooLarge)
      try {
        await storage.setItemRaw(file, bytes)
      } catch {
        // Not attached: a storage's error may carry its credentials.
        const message = `The clip could not be put into the storage under ${file}. It is still at the provider; store it again.`
        throw failure(all, message)
      }
      return { file, bytes: bytes.length, mediaType: source.mediaType }
    })
  return storeOf(put, options, (context) => {
    if (typeof storage?.setItemRaw === 'function') return
    throw unready('toStorage was given something without setItemRaw, which is no storage.', context)
  })
}
