import type { RenderRequest } from '../kinds/kinds.ts'
import { assertAmounts } from '../model/amount.ts'
import type { Clock } from '../model/clock.ts'
import { clockAt } from '../model/emulated.ts'
import { ReelayError } from '../model/error.ts'
import type { Owned } from '../model/handle.ts'
import { assertName } from '../model/name.ts'
import { createAppraiser, type Evaluation } from './appraise.ts'
import { ownerOf, type ProviderHost } from './hosts.ts'
import type { Auth } from './http/auth.ts'
import { createTransport, type Transport } from './http/transport.ts'
import type { InstanceOptions } from './instance.ts'
import { assertUpload, type Upload, withUploads } from './own-upload.ts'
import { isNear } from './request/reach.ts'
import type { ProviderSpec } from './spec.ts'
import { repeatableMs, specAt } from './standing.ts'
import type { OwnClaims, ownClaims } from './submit/claims.ts'

/** One provider instance from the inside: its tables, its account, and its way out. */
export interface Engine {
  /** As they hold at the host it talks to. */
  readonly spec: ProviderSpec
  readonly account: string
  readonly host: ProviderHost
  /** Whose its tasks are. */
  readonly owner: Owned
  /** For how long a create whose answer was lost may be sent again, see {@link repeatableMs}. */
  readonly repeatableMs: number
  /** Carries the external id of a create, where a relay documents it. */
  readonly idempotencyHeader: string | undefined
  /** Holds a request against the tables. */
  readonly appraise: (request: RenderRequest) => Evaluation
  readonly clock: Clock
  readonly transport: Transport
  readonly auth: Auth
  /** The caller's own. */
  readonly fetch: typeof globalThis.fetch | undefined
  /** The caller's own. */
  readonly upload: Upload | undefined
  /** Whether it stands where the caller does, and so reaches what the caller reaches. */
  readonly near: boolean
  /** Where tasks are found by what they echo. */
  readonly claims: OwnClaims | undefined
  /** Whether a task may be adopted for its input alone: nobody else buys such requests on the account. */
  readonly soleSubmitter: boolean
  /**
   * By route: where in its list wanted tasks were found last, over how many items they were spread, and how often a list
   * was read in vain since.
   */
  readonly places: Map<string, { readonly offset: number; readonly span: number; readonly misses: number }>
  /** When the next of many reads may leave; see `elapsedOf`. */
  nextReadAt: number
  /** By route: the pages read lately, as stretches of its list. */
  readonly stretches: Map<string, readonly Stretch[]>
  past: Past
}

/** A page that was read: from which item of the list to which, and when. */
export interface Stretch {
  readonly from: number
  readonly to: number
  /** See `elapsedOf`. */
  readonly at: number
}

/** A history of ended tasks, as far as it was read; times are milliseconds since the epoch by the provider's clock. */
export interface Past {
  /** Tasks it holds, in the order of reading. */
  readonly known: ReadonlySet<string>
  /** Tasks asked after that it lacked when it was read last. */
  readonly absent: ReadonlySet<string>
  /** When that was. */
  readonly readAt: number
  /** Since when all that ended is known. */
  readonly since: number
  /** How often it had been late. */
  readonly late: number
}

/** Whether headers of the caller's hold one by this name. */
export function hasHeader(
  headers: Readonly<Record<string, string>> | undefined,
  name: string | undefined,
): boolean {
  return Object.keys(headers ?? {}).some((own) => own.toLowerCase() === name?.toLowerCase())
}

const defaultTimeoutMs = 60_000

function soleSubmitterOf(
  { id, search }: ProviderSpec,
  { soleSubmitter }: InstanceOptions,
  account: string,
): boolean {
  if (soleSubmitter !== undefined && typeof soleSubmitter !== 'boolean') {
    const message = `soleSubmitter is of type ${typeof soleSubmitter}. Pass true where nobody but this journal buys such requests on the account, else false.`
    throw new ReelayError('ERR_CONFIG', message, { provider: id, account, outcome: 'none' })
  }
  return search?.soleSubmitter !== undefined && (soleSubmitter ?? search.soleSubmitter)
}

/**
 * Builds an instance's inside from what its adapter hands over.
 *
 * @param claimsOf What remembers its purchases, where tasks are found by what they echo.
 */
export function createEngine(
  spec: ProviderSpec,
  options: InstanceOptions,
  claimsOf?: typeof ownClaims,
): Engine {
  const { account = 'default', timeoutMs = defaultTimeoutMs, auth } = options
  const clock = clockAt(options.hosts, options)
  assertName('account', account, { provider: spec.id })
  assertAmounts('duration', { timeoutMs }, { provider: spec.id, account })
  const { host, idempotencyHeader, resend = true } = options
  if (hasHeader(options.headers, idempotencyHeader)) {
    const message = `headers holds ${idempotencyHeader}, which names each purchase by itself. Leave it out.`
    throw new ReelayError('ERR_CONFIG', message, { provider: spec.id, account, outcome: 'none' })
  }
  const transport = createTransport({ ...options, clock, timeoutMs })
  const { upload } = options
  assertUpload(upload, { provider: spec.id, account })
  const here = specAt(spec, options, options.prices, { account, now: clock.now() })
  const own = upload === undefined ? here : { ...here, kinds: withUploads(here.kinds) }
  const near = isNear(options.hosts)
  const owner = ownerOf({ id: spec.id, account, host })
  return {
    spec: own,
    account,
    host,
    owner,
    repeatableMs: repeatableMs(options, resend),
    idempotencyHeader,
    appraise: createAppraiser({ spec: own, near, now: () => clock.now(), owner }),
    clock,
    transport,
    auth,
    fetch: options.fetch,
    upload,
    near,
    claims: own.search && claimsOf?.(own.search, clock),
    soleSubmitter: soleSubmitterOf(spec, options, account),
    places: new Map(),
    nextReadAt: Number.NEGATIVE_INFINITY,
    stretches: new Map(),
    past: { known: new Set(), absent: new Set(), readAt: 0, since: Number.POSITIVE_INFINITY, late: 0 },
  }
}
