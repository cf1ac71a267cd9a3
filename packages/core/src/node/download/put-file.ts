import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { ReelayError } from '../../model/error.ts'
import type { Output } from '../../model/task.ts'
import { openSource } from '../../run/download/open-source.ts'
import { type DownloadOptions, failure } from '../../run/download/options.ts'
import type { Source } from '../../run/download/source.ts'
import type { StoredFile } from '../../run/download/store.ts'
import { clearParts, partOf } from './parts.ts'
import { createWriter, type Writer } from './writer.ts'

async function pump(source: Source, writer: Writer): Promise<void> {
  for (;;) {
    const bytes = await source.read()
    if (bytes === undefined) return
    const full = writer.write(bytes, source.ownsMemory)
    if (full) await full
  }
}

/**
 * Writes one output beside its place, and renames it when it is whole.
 *
 * @param cleared Folders that were cleared of what killed processes left; added to.
 */
export async function putFile(
  output: Output,
  path: string,
  options: DownloadOptions & { readonly sha256?: boolean | undefined },
  cleared: Set<string>,
): Promise<StoredFile> {
  if (typeof path !== 'string' || path === '') {
    throw failure(options, 'The clip has no place to go: pass a path. It is still at the provider.', {
      retryable: false,
    })
  }
  const file = resolve(path)
  const folder = dirname(file)
  const partial = partOf(file)
  let writer: Writer | undefined
  const source = await openSource(output, options, () => writer?.startOver())
  try {
    await mkdir(folder, { recursive: true })
    if (!cleared.has(folder)) await clearParts(folder)
    cleared.add(folder)
    const target = await open(partial, 'wx')
    let written: Awaited<ReturnType<Writer['finish']>>
    try {
      writer = createWriter(target, options.sha256 !== false)
      await pump(source, writer)
      written = await writer.finish()
    } finally {
      await target.close()
    }
    await rename(partial, file)
    await syncFolder(folder)
    return { file, ...written, mediaType: source.mediaType }
  } catch (error) {
    source.cancel()
    await rm(partial, { force: true }).catch(() => undefined)
    if (ReelayError.isInstance(error)) throw error
    const message = `The clip could not be written to ${file} (${systemCode(error)}). It is still at the provider; free or choose another place and save again.`
    throw failure(options, message, { retryable: false })
  }
}

/** Makes the names in a folder survive a power cut; not possible on every system, and then left out. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

/** The code of a system error, which is safe to print. */
export const systemCode = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error'
