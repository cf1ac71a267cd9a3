import { defineProvider, type ProviderOptionsBase, resolveHosts, type VideoProvider } from '@reelay/core'
import { createAuth } from './auth.ts'
import { hosts } from './hosts.ts'
import { follow } from './routes.ts'
import { spec } from './spec.ts'

export type { FalVideoOptions } from './provider-options.ts'
export { createFalWebhook, type FalWebhookOptions } from './webhook.ts'

/**
 * Options of {@link createFal}. Without `apiKey` the environment is read at the first request: `FAL_KEY`, `FAL_API_KEY`,
 * then `FAL_KEY_ID` with `FAL_KEY_SECRET`.
 *
 * `baseURL` has three hosts, `queue`, `rest` (uploads) and `api` (the request history). Given only the first, as a string
 * or by name, the others go to `<queue>/rest` and `<queue>/api`: the key never leaves for fal when the adapter was pointed elsewhere.
 *
 * @example
 * ```ts
 * import type { FalOptions } from '@reelay/fal'
 * const options: FalOptions = {
 *   apiKey: 'key-id:key-secret',
 *   baseURL: { queue: 'https://proxy.example.com/queue', rest: 'https://proxy.example.com/rest' },
 * }
 * ```
 */
export interface FalOptions extends ProviderOptionsBase {
  /** `<key id>:<key secret>`, as the dashboard shows it. */
  readonly apiKey?: string | undefined
  /**
   * Whether a task that is waited for alone is followed by fal's status stream too, one request held open per task, so
   * that its end is seen at once; looking goes on as without it. `false` when absent: proxies may not let streams pass.
   */
  readonly stream?: boolean | undefined
  /**
   * Whether this journal is the only buyer of such requests on the account, whatever other programs and people do there.
   * Then a submission whose answer was lost is given the one task in fal's request history that has its input and no other
   * purchase. `false` when absent: such tasks are named as `candidates`, and none is adopted.
   */
  readonly soleSubmitter?: boolean | undefined
}

/**
 * Kling at fal.ai. It can cancel, and look for a task by its input in the request history, which lists a request some
 * time after it ended: see `soleSubmitter`.
 *
 * @example
 * ```ts
 * import { createFal, type FalProvider } from '@reelay/fal'
 * const provider: FalProvider = createFal({ apiKey: 'key-id:key-secret' })
 * ```
 */
export interface FalProvider extends VideoProvider {
  readonly cancel: NonNullable<VideoProvider['cancel']>
  readonly getMany: NonNullable<VideoProvider['getMany']>
  readonly find: NonNullable<VideoProvider['find']>
}

const define = defineProvider(spec)
const defineFollowing = defineProvider({ ...spec, follow })

/**
 * One account at fal.ai: text to video and image to video with every Kling model it sells.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for a key no header can carry and an unusable `baseURL`. A missing
 * key shows at the first request.
 *
 * @example
 * ```ts
 * import { generate } from '@reelay/core'
 * import { createFal } from '@reelay/fal'
 * const fal = createFal({ apiKey: 'key-id:key-secret' })
 * const task = await generate(fal, { kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 })
 * console.log(task.outputs[0].url)
 * ```
 */
export function createFal(options: FalOptions = {}): FalProvider {
  const { apiKey, stream = false, ...shared } = options
  const auth = createAuth(apiKey, shared.account)
  // The spec can cancel, list and search, so the engine attaches the methods.
  return (stream ? defineFollowing : define)({
    ...shared,
    auth,
    ...resolveHosts('fal', hosts, options),
  }) as FalProvider
}

/**
 * The account of the environment's key, which is read at the first request.
 *
 * @example
 * ```ts
 * import { fal } from '@reelay/fal'
 * const quote = fal.quote({ kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v3', duration: 5 })
 * ```
 */
export const fal: FalProvider = createFal()
