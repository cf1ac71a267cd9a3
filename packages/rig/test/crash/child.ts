// A program that renders clips and may be killed at any instant. It knows nothing of its earlier lives but the journal and
// the files; what it says over IPC is for the test alone.
import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import {
  type Clock,
  generate,
  type Journal,
  type Order as JournalOrder,
  journaled,
  memoryJournal,
  noteStored,
  ReelayError,
  resume,
  type SucceededTask,
  systemClock,
  wait,
} from '@reelay/core'
import { save } from '@reelay/core/node'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { type Books, openBooks } from './books.ts'
import type { Note } from './moments.ts'

/** What the parent wants rendered, and where everything lies. */
export interface Order {
  readonly provider: 'kling' | 'fal'
  readonly baseURL: string | Readonly<Record<string, string>>
  readonly keys: readonly string[]
  readonly journal: Books
  readonly out: string
  /** The emulator's time: it was `base` at `base`, and runs so many times faster. */
  readonly speed: number
  readonly base: number
  /** Forgets with every death what it bought, so that the test can be seen to notice. */
  readonly forgetful: boolean
}

const told = { intent: 'intended', verdict: 'judged', ended: 'ended', stored: 'stored' } as const

/** What a transaction is about to write, by the order before and after. */
function writing(
  before: JournalOrder | undefined,
  after: JournalOrder | undefined,
): keyof typeof told | undefined {
  if (!after) return undefined
  const count = (
    order: JournalOrder | undefined,
    is: (one: JournalOrder['purchases'][number]) => number,
  ): number => (order?.purchases ?? []).reduce((sum, one) => sum + is(one), 0)
  const grew = (is: (one: JournalOrder['purchases'][number]) => number): boolean =>
    count(after, is) > count(before, is)
  if (grew(({ attempts }) => attempts.length)) return 'intent'
  if (grew(({ attempts }) => attempts.filter(({ outcome }) => outcome).length)) return 'verdict'
  if (grew(({ ended }) => (ended ? 1 : 0))) return 'ended'
  return grew(({ stored }) => (stored.state === 'done' ? 1 : 0)) ? 'stored' : undefined
}

/** One message to the parent. */
export interface Said {
  readonly note: Note
  readonly key?: string
  readonly advice?: string
}

/** Exit code: everything was done but what has no verdict. */
export const openEnds = 3

async function main(order: Order): Promise<number> {
  const { keys, speed, base } = order

  async function tell(note: Note, more: Omit<Said, 'note'> = {}): Promise<unknown> {
    const answer = once(process, 'message')
    process.send?.({ note, ...more } satisfies Said)
    return (await answer)[0]
  }

  const clock: Clock = {
    now: () => Math.floor(base + (performance.timeOrigin + performance.now() - base) * speed),
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  }
  const kept = order.forgetful ? memoryJournal() : openBooks(order.journal)
  const journal: Journal = {
    ...kept,
    async change(key, at, transition) {
      const before = await kept.order(key)
      // A transition is pure: what it would make of the order says what is about to be written.
      const known = before?.v === 1 ? before : undefined
      const doing = writing(known, transition(known, at).order)
      const dies = doing === 'intent' && (await tell('intending')) === 'die inside'
      const result = await kept.change(key, at, (...now) => {
        if (dies) process.kill(process.pid, 'SIGKILL')
        return transition(...now)
      })
      if (doing) await tell(told[doing])
      return result
    },
  }
  const create = order.provider === 'fal' ? createFal : createKling
  const provider = journaled(create({ baseURL: order.baseURL, official: true, clock }), journal)
  // Fifteen real seconds: a busy machine must not look like a silent provider.
  const call = { timeoutMs: 15_000 * speed, deadlineMs: 60_000 * speed }

  const fileOf = (key: string): string => join(order.out, `${key}.mp4`)
  const isThere = (key: string): Promise<boolean> =>
    stat(fileOf(key)).then(
      () => true,
      () => false,
    )

  async function keep(key: string, task: SucceededTask): Promise<void> {
    if (await isThere(key)) return
    await save(task.outputs[0], fileOf(key), { handle: task.handle, allowLoopback: true })
    await tell('saved', { key })
  }

  await tell('started')
  for await (const item of resume(journal, [provider], call)) {
    if (item.state === 'unreadable') throw new Error(item.advice)
    const key = item.purchase.submission.idempotencyKey
    if (item.state === 'task') {
      const task = await wait(item.provider, item.handle, call)
      if (task.status === 'succeeded') await keep(key, task)
      await noteStored(journal, item.handle, { state: 'done' }, clock.now())
    } else {
      await tell('unknown', { key, advice: item.advice })
    }
  }
  await tell('resumed')

  let left = 0
  for (const key of keys) {
    if (await isThere(key)) continue
    const request = { kind: 'text-to-video', prompt: key, model: 'kling-v3' } as const
    const store = (task: SucceededTask): Promise<void> => keep(key, task)
    try {
      await generate(provider, request, { ...call, idempotencyKey: key, store })
    } catch (error) {
      if (!ReelayError.isInstance(error) || error.code !== 'ERR_SUBMISSION_UNKNOWN') throw error
      left += 1
    }
  }
  await kept.close?.()
  return left === 0 ? 0 : openEnds
}

if (import.meta.main) {
  process.exitCode = await main(JSON.parse(process.argv[2] ?? ''))
  process.disconnect()
}
