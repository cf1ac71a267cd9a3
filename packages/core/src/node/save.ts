import { createHash } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ReelayError } from '../model/error.ts'
import type { Output } from '../model/task.ts'
import { type DownloadOptions, download } from '../run/download.ts'

/** A file that is wholly on disk. */
export interface SavedFile {
  /** Absolute path. */
  readonly file: string
  readonly bytes: number
  /** SHA-256 of the content, hex. */
  readonly sha256: string
  readonly mediaType: string
}

const systemCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error'

/**
 * Streams a finished task's file to disk: into a temporary file beside its place, checked for length and type, flushed,
 * then renamed, so that a file under its final name is always whole.
 *
 * @param path Where it shall lie; missing folders are made, an existing file is replaced.
 * @throws ReelayError `ERR_DOWNLOAD` or `ERR_ABORTED`, outcome `accepted`; nothing is left behind.
 *
 * @example
 * ```ts
 * import type { SucceededTask } from '@reelay/core'
 * import { save } from '@reelay/core/node'
 * declare const task: SucceededTask
 * const { file, sha256 } = await save(task.outputs[0], 'renders/boat.mp4', { handle: task.handle })
 * ```
 */
export async function save(output: Output, path: string, options: DownloadOptions = {}): Promise<SavedFile> {
  const file = resolve(path)
  const partial = `${file}.${process.pid}-${crypto.randomUUID().slice(0, 8)}.part`
  const { body, mediaType } = await download(output, options)
  const hash = createHash('sha256')
  let bytes = 0
  try {
    await mkdir(dirname(file), { recursive: true })
    const target = await open(partial, 'wx')
    try {
      for await (const chunk of body) {
        hash.update(chunk)
        bytes += chunk.byteLength
        await target.writeFile(chunk)
      }
      // Renaming a file whose data is still in memory would leave an empty one after a power cut.
      await target.sync()
    } finally {
      await target.close()
    }
    await rename(partial, file)
  } catch (error) {
    await body.cancel().catch(() => undefined)
    await rm(partial, { force: true }).catch(() => undefined)
    if (ReelayError.isInstance(error)) throw error
    const { handle } = options
    const message = `The clip could not be written to ${file} (${systemCode(error)}). It is still at the provider; free or choose another place and save again.`
    throw new ReelayError('ERR_DOWNLOAD', message, {
      provider: handle?.provider,
      account: handle?.account,
      outcome: 'accepted',
      handle,
    })
  }
  return { file, bytes, sha256: hash.digest('hex'), mediaType }
}
