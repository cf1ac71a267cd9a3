import { type Clock, systemClock } from '../model/clock.ts'
import { ReelayError } from '../model/error.ts'
import type { Submission, TaskHandle } from '../model/handle.ts'
import type { RenderRequest } from '../model/request/index.ts'
import type { Engine } from './engine.ts'
import type { Auth } from './http/auth.ts'
import { createTransport } from './http/transport.ts'
import type { CallOptions, VideoProvider } from './provider.ts'
import { checkRequest } from './request/check.ts'
import { quoteRequest } from './request/price.ts'
import type { ProviderSpec } from './spec.ts'
import { find } from './submit/find.ts'
import { submit } from './submit/submit.ts'
import { cancel } from './task/cancel.ts'
import { getOne } from './task/get.ts'
import { getMany } from './task/get-many.ts'

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

const defaultTimeoutMs = 60_000

/**
 * Makes a provider out of an adapter's tables. The result of the inner call is a frozen {@link VideoProvider} whose
 * credentials live in closures only.
 *
 * @example
 * ```ts
 * import { type Auth, defineProvider, type ProviderSpec, resolveHosts, type VideoProvider } from '@reelay/core'
 * declare const spec: ProviderSpec
 * declare const auth: Auth
 * const define = defineProvider(spec)
 * export const createMine = (options: { baseURL?: string } = {}): VideoProvider =>
 *   define({ auth, hosts: resolveHosts('mine', { api: 'https://api.example.com' }, options.baseURL) })
 * ```
 */
export function defineProvider(spec: ProviderSpec): (options: InstanceOptions) => VideoProvider {
  return (options) => {
    const account = options.account ?? 'default'
    const clock = options.clock ?? systemClock
    const transport = createTransport({ ...options, clock, timeoutMs: options.timeoutMs ?? defaultTimeoutMs })
    const engine: Engine = { spec, account, clock, transport, auth: options.auth, claimed: new Set() }
    const owns = (of: { provider: string; account: string }): boolean =>
      of.provider === spec.id && of.account === account

    function assertOwn(of: TaskHandle | Submission): void {
      if (owns(of) && Object.hasOwn(spec.routes, of.route)) return
      const [what, details] =
        'id' in of
          ? (['handle', { outcome: 'none', handle: of }] as const)
          : (['submission', { outcome: 'unknown', submission: of }] as const)
      const message = owns(of)
        ? `${spec.id} has no route ${of.route}: the ${what} is from another version of this adapter.`
        : `The ${what} belongs to ${of.provider} (account ${of.account}), not to ${spec.id} (account ${account}). Ask the provider that made it.`
      throw new ReelayError('ERR_INVALID_REQUEST', message, { provider: spec.id, account, ...details })
    }

    const provider: VideoProvider = {
      id: spec.id,
      account,
      catalog: spec.catalog,
      clock,
      owns,
      check: (request: RenderRequest) => checkRequest(spec, request).problems,
      quote: (request: RenderRequest) => quoteRequest(spec, request),
      submit: (request, call = {}) => submit(engine, options.resend ?? true, request, call),
      async get(handle, call = {}) {
        assertOwn(handle)
        const answer = await getOne(engine, handle, call)
        if (ReelayError.isInstance(answer)) throw answer
        return answer
      },
    }
    const { list } = spec
    return Object.freeze({
      ...provider,
      ...(list && {
        async getMany(handles: readonly TaskHandle[], call: CallOptions = {}) {
          handles.forEach(assertOwn)
          return getMany(engine, list, handles, call)
        },
      }),
      ...(spec.cancel && {
        async cancel(handle: TaskHandle, call: CallOptions = {}) {
          assertOwn(handle)
          return cancel(engine, spec.cancel as NonNullable<ProviderSpec['cancel']>, handle, call)
        },
      }),
      ...((spec.find || spec.search) && {
        async find(submission: Submission, call: CallOptions = {}) {
          assertOwn(submission)
          return find(engine, submission, call)
        },
      }),
    })
  }
}
