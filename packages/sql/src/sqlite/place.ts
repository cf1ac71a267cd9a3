import { ReelayError } from '@reelay/core'
import type { Runtime } from './runtime.ts'

const refused = (message: string): ReelayError =>
  new ReelayError('ERR_CONFIG', `sqliteJournal: ${message} Nothing was sent.`, { outcome: 'none' })

const form = "sqliteJournal('reelay.db')"

/** A path that can be one at all, by its text. */
export function checkedPath(path: unknown): string {
  if (typeof path !== 'string' || path.trim() === '' || path.includes('\0'))
    throw refused(`the path has to be a text that names a file, such as ${form}.`)
  if (path === ':memory:')
    throw refused(
      '":memory:" forgets every purchase with the process. Use a file, or memoryJournal() where that is meant.',
    )
  if (/^file:/i.test(path)) throw refused(`"${path}" is an address. Give a path, such as ${form}.`)
  if (/\.jsonl$/i.test(path))
    throw refused(
      `"${path}" is a path of the journal as JSON lines, which is no more. Give a database file, such as ${form}.`,
    )
  return path
}

/** What a name on the disk stands for. */
export interface Identity {
  readonly dev: bigint
  readonly ino: bigint
  /** Names the file has. */
  readonly links: bigint
}

/** What is at a path; undefined when there is nothing. */
export function identityOf({ fs }: Pick<Runtime, 'fs'>, file: string): Identity | undefined {
  // By its name: a descriptor of ours that is closed again would take SQLite's locks on the file with it
  // (sqlite.org/howtocorrupt.html, "Posix advisory locks canceled by a separate thread doing close()", 2026-11-26).
  const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false })
  if (!stat) return undefined
  if (stat.isDirectory())
    throw refused(`"${file}" is a folder. Give a file in it, such as "${file}/reelay.db".`)
  if (!stat.isFile()) throw refused(`"${file}" is not a file.`)
  return { dev: stat.dev, ino: stat.ino, links: stat.nlink }
}

const sizeOf = (fs: Runtime['fs'], file: string): bigint =>
  fs.statSync(file, { bigint: true, throwIfNoEntry: false })?.size ?? 0n

/** Whether something is mounted at just this path (Linux only; proc_pid_mountinfo(5)). */
function isMount(fs: Runtime['fs'], file: string): boolean {
  try {
    const lines = fs.readFileSync('/proc/self/mountinfo', 'utf8').split('\n')
    const unescaped = (text = ''): string =>
      text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    // Bytes above 127 are not escaped, and readFileSync has decoded them.
    return lines.some((line) => unescaped(line.split(' ')[4]) === file)
  } catch {
    return false
  }
}

/**
 * The one name of the file: whoever comes by another one (a symbolic link) has the same database, and the same files of
 * SQLite's beside it. Its folder is made when it is not there.
 */
export function placeOf(runtime: Pick<Runtime, 'fs' | 'path'>, given: string): string {
  const { fs, path } = runtime
  const asked = path.resolve(given)
  const link = fs.lstatSync(asked, { throwIfNoEntry: false })
  if (link?.isSymbolicLink() && !fs.existsSync(asked))
    throw refused(`"${asked}" is a link that leads nowhere.`)
  if (!link) fs.mkdirSync(path.dirname(asked), { recursive: true })
  const file = link
    ? fs.realpathSync(asked)
    : path.join(fs.realpathSync(path.dirname(asked)), path.basename(asked))
  const links = identityOf(runtime, file)?.links ?? 1n
  // SQLite takes a file that is not there, or empty, for a new one, and deletes what lies in the -wal beside it.
  if (sizeOf(fs, file) === 0n && sizeOf(fs, `${file}-wal`) > 0n)
    throw refused(
      `"${file}" is missing or empty, and the purchases in "${file}-wal" belong to it. Put it back, or move that file away.`,
    )
  // The same as a hard link, from one container to the next: its -wal and -shm would lie in another folder.
  if (isMount(fs, file)) throw refused(`"${file}" is mounted by itself. Mount its folder instead.`)
  // SQLite's files beside it go by the name: under another one nobody would see what lies in them.
  if (links > 1n) throw refused(`"${file}" has ${links} names (hard links). Keep one of them.`)
  return file
}
