import { createHash, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

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

/** Which process writes a file. */
export interface Owner {
  readonly pid: number
  readonly host: string
  /** When the process started, in the kernel's own count; absent where the system does not tell. */
  readonly start?: string
}

/** Fields 3 and 22 of /proc/PID/stat (proc(5)); the command before them may hold spaces and brackets. */
function factsOf(pid: number): { readonly state: string; readonly start: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, start] = [fields[0], fields[19]]
    return state && start ? { state, start } : undefined
  } catch {
    return undefined
  }
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** This process. */
export function ownOwner(): Owner {
  const start = factsOf(process.pid)?.start
  return { pid: process.pid, host: hostname(), ...(start && { start }) }
}

/**
 * Whether a process lives. `unsure` for one on another machine (or in another container), and for one that might be a
 * later process with the same number.
 */
export function lifeOf({ pid, host, start }: Owner): 'alive' | 'dead' | 'unsure' {
  if (host !== hostname()) return 'unsure'
  if (!exists(pid)) return 'dead'
  if (pid === process.pid && start === undefined) return 'alive'
  const now = factsOf(pid)
  // A zombie has ended, though in a container without an init nobody may ever collect it.
  if (now?.state === 'Z') return 'dead'
  if (start === undefined || now === undefined) return 'unsure'
  return now.start === start ? 'alive' : 'dead'
}
