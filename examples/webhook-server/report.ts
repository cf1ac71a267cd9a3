import { type Clock, formatUsd, ReelayError, type TaskEvent, type WebhookError } from '@reelay/core'
import type { Inbox } from './inbox.ts'
import type { Followed, Purchase } from './purchases.ts'
import type { Studio } from './studio.ts'
import { printTable } from './table.ts'
import type { Trick } from './tricks.ts'

const widths = [6, 9, 5, 9, 8, 10]

/** Says what goes on, a line at a time, with the seconds since the start: provider, purchase, what, and what about it. */
export function narrator(clock: Clock): (...cells: readonly string[]) => void {
  const startedAt = clock.now()
  return (...cells) => {
    const seconds = `${Math.round((clock.now() - startedAt) / 1_000)} s`
    const padded = cells.map((cell, column) => cell.padEnd(widths[column + 1] ?? 0))
    console.log([seconds.padStart(widths[0] ?? 0), ...padded].join('  ').trimEnd())
  }
}

/** A delivery that was taken. */
export const describeEvent = (
  { provider, status, nativeStatus, taskId, verified }: TaskEvent,
  id: string,
): readonly string[] => [provider, id, status, verified ? 'verified' : 'a hint', nativeStatus, taskId]

/** A delivery that was not taken: what was answered, and why. */
export function describeRefusal(error: unknown): readonly string[] {
  if (!ReelayError.isInstance(error)) return ['', '', 'refused', '500', String(error)]
  const { provider = '', answer = 500, reason = error.code } = error as Partial<WebhookError>
  return [provider, '', 'refused', String(answer), reason]
}

/** Tells what was sent beside the truth. */
export function printTricks(tricks: readonly Trick[]): void {
  const rows = tricks.map(({ what, provider, answers, events }) => [
    what,
    provider,
    answers.join(', '),
    `taken ${events === 1 ? 'once' : `${events} times`}`,
  ])
  console.log()
  printTable(['a delivery was', 'of', 'answered', 'the clip’s end was'], rows)
}

/** Tells what was bought and what arrived; returns whether that is one clip for each purchase, and nothing paid twice. */
export async function printSummary(
  { emulator }: Studio,
  { saved }: Inbox,
  purchases: readonly Purchase[],
  storyOf: Followed['storyOf'],
): Promise<boolean> {
  const ledger = emulator.control.ledger()
  const paidAt = (provider: string): number => ledger.filter((entry) => entry.provider === provider).length
  const rows = purchases.map(({ id, provider }) => {
    const file = saved.get(id)
    const clip = file ? `${id}.mp4, ${Math.round(file.bytes / 1_000)} kB` : 'none'
    return [provider.id, id, storyOf(id).join(', '), String(paidAt(provider.id)), clip]
  })
  console.log()
  printTable(['provider', 'purchase', 'in the journal', 'paid tasks', 'clip'], rows)

  // Not the look into fal's history for the one whose answer was lost.
  const reads = emulator.control.requests().filter(({ op }) => ['query', 'result'].includes(op))
  const paid = ledger.reduce((sum, { microUsd }) => sum + microUsd, 0)
  console.log(
    `\n${saved.size} clips, ${ledger.length} paid tasks, ${formatUsd(paid)}, ${reads.length} status reads`,
  )
  return purchases.every(({ id, provider }) => saved.has(id) && paidAt(provider.id) === 1)
}
