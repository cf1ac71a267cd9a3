import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Media } from '@reelay/core'
import { UsageError } from '../failure.ts'

// More than any provider takes, and little enough to be read into memory.
const mostMegabytes = 200

/** Media as read. */
export interface ReadMedia {
  readonly media: Media
  /** Name of the file; absent for addresses. */
  readonly file?: string
}

/** Whether a text is the address of a file, or the file itself, and no path. */
export const isAddress = (value: string): boolean => /^(https?|data):/i.test(value)

/**
 * A file, or what stands for one: an address, or a data URI.
 *
 * @throws UsageError naming the flag, where there is no such file, or none that anybody takes.
 */
export async function readMedia(flag: string, value: string): Promise<ReadMedia> {
  if (isAddress(value)) return { media: value }
  const path = /^file:\/\//i.test(value) ? fileURLToPath(value) : value
  const found = await stat(path).catch(() => {
    throw new UsageError(`--${flag}: there is no readable file ${value}.`)
  })
  if (found.isDirectory()) throw new UsageError(`--${flag}: ${value} is a folder.`)
  const megabytes = found.size / 1_048_576
  if (megabytes > mostMegabytes) {
    const size = `${Math.round(megabytes)} MB`
    throw new UsageError(`--${flag}: ${value} has ${size}, more than any provider takes. Scale it down.`)
  }
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--${flag}: ${value} cannot be read (${error.code}).`)
  })
  return { media: new Uint8Array(bytes), file: basename(path) }
}
