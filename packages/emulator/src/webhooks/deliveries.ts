import type { EmulatorClock } from '../clock.ts'
import { createFaultRegistry } from '../faults/registry.ts'
import type { ProviderId } from '../providers.ts'
import { createAgenda } from './agenda.ts'
import { createAttempts } from './attempts.ts'
import { wantsAttempt } from './faults/effects.ts'
import type { WebhookFaultInfo, WebhookFaultSpec } from './faults/spec.ts'
import type { OpenAttempt, WebhookAttempt } from './log.ts'
import type { Follow, Message, Source } from './message.ts'
import type { WebhookOptions } from './options.ts'
import { createTransport } from './transport.ts'

export interface Deliveries {
  /** What one provider may ask of the deliveries. */
  of(provider: ProviderId): Follow
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

/** Whose a source is, and when it is to be looked at again. */
interface Appointment {
  readonly provider: ProviderId
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
  async function inOrder(provider: ProviderId, messages: readonly Message[]): Promise<void> {
    for (const message of messages) await attempts.deliver({ ...message, provider })
  }

  function look(provider: ProviderId, source: Source): void {
    const now = clock.now()
    const { news, again } = source.look(now)
    for (const messages of byTask(news)) track(inOrder(provider, messages))
    const before = sources.get(source)
    if (before && before.at === again && before.at > now) return
    before?.cancel()
    if (again === undefined) sources.delete(source)
    else sources.set(source, { provider, at: again, cancel: appointed(provider, source, again, now) })
  }

  const appointed = (provider: ProviderId, source: Source, at: number, now: number): (() => void) =>
    Number.isFinite(at) ? agenda.add(Math.max(at, now + 1), () => look(provider, source)) : () => {}

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
    of: (provider) => ({ follow: (source) => look(provider, source) }),
    lookAgain: () => {
      for (const [source, { provider }] of [...sources]) look(provider, source)
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
