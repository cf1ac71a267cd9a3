import process from 'node:process'
import {
  type ErrorCode,
  failover,
  type Journal,
  journaled,
  memoryJournal,
  type Outcome,
  type RecordEntry,
  ReelayError,
  type SubmitOptions,
  type VideoProvider,
} from '@reelay/core'
import type { ProviderId } from '@reelay/emulator'
import { boat, createEmulated } from '@reelay/rig/all'
import { cutOff } from '../../../testing/src/probe/runtime-fetch.ts'
import type { FaultRow } from './fault-rows.ts'

/** What a submit ended with. */
export interface Ending {
  readonly outcome: Outcome
  /** Absent for a task. */
  readonly code?: ErrorCode
  /** Who made the task, or whose error it is. */
  readonly provider: string
}

/** What one submit came to while a fault struck. */
export interface Verdict extends Ending {
  /** Paid requests that were about to leave, at the provider that the fault struck and at the others. */
  readonly posts: { readonly struck: number; readonly others: number }
  /** Tasks in the ledgers, minutes later. */
  readonly charged: { readonly struck: number; readonly others: number }
  /** Whether the struck provider offers a way to look for a lost task, and what it brought minutes later. */
  readonly search: 'none' | 'not-needed' | 'found' | 'candidates' | 'not-found-yet'
  readonly unhandled: number
  /** What the same submit under the same key comes to in a restarted process, and the tasks in the ledgers then. */
  readonly again?: Ending & { readonly charged: number }
}

/** The provider that the fault strikes, and one behind it. */
interface Leaves {
  readonly struck: VideoProvider
  readonly spare: VideoProvider
}

/** A way to buy, and what the page says about it. */
interface Composition {
  readonly title: string
  readonly about: string
  make(leaves: Leaves, journal: Journal): VideoProvider
  /** The providers it is about; all when absent. */
  readonly only?: readonly ProviderId[]
  /** Options of the struck provider. */
  readonly options?: object
  /** Whether a second process submits the same under the same key, three minutes later. */
  readonly again?: true
}

const anyPrice = { maxCost: Number.POSITIVE_INFINITY }

/** The ways to buy that the matrix compares. */
export const compositions: Readonly<Record<string, Composition>> = {
  bare: {
    title: 'One provider',
    about: 'What the submit came to, and how many tasks were paid for, three minutes later.',
    make: ({ struck }) => struck,
  },
  sole: {
    title: 'fal with `soleSubmitter: true`',
    about:
      'The same, where this journal is the only buyer of such requests on the account: what was a dead end is a found task, once fal lists it in its request history. At Replicate that is the default.',
    make: ({ struck }) => struck,
    only: ['fal'],
    options: { soleSubmitter: true },
  },
  failover: {
    title: '`failover([the provider, another])`',
    about:
      'Another is fal behind Kling, and Kling behind the rest. The price limit is off (`maxCost`), so that every move is seen.',
    make: ({ struck, spare }) => failover([struck, spare], anyPrice),
  },
  journaled: {
    title: '`journaled(failover([the provider, another]), journal)`',
    about:
      'The journal changes none of these verdicts. Three minutes later, a restarted process submits the same request under the same key: “again” is what that comes to.',
    make: ({ struck, spare }, journal) => journaled(failover([struck, spare], anyPrice), journal),
    again: true,
  },
}

/** Who stands behind whom. */
export const spareOf = (struck: ProviderId): ProviderId => (struck === 'kling' ? 'fal' : 'kling')

/** Runs something while no connection comes about, or with the global fetch replaced; counts rejections nobody handles. */
async function under<Value>(
  row: FaultRow,
  fetch: typeof globalThis.fetch,
  run: () => Promise<Value>,
): Promise<{ value: Value; unhandled: number }> {
  const own = globalThis.fetch
  let unhandled = 0
  const count = (): void => {
    unhandled += 1
  }
  if (!row.cut) globalThis.fetch = fetch
  process.on('unhandledRejection', count)
  try {
    const value = await (row.cut ? cutOff(row.cut.code, row.cut.syscall, run) : run())
    // Node reports a rejection only after the microtasks of its turn.
    await new Promise((resolve) => setImmediate(resolve))
    return { value, unhandled }
  } finally {
    process.off('unhandledRejection', count)
    globalThis.fetch = own
  }
}

function endingOf(end: unknown): Ending {
  if (ReelayError.isInstance(end)) {
    return { outcome: end.outcome, code: end.code, provider: end.provider ?? '' }
  }
  const { handle } = end as { handle?: { provider: string } }
  if (!handle) throw end
  return { outcome: 'accepted', provider: handle.provider }
}

/** Submits once through a composition while a fault strikes its first provider. */
export async function strike(row: FaultRow, struckId: ProviderId, composition: string): Promise<Verdict> {
  const world = createEmulated(row.cut && ((emulated) => emulated))
  const { clock, charged, emulator } = world
  const chosen = compositions[composition]
  if (!chosen) throw new Error(`there is no composition ${composition}`)
  const journal = memoryJournal()
  const buy = (provider: VideoProvider, record?: SubmitOptions['record']): Promise<unknown> =>
    provider
      .submit(boat, { record, timeoutMs: 5_000, idempotencyKey: 'order-77' })
      .catch((thrown: unknown) => thrown)
  const restarted = (): VideoProvider => {
    const leaves = world.create(struckId, { [struckId]: chosen.options })
    return chosen.make({ struck: leaves[struckId], spare: leaves[spareOf(struckId)] }, journal)
  }
  const { value, unhandled } = await under(row, clock.track(emulator.fetch), async () => {
    const provider = restarted()
    row.plant?.(world, struckId)
    const entries: RecordEntry[] = []
    const end = await buy(provider, async (entry) => void entries.push(entry))
    // Whatever is still on its way arrives, and whatever was forgotten gets the time to fail.
    await clock.sleep(180_000)
    const first = {
      end: endingOf(end),
      entries,
      charged: { struck: charged(struckId), others: charged() - charged(struckId) },
      search: await searched(end, provider),
    }
    if (!chosen.again) return first
    const again = endingOf(await buy(restarted()))
    await clock.sleep(180_000)
    return { ...first, again: { ...again, charged: charged() } }
  })
  const { end, entries, ...rest } = value
  const intents = entries.filter(({ type }) => type === 'intent')
  const own = intents.filter(({ submission }) => submission.provider === struckId).length
  return { ...end, posts: { struck: own, others: intents.length - own }, ...rest, unhandled }
}

async function searched(end: unknown, provider: VideoProvider): Promise<Verdict['search']> {
  if (!ReelayError.isInstance(end) || !end.submission) return 'not-needed'
  try {
    const result = await provider.find?.(end.submission)
    if (result?.state !== 'not-found-yet') return result?.state ?? 'none'
    return result.candidates ? 'candidates' : 'not-found-yet'
  } catch (error) {
    if (ReelayError.isInstance(error) && error.code === 'ERR_UNSUPPORTED') return 'none'
    throw error
  }
}
