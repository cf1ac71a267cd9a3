import type { AdvanceableClock, EmulatorClock } from './clock.ts'
import type { ProviderKnobs } from './engine/wire.ts'
import type { EmulatorEventListener, EventBus } from './events.ts'
import type { OpenRecord, RequestRecord } from './exchange.ts'
import type { FaultRegistry } from './faults/registry.ts'
import type { Fault, FaultSpec } from './faults/spec.ts'
import { type EmulatedTask, type LedgerEntry, ledgerEntry } from './ledger.ts'
import type { EmulatedProvider, ProviderId } from './providers.ts'
import type { AccountTarget } from './target.ts'
import { createWebhookControl, type WebhookControl } from './webhooks/control.ts'
import type { Deliveries } from './webhooks/deliveries.ts'

/**
 * The hand on the emulator: faults, what was paid, what was asked, time.
 *
 * @example
 * ```ts
 * import { type Control, createEmulator } from '@reelay/emulator'
 *
 * const emulator = createEmulator({ speed: 0 })
 * const control: Control = emulator.control
 * control.fault({ on: 'create', kind: 'lost-after-create' })
 * control.advance(60_000)
 * console.log(control.ledger().length)
 * ```
 */
export interface Control {
  /** Plants a fault; the earliest planted one that wants a request gets it. Throws for a refusal nobody ever gives. */
  fault(spec: FaultSpec): Fault
  /** Every paid task, once, oldest first. */
  ledger(): readonly LedgerEntry[]
  /** Every task, oldest first. */
  tasks(): readonly EmulatedTask[]
  /** Every request to a provider, in order of arrival. */
  requests(): readonly RequestRecord[]
  /** Listeners are awaited. Returns the function that unsubscribes. */
  onEvent(listener: EmulatorEventListener): () => void
  /** Pushes the default clock forward by `ms` milliseconds; throws with a clock of the caller's own. */
  advance(ms: number): void
  /** The emulator's time, milliseconds since the Unix epoch. */
  now(): number
  /** Units the account can still spend. */
  balance(target?: AccountTarget): number
  /** Sets the units the account can still spend. */
  setBalance(units: number, target?: AccountTarget): void
  /** How many video tasks may run at a time: of one model version on Kling, of the account on PiAPI. */
  setConcurrency(limit: number, target?: AccountTarget): void
  /** Locks or unlocks an account, with the provider's own reason or another; throws where there is no such lock. */
  setLocked(locked: boolean | string, target?: AccountTarget): void
  /** The next created tasks end failed, with the provider's risk-control words unless told. */
  failNext(options?: {
    readonly provider?: ProviderId
    readonly count?: number
    readonly message?: string
  }): void
  /** The next created tasks take `ms` milliseconds longer. */
  slowNext(options: { readonly provider?: ProviderId; readonly count?: number; readonly ms: number }): void
  /**
   * The next created tasks are charged `factor` times what the price list says: as after a change of prices that nobody
   * announced.
   */
  chargeNext(options: {
    readonly provider?: ProviderId
    readonly count?: number
    readonly factor: number
  }): void
  /** Puts a task, named by its id or external id, into a state from now on; `status` is the provider's own word. */
  forceStatus(id: string, status: string, message?: string): void
  /** The result URLs of one task, or of all tasks there are, stop working from now on. */
  expireUrls(id?: string): void
  /** The webhooks it sends. */
  readonly webhooks: WebhookControl
  /** Forgets tasks, requests, webhooks, faults and knobs; the seed starts over. Listeners and the clock stay. */
  reset(): void
}

export interface ControlParts {
  readonly providers: readonly EmulatedProvider[]
  readonly clock: EmulatorClock
  readonly ownClock: AdvanceableClock | undefined
  readonly faults: FaultRegistry
  readonly events: EventBus
  readonly log: OpenRecord[]
  readonly webhooks: Deliveries
  resetIds(): void
}

export function createControl(parts: ControlParts): Control {
  const { providers, faults, events, log, webhooks } = parts
  const knobs = (id: ProviderId = 'kling'): ProviderKnobs => {
    const provider = providers.find((candidate) => candidate.id === id)
    if (!provider) throw new Error(`the emulator has no provider '${id}'`)
    return provider.knobs
  }
  /** Webhooks tell what was true before a change, and then what it changed. */
  const changing = (change: () => void): void => {
    webhooks.lookAgain()
    change()
    webhooks.lookAgain()
  }
  const tasks = (): readonly EmulatedTask[] =>
    providers
      .flatMap((wire) => wire.tasks().map((task) => ({ provider: wire.id, ...task })))
      .sort((a, b) => a.createdAt - b.createdAt)

  return {
    fault: (spec) => {
      checkRefusal(providers, spec)
      return faults.add(spec)
    },
    ledger: () => tasks().map(ledgerEntry),
    tasks,
    requests: () => log.map((record) => ({ ...record })),
    onEvent: (listener) => events.on(listener),
    advance: (ms) => {
      if (!parts.ownClock) throw new Error('advance() needs the default clock; move your own clock instead')
      parts.ownClock.advance(ms)
    },
    now: () => parts.clock.now(),
    balance: (target) => knobs(target?.provider).balance(target?.account),
    setBalance: (units, target) => knobs(target?.provider).setBalance(units, target?.account),
    setConcurrency: (limit, target) =>
      changing(() => knobs(target?.provider).setConcurrency(limit, target?.account)),
    setLocked: (locked, target) => {
      const { setLocked } = knobs(target?.provider)
      if (!setLocked) throw new Error(`the emulated ${target?.provider ?? 'kling'} has no account lock`)
      setLocked(locked, target?.account)
    },
    failNext: (options) => knobs(options?.provider).failNext(options?.count ?? 1, options?.message),
    slowNext: (options) => knobs(options.provider).slowNext(options.count ?? 1, options.ms),
    chargeNext: (options) => knobs(options.provider).chargeNext(options.count ?? 1, options.factor),
    forceStatus: (id, status, message) =>
      changing(() => knobs(ownerOf(providers, id)).forceStatus(id, status, message)),
    expireUrls: (id) => {
      for (const provider of id === undefined ? providers : [{ id: ownerOf(providers, id) }]) {
        knobs(provider.id).expireURLs(id)
      }
    },
    webhooks: createWebhookControl(webhooks, (target) => {
      const { rotateWebhookKey } = knobs(target?.provider)
      if (!rotateWebhookKey)
        throw new Error(`the emulated ${target?.provider} has no rotation of its webhook key`)
      return rotateWebhookKey(target?.account)
    }),
    reset: () => {
      webhooks.reset()
      parts.resetIds()
      for (const provider of providers) provider.reset()
      faults.clear()
      log.length = 0
    },
  }
}

/** A refusal that nobody would ever give is a mistake of whoever plants it. */
function checkRefusal(providers: readonly EmulatedProvider[], spec: FaultSpec): void {
  if (spec.kind !== 'refuse') return
  const asked = providers.filter(({ id }) => spec.provider === undefined || spec.provider === id)
  if (asked.some(({ refuses }) => refuses.includes(spec.as))) return
  const known = asked.map(({ id, refuses }) => `${id}: ${refuses.join(', ')}`)
  throw new Error(
    `no emulated provider asked for refuses with '${spec.as}'; what they refuse with is ${known.join('; ')}`,
  )
}

function ownerOf(providers: readonly EmulatedProvider[], id: string): ProviderId {
  const owner = providers.find((provider) =>
    provider.tasks().some((task) => task.id === id || task.externalId === id),
  )
  if (!owner) throw new Error(`the emulator has no task '${id}'`)
  return owner.id
}
