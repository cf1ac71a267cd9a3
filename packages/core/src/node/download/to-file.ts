import type { SucceededTask } from '../../model/task.ts'
import { type Destination, destinationOf } from '../../run/download/names.ts'
import { putAll, type Store, type StoreContext, storeOf } from '../../run/download/store.ts'
import type { SavedFile, SaveOptions } from '../save.ts'
import { lookAt } from './place.ts'
import { putFile } from './put-file.ts'

/** What {@link toFile} makes. */
export type FileStore = (task: SucceededTask, context?: StoreContext) => Promise<readonly SavedFile[]>

/**
 * Saves every output of a task to disk, each as {@link save} does; for `store` of `generate`.
 *
 * @param path The first output's path, others get a number (`boat.mp4`, `boat-2.mp4`); one that ends with `/` is a
 * folder where the files are called after provider and task; a function names each.
 * @returns A store that answers with one {@link SavedFile} per output. Its `ready`, which `generate` calls before it buys,
 * makes the folder and writes a file into it for a moment.
 * @throws ReelayError `ERR_DOWNLOAD` or `ERR_ABORTED`, outcome `accepted`, with the handle.
 *
 * @example
 * ```ts
 * import { generate, type VideoProvider } from '@reelay/core'
 * import { toFile } from '@reelay/core/node'
 * declare const provider: VideoProvider
 * const request = { kind: 'text-to-video', prompt: 'A paper boat in the rain' } as const
 * await generate(provider, request, { store: toFile('renders/') })
 * ```
 */
export function toFile(
  path: Destination,
  options: Omit<SaveOptions, 'sha256'> = {},
): FileStore & Required<Pick<Store, 'ready'>> {
  const cleared = new Set<string>()
  const put: FileStore = async (task, context = {}) => {
    const saved = await putAll(task, context, options, async (output, index, all) =>
      putFile(output, await destinationOf(path, task, output, index), all, cleared),
    )
    // Hashed, since nothing here leaves that out.
    return saved as readonly SavedFile[]
  }
  return storeOf(put, options, (context) => lookAt(path, context))
}
