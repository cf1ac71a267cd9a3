import type { EmulatorClock } from '../clock.ts'
import type { FaultRegistry } from '../faults/registry.ts'
import type { ProviderId } from '../providers.ts'
import type { Agenda } from './agenda.ts'
import type { WebhookFaultRun } from './faults/effect.ts'
import { applyWebhookFault } from './faults/effects.ts'
import type { WebhookFaultInfo, WebhookFaultSpec } from './faults/spec.ts'
import type { OpenAttempt } from './log.ts'
import { type Draft, isAccepted, type Message, type Stamp } from './message.ts'
import type { Outcome, Transport } from './transport.ts'

export interface AttemptParts {
  readonly clock: EmulatorClock
  /** The time that deliveries are signed for. */
  readonly receiverNow: () => number
  readonly agenda: Agenda
  readonly transport: Transport
  readonly timeouts: boolean
  readonly faults: FaultRegistry<WebhookFaultSpec, WebhookFaultInfo>
  readonly log: OpenAttempt[]
  /** Counts work as in flight until it is done. */
  track(work: Promise<void>): void
  /** Aborted when everything is called off. */
  signal(): AbortSignal
}

/** A message and whose it is. */
export interface Addressed extends Message {
  readonly provider: ProviderId
}

export interface Attempts {
  /** Tells one message, retries and faults included. Resolves after the first attempt. */
  deliver(message: Addressed): Promise<void>
  /** Forgets what waits for another message. */
  clear(): void
}

type Act = () => Promise<void>

export function createAttempts(parts: AttemptParts): Attempts {
  const { clock, receiverNow, agenda, faults, log } = parts
  /** By task: what a `reorder` keeps until the task's next message is through. */
  const kept = new Map<string, Act[]>()

  const later = (at: number, act: Act): void => void agenda.add(at, () => parts.track(act()))

  async function attempt(message: Addressed, number: number): Promise<void> {
    const { provider, taskId, url, event, last } = message
    const signal = parts.signal()
    const taken = faults.take({ provider, taskId, url, event, terminal: last, attempt: number })
    let spared = false

    const note = (draft: Draft): OpenAttempt => {
      const fault = taken && !spared ? { fault: taken.spec.kind } : {}
      const record = { provider, taskId, event, url, ...draft, attempt: number, at: clock.now(), ...fault }
      if (!signal.aborted) log.push(record)
      return record
    }
    const write = (change: Partial<Stamp> = {}): Promise<Draft> =>
      inNoTime(clock, message.write({ at: receiverNow(), key: 'own', payload: 'full', ...change }))

    const send = async (draft: Draft, how?: { readonly copy: boolean }): Promise<void> => {
      if (signal.aborted) return
      const record = note(draft)
      const { hopeless = false, ...outcome } = await post(parts, message, number, draft, signal)
      Object.assign(record, outcome)
      if (hopeless || how?.copy || signal.aborted || isAccepted(outcome.status)) return
      const pause = message.isRetried(outcome.status) ? message.retryMs[number - 1] : undefined
      const at = clock.now() + (pause ?? 0)
      if (pause === undefined || at >= (message.expiresAt ?? Number.POSITIVE_INFINITY)) return
      later(at, () => attempt(message, number + 1))
    }

    if (!taken) return send(await write())
    const run: WebhookFaultRun = {
      message,
      write,
      send,
      receiverNow,
      later: (ms, act) => later(clock.now() + ms, act),
      afterNext: (act) => void kept.set(keyOf(message), [...(kept.get(keyOf(message)) ?? []), act]),
      lose: (draft) => void Object.assign(note(draft), { failure: 'lost by a fault' }),
      spare: () => {
        spared = true
        taken.spare()
      },
    }
    return applyWebhookFault(taken.spec, run)
  }

  return {
    deliver: async (message) => {
      const waiting = kept.get(keyOf(message)) ?? []
      kept.delete(keyOf(message))
      await attempt(message, 1)
      for (const act of waiting) await act()
    },
    clear: () => kept.clear(),
  }
}

const keyOf = ({ provider, taskId }: Addressed): string => `${provider} ${taskId}`

async function post(
  { clock, transport, timeouts }: AttemptParts,
  message: Message,
  number: number,
  draft: Draft,
  signal: AbortSignal,
): Promise<Outcome> {
  const { url, undeliverable } = message
  if (undeliverable !== undefined) return { failure: `not deliverable: ${undeliverable}`, hopeless: true }
  // Every attempt has a signal of its own: thousands of listeners on one are a warning.
  if (!timeouts) return transport(url, draft, AbortSignal.any([signal]))
  const settled = new AbortController()
  const giveUp = new AbortController()
  const limit = message.timeoutMs(number)
  const timeout = clock
    .sleep(limit, AbortSignal.any([signal, settled.signal]))
    .then(() => giveUp.abort())
    .catch(() => {})
  const outcome = await transport(url, draft, AbortSignal.any([signal, giveUp.signal]))
  settled.abort()
  await timeout
  return giveUp.signal.aborted && outcome.status === undefined
    ? { failure: `no answer within ${limit / 1000} s` }
    : outcome
}

const immediate = typeof setImmediate === 'function' ? setImmediate : undefined

/** One macrotask, so that a clock whose sleeps end at once leaves the work its turn. */
function turn(): Promise<void> {
  if (immediate) return new Promise((resolve) => void immediate(resolve))
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}

/**
 * Waits for work that takes no time of the emulator's: signing, encoding a clip. A clock that jumps whenever nothing
 * seems to happen cannot see it; somebody who sleeps no time at all keeps such a clock where it is.
 */
export async function inNoTime<T>(clock: EmulatorClock, work: Promise<T>): Promise<T> {
  const done = new AbortController()
  const finished = work.finally(() => done.abort())
  finished.catch(() => {})
  while (!done.signal.aborted) {
    const asleep = clock.sleep(0, done.signal).catch(() => {})
    await Promise.race([finished, Promise.all([asleep, turn()])])
  }
  return finished
}
