import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as delay } from 'node:timers/promises'
import { type ClipRef, clipOf } from '@reelay/core'
import { createEmulator, demoCredentials } from '@reelay/emulator'
import { createKling } from '@reelay/kling'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openEnds } from './child.ts'
import type { Saying } from './steps-child.ts'

const script = join(import.meta.dirname, 'steps-child.ts')
const calls = ['identify-face', 'tts', 'advanced-lip-sync']
const emulator = createEmulator({ kling: { queuedMs: 10, processingMs: 10 } })
let server: Awaited<ReturnType<typeof emulator.listen>>
let folder: string
let video: ClipRef
/** Told of everything that is seen of the child that runs, whoever sees it. */
let seen: (what: string) => Promise<void> = async () => undefined

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-steps-'))
  server = await emulator.listen()
  emulator.control.setBalance(1_000_000_000, { provider: 'kling' })
  emulator.control.setConcurrency(1_000, { provider: 'kling' })
  const { hosts, baseURL } = server.providers.kling
  const { apiKey } = demoCredentials.kling
  const kling = createKling({ baseURL: hosts ?? baseURL, official: true, apiKey })
  const { handle } = await kling.submit({ kind: 'text-to-video', prompt: 'A sailor', model: 'kling-v2-6' })
  await delay(100)
  const made = await kling.get(handle)
  if (made.status !== 'succeeded') throw new Error(`the clip is ${made.status}`)
  video = clipOf(made)
  emulator.control.onEvent(({ type, path }) => seen(`${type} ${path.split('/').at(-1)}`))
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true })
})

interface Life {
  readonly code: number | null
  readonly said: readonly string[]
}

/** One life of a child, which dies when this is seen of it. */
async function live(saying: Saying, last?: string): Promise<Life> {
  const said: string[] = []
  const child = spawn(process.execPath, [script, JSON.stringify(saying)], {
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      ...server.providers.kling.env,
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const closed = once(child, 'close')
  seen = async (what) => {
    if (what !== last || child.killed) return
    child.kill('SIGKILL')
    await closed
  }
  child.on('message', async (message) => {
    said.push(String(message))
    await seen(String(message))
    if (child.connected) child.send('go', () => undefined)
  })
  await closed
  seen = async () => undefined
  return { code: child.exitCode, said }
}

const counts = (): readonly number[] =>
  calls.map((op) => emulator.control.tasks().filter((task) => task.op === op).length)
const since = (before: readonly number[]): readonly number[] =>
  counts().map((count, index) => count - (before[index] ?? 0))

const instants = ['intent', 'request-received', 'task-created', 'answer-started', 'answer-sent', 'verdict']
const kills = calls.flatMap((call) => instants.map((instant) => [instant, call] as const))

it.each(kills)(
  'killed at %s of %s, no call is paid for twice',
  { timeout: 60_000 },
  async (instant, call) => {
    const key = `${instant} ${call}`
    const { hosts, baseURL } = server.providers.kling
    const journal = { sqlite: join(folder, `${key}.db`) }
    const saying: Saying = { baseURL: hosts ?? baseURL, key, video, journal }
    const isCreate = call === 'advanced-lip-sync'
    const own = instant === 'intent' || instant === 'verdict'
    const before = counts()
    const killed = await live(saying, `${instant} ${own && isCreate ? 'create' : call}`)
    expect(killed.code).toBeNull()
    const next = await live(saying)
    // Between the intent of a step and its verdict nobody knows, and nobody may find out by paying again.
    const isLost = !isCreate && instant !== 'verdict'
    expect(next.code).toBe(isLost ? openEnds : 0)
    if (isLost) expect(next.said).toEqual([`unknown ${call}`])
    const paid = since(before)
    const reached = calls.indexOf(call)
    const sent = instant === 'intent' || instant === 'request-received' ? paid[reached] : 1
    expect(paid).toEqual(
      isLost ? calls.map((_, n) => (n < reached ? 1 : n === reached ? sent : 0)) : [1, 1, 1],
    )
    expect(Math.max(...paid)).toBe(Math.min(1, Math.max(...paid)))
    // Whoever asks once more is told the same, and nothing is sent.
    expect((await live(saying)).code).toBe(next.code)
    expect(since(before)).toEqual(paid)
  },
)

it('a program that forgets what it paid for is seen to pay twice', { timeout: 60_000 }, async () => {
  const { hosts, baseURL } = server.providers.kling
  const saying = { baseURL: hosts ?? baseURL, key: 'forgetful', video }
  const before = counts()
  await live({ ...saying, journal: { sqlite: join(folder, 'one.db') } }, 'verdict tts')
  await live({ ...saying, journal: { sqlite: join(folder, 'two.db') } })
  expect(since(before)).toEqual([2, 2, 1])
})
