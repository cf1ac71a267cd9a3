import type { EmulatorClock } from '../clock.ts'
import { createFaultRegistry } from '../faults/registry.ts'
import { createAgenda } from './agenda.ts'
import { createAttempts } from './attempts.ts'
import { wantsAttempt } from './faults/effects.ts'
import type { WebhookFaultInfo, WebhookFaultSpec } from './faults/spec.ts'
import type { OpenAttempt, WebhookAttempt } from './log.ts'
import type { Message, Source } from './message.ts'
import type { WebhookOptions } from './options.ts'
import { createTransport } from './transport.ts'

/** What a provider folder may ask of the deliveries. */
export interface Follow {
  /** Looks at a source now and whenever it has news, until it has none left. */
  follow(source: Source): void
}

export interface Deliveries extends Follow {
  readonly faults: ReturnType<typeof createFaultRegistry<WebhookFaultSpec, WebhookFaultInfo>>
  /** Looks at every source: something may have changed from outside. */
  lookAgain(): void
  sent(): readonly WebhookAttempt[]
  idle(): Promise<void>
  /** Calls everything off that is scheduled or on its way. What comes after is delivered again. */
  stop(): void
  /** The same, and forgets what was sent and planted. */
  reset(): void
}

/** When a source is to be looked at again. */
interface Appointment {
  readonly at: number
  cancel(): void
}

/** The sending side of webhooks. It does nothing at all until there is a source. */
export function createDeliveries(
  clock: EmulatorClock,
  receiverNow: () => number,
  options: WebhookOptions = {},
): Deliveries {
  const agenda = createAgenda(clock)
  const faults = createFaultRegistry(wantsAttempt)
  const log: OpenAttempt[] = []
  const sources = new Map<Source, Appointment>()
  const inFlight = new Set<Promise<void>>()
  let over = new AbortController()

  /** A message that cannot be written is a fault of the emulator, and may be as loud as any other. */
  const track = (work: Promise<void>): void => {
    inFlight.add(work)
    void work.finally(() => inFlight.delete(work))
  }
  const attempts = createAttempts({
    clock,
    receiverNow,
    agenda,
    faults,
    log,
    track,
    transport: createTransport(options.fetch),
    timeouts: options.timeouts ?? false,
    signal: () => over.signal,
  })

  /** What became due in one look arrives in its order, task by task; a receiver that hangs keeps up nothing else. */
  async function inOrder(messages: readonly Message[]): Promise<void> {
    for (const message of messages) await attempts.deliver(message)
  }

  function look(source: Source): void {
    const now = clock.now()
    const { news, again } = source.look(now)
    for (const messages of byTask(news)) track(inOrder(messages))
    const before = sources.get(source)
    if (before && before.at === again && before.at > now) return
    before?.cancel()
    if (again === undefined) sources.delete(source)
    else sources.set(source, { at: again, cancel: appointed(source, again, now) })
  }

  const appointed = (source: Source, at: number, now: number): (() => void) =>
    Number.isFinite(at) ? agenda.add(Math.max(at, now + 1), () => look(source)) : () => {}

  const stop = (): void => {
    over.abort()
    over = new AbortController()
    agenda.clear()
    attempts.clear()
    for (const source of sources.keys()) source.forget()
    sources.clear()
    inFlight.clear()
  }

  return {
    faults,
    follow: look,
    lookAgain: () => {
      for (const source of [...sources.keys()]) look(source)
    },
    sent: () => log.map((record) => ({ ...record })),
    idle: async () => {
      for (;;) {
        agenda.run()
        if (inFlight.size === 0) return
        await Promise.all(inFlight)
      }
    },
    stop,
    reset: () => {
      stop()
      faults.clear()
      log.length = 0
    },
  }
}

function byTask(messages: readonly Message[]): Iterable<readonly Message[]> {
  return Map.groupBy(messages, ({ taskId }) => taskId).values()
}
