import { link, open, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const isCode = (error: unknown, ...codes: readonly string[]): boolean =>
  codes.includes(String((error as NodeJS.ErrnoException | undefined)?.code))

/** Makes the names in a folder survive a power cut; not possible on every system, and then left out. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => undefined)
  await handle?.close()
}

async function writeAside(folder: string, content: string, sync: boolean): Promise<string> {
  const aside = join(folder, `${process.pid}-${crypto.randomUUID()}.tmp`)
  await writeFile(aside, content, { flag: 'wx', flush: sync })
  return aside
}

/**
 * Creates a file with its content in one step, unless there is one already: a reader never sees it empty, and of several
 * processes one wins. A link, since renaming would replace what is there.
 *
 * @param aside Folder on the same disk for the file before it gets its name.
 */
export async function createWhole(
  file: string,
  content: string,
  aside: string,
  sync: boolean,
): Promise<boolean> {
  const from = await writeAside(aside, content, sync)
  try {
    await link(from, file)
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await unlink(from)
  }
  if (sync) await syncFolder(dirname(file))
  return true
}

/** Replaces a file by another content in one step. */
export async function replaceWhole(
  file: string,
  content: string,
  aside: string,
  sync: boolean,
): Promise<void> {
  const from = await writeAside(aside, content, sync)
  await rename(from, file)
  if (sync) await syncFolder(dirname(file))
}

/** The content of a file, or `undefined` when there is none. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** Removes a file that may be gone. */
export const remove = (file: string): Promise<void> => rm(file, { force: true })

/** Reads JSON that may be anything. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
