import { createHash, randomUUID } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { lifeOf, ownOwner } from './owner.ts'

/** Machines by a name that fits into a file's. */
const hostMark = (): string => createHash('sha256').update(hostname()).digest('hex').slice(0, 8)

/** A new name beside a file for what is not whole yet; it says whose it is. */
export function partOf(file: string): string {
  const { pid, start = '' } = ownOwner()
  return `${file}.${hostMark()}-${pid}-${start}-${randomUUID().slice(0, 8)}.part`
}

const form = /\.([\da-f]{8})-(\d+)-(\d*)-[\da-f]{8}\.part$/

/** Removes what processes that were killed have left in a folder. */
export async function clearParts(folder: string): Promise<void> {
  const found = await readdir(folder).catch((): string[] => [])
  for (const name of found) {
    const [, host, pid, start] = form.exec(name) ?? []
    // On another machine that shares the folder it may still be growing.
    if (host !== hostMark() || pid === undefined) continue
    const owner = { pid: Number(pid), host: hostname(), ...(start && { start }) }
    if (lifeOf(owner) === 'dead') await rm(join(folder, name), { force: true }).catch(() => undefined)
  }
}
