import type { Output } from '../model/task.ts'
import type { DownloadOptions } from '../run/download/options.ts'
import type { StoredFile } from '../run/download/store.ts'
import { putFile } from './download/put-file.ts'

/**
 * A file that is wholly on disk.
 *
 * @example
 * ```ts
 * import type { SavedFile } from '@reelay/core/node'
 * // A line of a checksum file, as `sha256sum --check` reads it.
 * const checksum = ({ file, sha256 }: SavedFile): string => `${sha256}  ${file}`
 * ```
 */
export interface SavedFile extends StoredFile {
  /** Absolute path. */
  readonly file: string
  /** SHA-256 of the content, hex. */
  readonly sha256: string
}

/**
 * Options of {@link save}.
 *
 * @example
 * ```ts
 * import type { Output } from '@reelay/core'
 * import { save, type SaveOptions } from '@reelay/core/node'
 * const watched: SaveOptions = { onProgress: ({ bytes }) => console.log(`${bytes} bytes`), maxBytes: 500_000_000 }
 * export const keep = (output: Output, path: string) => save(output, path, watched)
 * ```
 */
export interface SaveOptions extends DownloadOptions {
  /** Whether to compute the SHA-256 on the way; `true` when absent. */
  readonly sha256?: boolean | undefined
}

/**
 * Streams a finished task's file to disk: into a temporary file beside its place, checked for length and type, flushed,
 * then renamed, so that a file under its final name is always whole. What killed processes left in the folder is
 * removed. Without a `fetch` of the caller's own, {@link checkedFetch} is used.
 *
 * @param path Where it shall lie; missing folders are made, an existing file is replaced.
 * @throws ReelayError `ERR_DOWNLOAD` or `ERR_ABORTED`, outcome `accepted`; nothing is left behind.
 *
 * @example
 * ```ts
 * import type { SucceededTask, VideoProvider } from '@reelay/core'
 * import { save } from '@reelay/core/node'
 * declare const provider: VideoProvider
 * declare const task: SucceededTask
 * const options = { provider, handle: task.handle }
 * const { file, sha256 } = await save(task.outputs[0], 'renders/boat.mp4', options)
 * ```
 */
export function save(
  output: Output,
  path: string,
  options?: SaveOptions & { readonly sha256?: true },
): Promise<SavedFile>
export function save(output: Output, path: string, options: SaveOptions): Promise<StoredFile>
export function save(output: Output, path: string, options: SaveOptions = {}): Promise<StoredFile> {
  return putFile(output, path, options, new Set())
}
