import type { Clock } from '../../model/clock.ts'
import { ReelayError, withDetails } from '../../model/error.ts'
import { explain } from '../../model/problem.ts'
import type { Output, SucceededTask } from '../../model/task.ts'
import type { VideoProvider } from '../../provider/provider.ts'
import { guardedFetch } from './guard/guarded.ts'
import { type DownloadOptions, transferProblems } from './options.ts'

/**
 * A file that is wholly where it was to go.
 *
 * @example
 * ```ts
 * import type { StoredFile } from '@reelay/core'
 * const line = ({ file, bytes, sha256 }: StoredFile): string => `${sha256 ?? '-'}  ${file} (${bytes} bytes)`
 * ```
 */
export interface StoredFile {
  /** Its path, key, or address without the query. */
  readonly file: string
  readonly bytes: number
  readonly mediaType: string
  /** SHA-256 of the content, hex, where it was computed on the way. */
  readonly sha256?: string
}

/**
 * What `generate` tells a {@link Store} about the render it belongs to.
 *
 * @example
 * ```ts
 * import type { Output, StoreContext } from '@reelay/core'
 * // A store of your own stops when whoever waits does.
 * const fetchFor = ({ url = '' }: Output, { abortSignal }: StoreContext): Promise<Response> =>
 *   fetch(url, { signal: abortSignal ?? null })
 * ```
 */
export interface StoreContext {
  readonly provider?: VideoProvider | undefined
  readonly abortSignal?: AbortSignal | undefined
  readonly clock?: Clock | undefined
}

/**
 * Puts every output of a finished task somewhere: what `store` of `generate` takes, and what {@link toStorage},
 * {@link toS3} and `toFile` of `@reelay/core/node` make. Answers with one file per output, in their order.
 *
 * @example
 * ```ts
 * import { type Store, type SucceededTask, toStorage } from '@reelay/core'
 * declare const task: SucceededTask
 * const store: Store = toStorage({ setItemRaw: async (key, value) => console.log(key, value) })
 * const [clip] = await store(task)
 * ```
 */
export interface Store {
  (task: SucceededTask, context?: StoreContext): Promise<readonly StoredFile[]>
  /**
   * Looks whether a clip could be stored, without storing one: `generate` calls it before it buys. A store of your own may
   * do without.
   *
   * @throws ReelayError `ERR_CONFIG`, outcome `none`: nothing was sent.
   */
  readonly ready?: (context?: StoreContext) => Promise<void>
}

/** The error of a store that could not keep what is about to be bought. */
export function unready(why: string, { provider }: StoreContext = {}): ReelayError {
  const { id, account } = provider ?? {}
  const message = `Nothing was sent, because the clip could not be stored: ${why}`
  return new ReelayError('ERR_CONFIG', message, { provider: id, account, outcome: 'none' })
}

/**
 * A store with its `ready`: results can be fetched here at all, and whatever else it needs.
 *
 * @param look Throws for what is missing where the files are to go.
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for limits that are none.
 */
export function storeOf<Put extends Store>(
  put: Put,
  options: DownloadOptions,
  look: (context: StoreContext) => Promise<void> | void,
): Put & Required<Pick<Store, 'ready'>> {
  const problems = transferProblems(options)
  if (problems.length > 0)
    throw new ReelayError('ERR_CONFIG', explain(problems), { outcome: 'none', problems })
  const ready = async (context: StoreContext = {}): Promise<void> => {
    const { provider } = context
    await guardedFetch({ provider, ...options }).catch((error: unknown) => {
      throw ReelayError.isInstance(error) ? unready(error.message, context) : error
    })
    await look(context)
  }
  return Object.assign(put, { ready })
}

/** What a sink is given of one output. */
export type Put = (output: Output, index: number, options: DownloadOptions) => Promise<StoredFile>

/** What else can go wrong than a transfer: a function of the caller's that tells where an output goes. */
function misplaced(cause: unknown, index: number, { handle }: SucceededTask): ReelayError {
  const { provider, account } = handle
  const details = { provider, account, handle, outcome: 'accepted' } as const
  if (ReelayError.isInstance(cause)) return cause.handle ? cause : withDetails(cause, details)
  const message = `It could not be told where output ${index + 1} of the task goes (see cause). It is still at the provider; store it again.`
  return new ReelayError('ERR_DOWNLOAD', message, { ...details, cause })
}

/** Puts the outputs one after the other, each with everything an expired URL is replaced with. */
export async function putAll(
  task: SucceededTask,
  context: StoreContext,
  options: DownloadOptions,
  put: Put,
): Promise<readonly StoredFile[]> {
  const { provider, abortSignal } = context
  const clock = context.clock ?? provider?.clock
  const all = { provider, abortSignal, clock, ...options, handle: task.handle }
  const stored: StoredFile[] = []
  for (const [index, output] of task.outputs.entries()) {
    const one = put(output, index, all).catch((cause: unknown) => {
      throw misplaced(cause, index, task)
    })
    stored.push(await one)
  }
  return stored
}
