import type { Clock } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import { ofPaidTask } from '../../model/foreign.ts'
import type { TaskHandle } from '../../model/handle.ts'
import type { CallOptions } from '../../provider/options.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import type { Entry, ReadAnswer } from './entry.ts'
import { markAlone, type Pace } from './pace.ts'
import type { Waiting } from './waiting.ts'

/** What the lanes of one account do for each other. */
export interface Peer {
  /** Takes an answer that was asked for, or that came by itself; `false` when nobody waits for it. */
  answer(id: string, answer: ReadAnswer): boolean
  /** Takes it that a task goes on: a history of those that ended lacks it. */
  going(id: string): void
  /** Tasks that nobody is reading. */
  resting(): readonly TaskHandle[]
}

/** A lane from the inside, as those who read for it see it. */
export interface Reading extends Pick<Peer, 'answer'> {
  readonly provider: VideoProvider
  readonly call: CallOptions
  readonly clock: Required<Clock>
  readonly pace: Pace
  readonly waiting: Waiting
  /** All lanes of the account, this one too. */
  peers(): Iterable<Peer>
  /** Ends one who waits. */
  fail(entry: Entry, error: unknown): void
}

/** What the wall will say at a time of `elapsedOf`, as long as nobody sets it. */
export const wallAt = (clock: Required<Clock>, at: number): number => clock.now() + (at - clock.elapsed())

/** Those of some being read who still wait for it. */
export const unanswered = ({ waiting }: Reading, batch: readonly Entry[]): readonly Entry[] =>
  batch.filter(({ reading, handle }) => reading && waiting.of(handle.id).length > 0)

/** Tells all who wait for a task what was thrown instead of an answer. */
export function refuse({ waiting, answer, fail }: Reading, { handle }: Entry, error: unknown): void {
  if (ReelayError.isInstance(error)) {
    answer(handle.id, error)
    return
  }
  const code = 'ERR_UNEXPECTED_REPLY'
  const known = ofPaidTask(error, handle, `Looking at task ${handle.id}`, { code })
  for (const entry of waiting.of(handle.id)) fail(entry, known)
}

/** Reads one task by a question of its own. */
export async function readAlone(lane: Reading, entry: Entry): Promise<void> {
  const { provider, pace, clock, call, answer } = lane
  const { handle, deadline } = entry
  entry.reading = true
  markAlone(pace, handle.id, clock.elapsed())
  try {
    const asked = provider.get(handle, { ...call, deadlineAt: wallAt(clock, deadline) })
    answer(handle.id, await asked.finally(() => markAlone(pace, handle.id, clock.elapsed())))
  } catch (error) {
    for (const left of unanswered(lane, [entry])) refuse(lane, left, error)
  }
  entry.reading = false
}
