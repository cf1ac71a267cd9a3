import type { TaskEvent } from '@reelay/core'
import type { Emulator, WebhookAttempt } from '@reelay/emulator'

/** What was tried on the inbox, and how that ended. */
export interface Trick {
  readonly what: string
  readonly provider: string
  /** HTTP statuses of our answers, in order. */
  readonly answers: readonly number[]
  /** How often the end of the task was taken for news. */
  readonly events: number
}

const tenMinutes = 10 * 60_000

/** Has the emulator lose an answer, forge a delivery and send another one twice. */
export function plantTricks({ control }: Emulator): void {
  control.fault({ provider: 'fal', on: 'create', kind: 'lost-after-create' })
  control.webhooks.fault({ provider: 'replicate', on: 'terminal', kind: 'forged' })
  control.webhooks.fault({ provider: 'piapi', on: 'terminal', kind: 'duplicate' })
}

/** Sends what somebody has overheard, to the address it went to or to another one. */
async function send({ url, headers, body }: WebhookAttempt, to: string = url): Promise<number> {
  const { status } = await fetch(to, { method: 'POST', headers, body })
  return status
}

/** Tries further tricks with deliveries that were genuine, and tells what became of all of them. */
export async function playTricks(
  { control }: Emulator,
  events: readonly TaskEvent[],
): Promise<readonly Trick[]> {
  const sent = control.webhooks.sent()
  const lastOf = (id: string): WebhookAttempt => {
    const attempt = sent.findLast(({ provider, status }) => provider === id && status === 200)
    if (!attempt) throw new Error(`Nothing of ${id} was taken.`)
    return attempt
  }
  const [ofKling, ofFal] = [lastOf('kling'), lastOf('fal')]
  const othersAddress = new URL(ofKling.url)
  othersAddress.search = new URL(ofFal.url).search

  const answersTo = (fault: WebhookAttempt['fault']): readonly number[] =>
    sent.filter((attempt) => attempt.fault === fault).map(({ status = 0 }) => status)
  const replayed = [await send(ofKling)]
  const swapped = [await send(ofKling, othersAddress.href)]
  control.advance(tenMinutes)
  const late = [await send(ofKling)]

  const newsOf = (id: string): number =>
    events.filter(({ provider, status }) => provider === id && status === 'succeeded').length
  const trick = (what: string, provider: string, answers: readonly number[]): Trick => ({
    what,
    provider,
    answers,
    events: newsOf(provider),
  })
  return [
    trick('forged, then genuine', 'replicate', [...answersTo('forged'), lastOf('replicate').status ?? 0]),
    trick('sent twice', 'piapi', answersTo('duplicate')),
    trick('replayed', 'kling', replayed),
    trick('replayed after ten minutes', 'kling', late),
    trick('sent to the address of another purchase', 'kling', swapped),
  ]
}
