import { mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { SucceededTask } from '../../model/task.ts'
import { type Destination, destinationOf } from '../../run/download/names.ts'
import { putAll, type Store, type StoreContext, storeOf, unready } from '../../run/download/store.ts'
import type { SavedFile, SaveOptions } from '../save.ts'
import { partOf } from './parts.ts'
import { putFile, systemCode } from './put-file.ts'

/**
 * What {@link toFile} makes.
 *
 * @example
 * ```ts
 * import { type FileStore, toFile } from '@reelay/core/node'
 * // One folder for each customer.
 * export const storeFor = (customer: string): FileStore => toFile(`renders/${encodeURIComponent(customer)}/`)
 * ```
 */
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

/** Writes a few bytes: a disk without room takes the file and refuses what is in it. */
async function tryToWrite(folder: string): Promise<void> {
  const probe = partOf(join(folder, 'reelay-probe'))
  const target = await open(probe, 'wx')
  try {
    await target.write('probe')
    await target.sync()
  } finally {
    await target.close()
    await rm(probe, { force: true })
  }
}

/**
 * Looks whether files can be put where they are to go; what a function will say cannot be known before.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`.
 */
export async function lookAt(destination: Destination, context: StoreContext): Promise<void> {
  if (typeof destination === 'function') return
  const path = resolve(destination)
  const isFolder = /[/\\]$/.test(destination) || destination === ''
  const folder = isFolder ? path : dirname(path)
  try {
    await mkdir(folder, { recursive: true })
    await tryToWrite(folder)
    const there = isFolder ? undefined : await stat(path).catch(() => undefined)
    if (there?.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' })
  } catch (error) {
    const why = `nothing can be written to ${isFolder ? folder : path} (${systemCode(error)}). Free or choose another place.`
    throw unready(why, context)
  }
}
