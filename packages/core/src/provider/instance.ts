import type { Clock } from '../model/clock.ts'
import type { Auth } from './http/auth.ts'

/** What every `createX` of an adapter accepts beside its credentials. */
export interface ProviderOptionsBase {
  /** A name for this account, kept in handles; `default` when absent. Never derived from a key. */
  readonly account?: string | undefined
  /** Where the provider is, when not at its own address: a proxy, an emulator. By host name where it has several. */
  readonly baseURL?: string | Readonly<Record<string, string>> | undefined
  /** A `fetch` to use instead of the runtime's. It must not retry: a retried POST is paid twice. */
  readonly fetch?: typeof globalThis.fetch | undefined
  /** Extra headers on every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Milliseconds one HTTP attempt may take; 60,000 when absent. */
  readonly timeoutMs?: number | undefined
  readonly clock?: Clock | undefined
}

/** What an adapter hands over for one instance: the shared options, with credentials and addresses resolved. */
export interface InstanceOptions extends Omit<ProviderOptionsBase, 'baseURL'> {
  readonly auth: Auth
  /** Base URL of each host; the first is the main one. See {@link resolveHosts}. */
  readonly hosts: Readonly<Record<string, string>>
  /** Whether a create whose answer was lost may be sent again with the same external id; `true` when absent. */
  readonly resend?: boolean | undefined
}
