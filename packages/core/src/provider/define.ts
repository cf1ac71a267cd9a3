import { type ErrorDetails, ReelayError } from '../model/error.ts'
import { at, keeping, kindOf } from '../model/foreign.ts'
import { isOwnedBy, ownerText, type Submission, type TaskHandle } from '../model/handle.ts'
import type { Outcome } from '../model/outcome.ts'
import { shortForms } from './appraisal.ts'
import { assertCall, assertHandle, assertSubmission, handlesOf } from './door.ts'
import { createEngine } from './engine.ts'
import type { InstanceOptions } from './instance.ts'
import type { CallOptions, FindOptions, GetManyOptions } from './options.ts'
import type { VideoProvider } from './provider.ts'
import { encodeServed } from './request/encode.ts'
import type { ProviderSpec } from './spec.ts'
import { find, lookBy } from './submit/find.ts'
import { purchasing } from './submit/purchasing.ts'
import type { searchByInput } from './submit/search.ts'
import type { takeSteps } from './submit/steps.ts'
import { submit } from './submit/submit.ts'
import { getMany, type ListParts } from './task/get-many.ts'
import { cancel, follow, getOne } from './task/read.ts'

/**
 * What only some providers need, beside their tables: a program bundles what its providers name here.
 *
 * @example
 * ```ts
 * import { readHistory, type SpecParts, searchByInput, takeSteps } from '@reelay/core/adapter'
 * export const parts: SpecParts = { readHistory, searchByInput, takeSteps }
 * ```
 */
export interface SpecParts extends ListParts {
  /** For a spec with a `search`. */
  readonly searchByInput?: typeof searchByInput
  /** For a spec with a kind that is sold with `steps`. */
  readonly takeSteps?: typeof takeSteps
}

function assertWhole({ id, kinds, search, list, named }: ProviderSpec, parts: SpecParts): void {
  const needed = {
    searchByInput: search,
    readHistory: list?.history,
    readNamed: named,
    takeSteps: kinds.find(({ steps }) => steps),
  }
  for (const name of ['searchByInput', 'readHistory', 'readNamed', 'takeSteps'] as const) {
    if (!needed[name] || parts[name]) continue
    const message = `The spec of ${id} needs ${name} of @reelay/core/adapter. Pass it: defineProvider(spec, { ${name} }).`
    throw new ReelayError('ERR_CONFIG', message, { provider: id, outcome: 'none' })
  }
}

/**
 * Makes a provider out of an adapter's tables. The result of the inner call is a frozen {@link VideoProvider} whose
 * credentials live in closures only.
 *
 * @param parts What the tables need beside them; a spec with a `search`, a `history` or priced steps is refused without.
 * @throws ReelayError `ERR_CONFIG` when a part is missing, before there is any provider.
 *
 * @example
 * ```ts
 * import { type VideoProvider } from '@reelay/core'
 * import { type Auth, defineProvider, type ProviderSpec, resolveHosts } from '@reelay/core/adapter'
 * declare const spec: ProviderSpec
 * declare const auth: Auth
 * const define = defineProvider(spec)
 * export const createMine = (options: { baseURL?: string } = {}): VideoProvider =>
 *   define({ auth, ...resolveHosts('mine', { api: 'https://api.example.com' }, options) })
 * ```
 */
export function defineProvider(
  tables: ProviderSpec,
  parts: SpecParts = {},
): (options: InstanceOptions) => VideoProvider {
  assertWhole(tables, parts)
  const look = lookBy(parts.searchByInput)
  return (options) => {
    const engine = createEngine(tables, options, parts.searchByInput?.claimsOf)
    const { spec, account, clock, owner } = engine
    const who = { provider: spec.id, account }
    const owns = (of: unknown): boolean => isOwnedBy(owner, of)

    function assertOwn(of: TaskHandle | Submission): void {
      if (owns(of) && Object.hasOwn(spec.routes, of.route)) {
        if ('id' in of) engine.claims?.claim(of.id, of)
        return
      }
      const [what, details] =
        'id' in of
          ? (['handle', { outcome: 'none', handle: of }] as const)
          : (['submission', { outcome: 'unknown', submission: of }] as const)
      const message = owns(of)
        ? `${spec.id} has no route ${of.route}: the ${what} is from another version of this adapter.`
        : `The ${what} belongs to ${ownerText(of)}, not to ${ownerText(owner)}. Ask the provider that made it.`
      throw new ReelayError('ERR_INVALID_REQUEST', message, { ...who, ...details })
    }

    /** Something about one task, whose handle stays on whatever is thrown. */
    async function about<Value>(
      handle: TaskHandle,
      doing: string,
      call: CallOptions,
      work: () => Value | Promise<Value>,
    ): Promise<Value> {
      assertHandle(handle, who)
      assertOwn(handle)
      return keeping(handle, `${doing} task ${handle.id}`, () => {
        assertCall(call, { ...who, handle })
        return work()
      })
    }

    /** The same for what is not about one task. */
    function of(
      outcome: Outcome,
      doing: string,
      thrown: unknown,
      details: Partial<ErrorDetails>,
    ): ReelayError {
      if (ReelayError.isInstance(thrown)) return thrown
      const message = `${doing} at ${spec.id} broke off (${kindOf(thrown)}).`
      return at(thrown, new ReelayError('ERR_CONFIG', message, { ...who, outcome, ...details }))
    }

    const provider: VideoProvider = {
      id: spec.id,
      account,
      host: options.host,
      catalog: spec.catalog,
      clock,
      instance: {},
      owns,
      ...shortForms((request) => engine.appraise(request).appraisal),
      encode(request, instead = request) {
        const { served } = engine.appraise(instead)
        return served && encodeServed(served)
      },
      submit: purchasing({ id: spec.id, account, fetch: engine.fetch }, (request, call) =>
        submit(engine, { look, takeSteps: parts.takeSteps }, request, call),
      ),
      async get(handle, call = {}) {
        const answer = await about(handle, 'Reading', call, () => getOne(engine, handle, call))
        if (ReelayError.isInstance(answer)) throw answer
        return answer
      },
    }
    const { list } = spec
    return Object.freeze({
      ...provider,
      ...(list && {
        async getMany(handles: readonly TaskHandle[], call: GetManyOptions = {}) {
          handlesOf(handles, who).forEach(assertOwn)
          try {
            assertCall(call, who)
            return await getMany(engine, list, parts, handles, call)
          } catch (thrown) {
            throw of('accepted', `Reading ${handles.length} tasks`, thrown, {})
          }
        },
      }),
      ...(spec.follow && {
        async follow(handle: TaskHandle, call: CallOptions = {}) {
          return about(handle, 'Following', call, () =>
            follow(engine, spec.follow as NonNullable<ProviderSpec['follow']>, handle, call),
          )
        },
      }),
      ...(spec.cancel && {
        async cancel(handle: TaskHandle, call: CallOptions = {}) {
          return about(handle, 'Stopping', call, () =>
            cancel(engine, spec.cancel as NonNullable<ProviderSpec['cancel']>, handle, call),
          )
        },
      }),
      ...((spec.find || spec.search) && {
        async find(submission: Submission, call: FindOptions = {}) {
          assertSubmission(submission, who)
          assertOwn(submission)
          try {
            assertCall(call, { ...who, outcome: 'unknown', submission })
            return await find(engine, look, submission, call)
          } catch (thrown) {
            throw of('unknown', 'Looking for a submission', thrown, { submission })
          }
        },
      }),
    })
  }
}
