import type { Submission } from '../../model/handle.ts'
import type { SearchProtocol } from '../spec.ts'

/** How far our clock may be from the provider's while that has not said what time it is. */
export const clockErrorMs: number = 15 * 60_000

/** When a submission's task can have been made; milliseconds since the epoch by the provider's clock. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** Whether a task's time can be that of a submission's; `unsure` says nothing either way. */
export type Moment = 'inside' | 'outside' | 'unsure'

/**
 * When the provider's clock can have said that a submission's task was made.
 *
 * @param skewMs How far that clock is ahead of ours.
 */
export function windowOf(
  { slackMs, latestMs }: Pick<SearchProtocol, 'slackMs' | 'latestMs'>,
  { startedAt }: Submission,
  skewMs: number,
): Window {
  const sent = startedAt + skewMs
  return { from: sent - slackMs, to: sent + latestMs }
}

/**
 * Where a task's time stands to a window. A time that is missing or still to come is no time that a clock has said, and
 * until the provider's clock is known, one near the window may be in it.
 *
 * @param clock What the provider's clock says, and whether that was heard of it or only taken to be what ours says.
 */
export function momentOf(
  createdAt: number | undefined,
  { from, to }: Window,
  clock: { readonly known: boolean; readonly now: number },
): Moment {
  if (createdAt === undefined || !Number.isFinite(createdAt)) return 'unsure'
  const error = clock.known ? 60_000 : clockErrorMs
  if (createdAt > clock.now + error) return 'unsure'
  if (createdAt >= from && createdAt <= to) return 'inside'
  const near = !clock.known && createdAt >= from - clockErrorMs && createdAt <= to + clockErrorMs
  return near ? 'unsure' : 'outside'
}
