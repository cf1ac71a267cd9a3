import type { Runtime } from './runtime.ts'

// The byte of the -shm file that a writer locks (sqlite.org/walformat.html, "WAL locks", 2026-11-26).
const writeLock = 120n

interface Lock {
  readonly pid: number
  readonly ino: string
  readonly from: bigint
  readonly to: bigint
}

/** One line of proc_locks(5). */
function lockOf(line: string): Lock | undefined {
  const found = /POSIX\s+\S+\s+WRITE\s+(-?\d+)\s+\S+:(\d+)\s+(\d+)\s+(\d+|EOF)/.exec(line)
  if (!found) return undefined
  const [, pid, ino = '', from = '0', to = '0'] = found
  return { pid: Number(pid), ino, from: BigInt(from), to: to === 'EOF' ? 2n ** 63n : BigInt(to) }
}

function describe(fs: Runtime['fs'], pid: number): string {
  if (pid <= 0) return 'a process of another container'
  try {
    const [, name = '', state] = /\((.*)\) (\S)/s.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    return `process ${pid} (${name}${state === 'T' ? ', which is stopped' : ''})`
  } catch {
    return `process ${pid}`
  }
}

/** Who writes just now, as far as the system tells (Linux only). */
export function holderOf({ fs }: Pick<Runtime, 'fs'>, file: string): string {
  try {
    const { ino } = fs.statSync(`${file}-shm`, { bigint: true })
    const locks = fs
      .readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .flatMap((line) => lockOf(line) ?? [])
    const held = locks.find((one) => one.ino === String(ino) && one.from <= writeLock && writeLock <= one.to)
    if (held) return describe(fs, held.pid)
  } catch {
    // Not Linux, or nothing to be seen.
  }
  return 'another process'
}
