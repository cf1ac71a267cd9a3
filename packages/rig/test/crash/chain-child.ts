// A program that runs one chain and may be killed at any instant. It knows nothing of its earlier lives but the journal.
import process from 'node:process'
import {
  type Clock,
  chain,
  type Journal,
  journaled,
  memoryJournal,
  ReelayError,
  systemClock,
} from '@reelay/core'
import { createKling } from '@reelay/kling'
import { openBooks } from './books.ts'

/** The chain that the parent wants, and where everything lies. */
export interface ChainOrder {
  readonly baseURL: string
  readonly journal: string
  readonly key: string
  /** The emulator's time: it was `base` at `base`, and runs so many times faster. */
  readonly speed: number
  readonly base: number
  /** Forgets with every death what it bought, so that the test can be seen to notice. */
  readonly forgetful?: true
}

/** Exit code: a step has no verdict, and nobody but a person can say what came of it. */
export const noVerdict = 3

const old = { model: 'kling-v1-6', mode: 'std' } as const
/** What an extension costs is ours to say: no list has it any more. */
export const prices = [{ kind: 'extend', per: 'clip', usd: 0.28 }] as const

/** Five seconds, made longer, made to speak. */
export const filmOf = (provider: Parameters<typeof chain>[0], key: string) =>
  chain(provider)
    .generate({ kind: 'text-to-video', prompt: `${key} begins`, duration: 5, ...old })
    .extend({ prompt: `${key} goes on`, ...old })
    .lipSync({ text: 'Good morning', voice: 'oversea_male1', voiceLanguage: 'en' })

async function main({ baseURL, journal, key, speed, base, forgetful }: ChainOrder): Promise<number> {
  const clock: Clock = {
    now: () => Math.floor(base + (performance.timeOrigin + performance.now() - base) * speed),
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  }
  const books: Journal = forgetful ? memoryJournal() : openBooks({ sqlite: journal })
  const kling = journaled(createKling({ baseURL, official: true, clock, prices }), books)
  // Fifteen real seconds: a busy machine must not look like a silent provider.
  const call = { timeoutMs: 15_000 * speed, deadlineMs: 60_000 * speed }
  try {
    const { steps } = await filmOf(kling, key).run({ ...call, idempotencyKey: key })
    return steps.length === 3 ? 0 : 1
  } catch (error) {
    if (ReelayError.isInstance(error) && error.code === 'ERR_SUBMISSION_UNKNOWN') return noVerdict
    throw error
  } finally {
    await books.close?.()
  }
}

if (import.meta.main) process.exitCode = await main(JSON.parse(process.argv[2] ?? ''))
