import { type Clock, systemClock } from './clock.ts'

type Fetch = typeof globalThis.fetch

/**
 * What `@reelay/emulator/register` leaves in a program that it put on the emulator. Under a symbol, since only code that
 * runs in this process can set it: no environment variable changes what may be fetched, or how long a request is waited
 * for.
 */
export interface EmulatorHere {
  /** Answers for providers' hosts, and with `undefined` for any other address. */
  readonly fetch?: (...call: Parameters<Fetch>) => ReturnType<Fetch> | undefined
  /** The emulator's time, for an address at which nobody but the emulator answers; else `undefined`. */
  readonly clock?: (url: string) => Clock | undefined
}

const symbol = Symbol.for('reelay.emulator')

/** The emulator that this program was started on. */
export const emulatorHere = (): EmulatorHere =>
  (globalThis as { readonly [symbol]?: EmulatorHere })[symbol] ?? {}

/** What of an instance's options says how it reaches its hosts. */
interface Ways {
  readonly clock?: Clock | undefined
  readonly fetch?: Fetch | undefined
  readonly ky?: unknown
}

/**
 * The clock that an instance lives by: its own; else the emulator's in a program that was started on one, where that alone
 * answers at every host; else the host's. A caller's own `fetch` or `ky` may reach the real hosts, where no second is short.
 *
 * @param hosts Base URLs, by host name.
 *
 * @example
 * ```ts
 * import { clockAt, resolveHosts } from '@reelay/core/adapter'
 * const { hosts } = resolveHosts('mine', { api: 'https://api.example.com' }, {})
 * const startedAt = clockAt(hosts, {}).now()
 * ```
 */
export function clockAt(hosts: Readonly<Record<string, string>>, { clock, fetch, ky }: Ways): Clock {
  if (clock) return clock
  const emulated = fetch || ky ? undefined : emulatorHere().clock
  const clocks = Object.values(hosts).map((url) => emulated?.(url))
  return (clocks.every(Boolean) ? clocks[0] : undefined) ?? systemClock
}
