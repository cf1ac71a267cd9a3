import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import type { Journal } from '@reelay/core'
import { createEmulator, type EmulatedTask, type Fault } from '@reelay/emulator'
import { type Books, openBooks } from './books.ts'
import type { Order, Said } from './child.ts'
import { type Moment, moments } from './moments.ts'

const script = join(import.meta.dirname, 'child.ts')
// The slowest thing in a life is then the start of its process.
const speed = 400

/** How one life of a child ended, and what it said. */
export interface Life {
  readonly killed: boolean
  readonly code: number | null
  readonly said: readonly Said[]
  /** The last thing that anybody saw of it. */
  readonly last: string
}

/**
 * When to kill a child: at a kind of instant, after so many of its kind; or at any time, so many milliseconds after so many
 * things were seen of it, since a busy machine stretches a life to many times its length.
 */
export type Plan =
  | { readonly name: string; readonly skip: number }
  | { readonly seen: number; readonly thenMs: number }

/** Some clips, and the journal and the folder in which they are bought and kept. */
export interface Batch {
  readonly keys: readonly string[]
  readonly journal: Journal
  /** Lets a child work on it until it ends or is killed. */
  live(plan?: Plan): Promise<Life>
  /** Keys whose clip is there, whole. */
  delivered(): Promise<readonly string[]>
}

/** An emulator on a port, and children that buy from it, one at a time. */
export interface World {
  batch(clips: number): Promise<Batch>
  tasks(): readonly EmulatedTask[]
  /** How many paid requests asked for a key, whatever came of them. */
  posts(key: string): number
  /** The emulator's time, by which its children live; milliseconds since the epoch. */
  now(): number
  close(): Promise<void>
}

interface Running {
  readonly process: ChildProcess
  readonly moment: Moment
  readonly closed: Promise<unknown>
  skip: number
  killed: boolean
  last: string
  /** Told of everything that is seen of it. */
  seen(what: string): void
}

const isMp4 = (bytes: Buffer): boolean => bytes.toString('latin1', 4, 8) === 'ftyp'

/** What a world is made of. */
export interface WorldOptions {
  readonly provider: Order['provider']
  readonly name: string
  /** Whether its children keep no journal. */
  readonly forgetful?: boolean | undefined
  /** A PostgreSQL server to keep the journals in; files when absent. */
  readonly postgres?: string | undefined
}

/** Starts an emulator whose every event may be the last thing that happens to a child. */
export async function createWorld({
  provider,
  name,
  forgetful = false,
  postgres,
}: WorldOptions): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'reelay-crash-'))
  const pace = { queuedMs: 1_000, processingMs: 12_000 }
  // At this speed an hour is a few seconds, in which a child may be killed many times: clips stay.
  const ever = 1e12
  const base = Date.now()
  const emulator = createEmulator({
    speed,
    kling: { ...pace, urlTtlMs: ever },
    fal: { ...pace, resultTtlMs: ever, mediaTtlMs: ever },
  })
  const server = await emulator.listen()
  const { control } = emulator
  control.setBalance(1_000_000_000, { provider })
  control.setConcurrency(1_000, { provider })
  const posted = new Map<string, number>()
  // Never applied: only a fault is shown what a request asks for.
  const peek = ({ json }: { readonly json: unknown }): boolean => {
    const { prompt } = json as { readonly prompt: string }
    posted.set(prompt, (posted.get(prompt) ?? 0) + 1)
    return false
  }
  control.fault({ on: 'create', kind: 'slow', ms: 0, match: peek })
  let running: Running | undefined
  let batches = 0
  const booksOf = (sqlite: string, schema: string): Books =>
    postgres === undefined ? { sqlite } : { postgres, schema: `${schema}_${provider}` }

  async function kill(child: Running): Promise<void> {
    child.killed = child.process.kill('SIGKILL')
    // Whatever comes next comes after its death.
    await child.closed
  }

  /** Whether a child was killed at this. */
  async function strike(child: Running | undefined, isIt: (moment: Moment) => boolean): Promise<boolean> {
    if (!child || child.killed || !isIt(child.moment) || child.skip-- > 0) return false
    await kill(child)
    return true
  }

  control.onEvent(async ({ type, op }) => {
    running?.seen(`${op} ${type}`)
    await strike(running, (moment) => moment.event === type && moment.op?.includes(op) === true)
  })

  async function live(order: Order, plan?: Plan): Promise<Life> {
    const named = plan && 'name' in plan ? plan : undefined
    const moment = moments[named?.name ?? ''] ?? {}
    const { fault } = moment
    const planted: Fault | undefined = fault && control.fault({ ...fault, provider })
    const { env } = server.providers[provider]
    const child = spawn(process.execPath, [script, JSON.stringify(order)], {
      // Most of a short life is reading the same modules.
      env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: join(folder, 'compiled'), ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const closed = once(child, 'close')
    const { skip = 0 } = named ?? {}
    let left = plan && 'seen' in plan ? plan.seen : Number.POSITIVE_INFINITY
    const current: Running = {
      process: child,
      moment,
      closed,
      skip,
      killed: false,
      last: 'nothing yet',
      seen(what) {
        if (current.killed) return
        current.last = what
        left -= 1
        if (left < 0 && plan && 'seen' in plan) timer ??= setTimeout(() => void kill(current), plan.thenMs)
      },
    }
    running = current
    const said: Said[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    child.on('message', async (message) => {
      const one = message as Said
      said.push(one)
      current.seen(one.note)
      if (await strike(current, ({ note }) => note === one.note)) return
      const dies = one.note === 'intending' && moment.inside === true
      if (dies) current.killed = true
      if (child.connected) child.send(dies ? 'die inside' : 'go', () => undefined)
    })
    await closed
    clearTimeout(timer)
    running = undefined
    planted?.remove()
    return { killed: child.signalCode === 'SIGKILL', code: child.exitCode, said, last: current.last }
  }

  return {
    tasks: () => control.tasks(),
    posts: (key) => posted.get(key) ?? 0,
    now: () => Math.floor(base + (performance.timeOrigin + performance.now() - base) * speed),
    async batch(clips) {
      batches += 1
      const id = `${name}-${batches}`
      const keys = Array.from({ length: clips }, (_, n) => `clip ${id}-${n + 1}`)
      const out = join(folder, id)
      const { hosts, baseURL } = server.providers[provider]
      const journal = booksOf(join(folder, `${id}.db`), `crash_${batches}_${Math.trunc(base)}`)
      const order: Order = { provider, baseURL: hosts ?? baseURL, keys, journal, out, speed, base, forgetful }
      return {
        keys,
        journal: openBooks(journal),
        live: (plan) => live(order, plan),
        async delivered() {
          const names = await readdir(out).catch(() => [])
          const clipsThere = names.filter((file) => file.endsWith('.mp4'))
          const whole = await Promise.all(
            clipsThere.map(async (file) => isMp4(await readFile(join(out, file)))),
          )
          return clipsThere.filter((_, n) => whole[n]).map((file) => file.slice(0, -'.mp4'.length))
        },
      }
    },
    async close() {
      running?.process.kill('SIGKILL')
      await server.close()
      await rm(folder, { recursive: true })
    },
  }
}
