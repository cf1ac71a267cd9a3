import { mkdir, open, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Destination } from '../../run/download/names.ts'
import { type StoreContext, unready } from '../../run/download/store.ts'
import { partOf } from './parts.ts'
import { systemCode } from './system-code.ts'

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
