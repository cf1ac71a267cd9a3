import type { AccountInfoReader, CallOptions, UsageReader } from '@reelay/core/adapter'
import { readAccountInfo } from './account-info.ts'
import { type ActiveTasks, activeTasksRequest, readActiveTasks } from './active-tasks.ts'
import { makerOf, type PiapiRenderer } from './maker.ts'
import type { PiapiOptions } from './manifest.ts'
import { kinds } from './spec.ts'
import { readBooks } from './usage.ts'

export type { ActiveTasks } from './active-tasks.ts'
export type { PiapiRenderer } from './maker.ts'
export type { PiapiOptions } from './manifest.ts'
export type { PiapiVideoOptions } from './provider-options.ts'
export { type PiapiErrorRow, piapiErrors } from './tables.ts'
export { createPiapiWebhook, type PiapiWebhookOptions } from './webhook.ts'

/**
 * Kling on PiAPI: a provider that can cancel, as long as a task is pending, and count what is under way.
 *
 * @example
 * ```ts
 * import { createPiapi, type PiapiProvider } from '@reelay/piapi'
 * const provider: PiapiProvider = createPiapi({ apiKey: 'your-key' })
 * ```
 */
export interface PiapiProvider extends PiapiRenderer {
  /**
   * Counts the account's Kling tasks that have not ended. Numbers without ids: they prove nothing about one task.
   *
   * @throws ReelayError outcome `none`.
   */
  activeTasks(options?: CallOptions): Promise<ActiveTasks>
  /** What the account was charged for Kling's tasks, by PiAPI's task history; absent at a relay. */
  readonly usage: UsageReader
  /** Its credits. Absent at a relay. */
  readonly accountInfo: AccountInfoReader
}

const make = makerOf(kinds)

/**
 * One account at PiAPI (text to video, image to video).
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, for a key or secret no header can carry, an unknown `serviceMode` or
 * an unusable `baseURL`. A missing key shows at the first request.
 *
 * @example
 * ```ts
 * import { generate } from '@reelay/core'
 * import { createPiapi } from '@reelay/piapi'
 * const piapi = createPiapi({ apiKey: 'your-key' })
 * const task = await generate(piapi, { kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 })
 * console.log(task.outputs[0].url)
 * ```
 */
export function createPiapi(options: PiapiOptions = {}): PiapiProvider {
  const { provider, read, account, isRelay } = make(options)
  const usage: UsageReader = async (call = {}) => {
    return readBooks(read, call, { account, now: provider.clock.now() })
  }
  const accountInfo: AccountInfoReader = async (call = {}) => {
    return readAccountInfo(read, call, { account, now: provider.clock.now() })
  }
  return Object.freeze({
    ...(provider as PiapiProvider),
    activeTasks: (call?: CallOptions) => read('the active tasks', activeTasksRequest, readActiveTasks, call),
    ...(!isRelay && { usage, accountInfo }),
  })
}

/**
 * The account of the environment's key, which is read at the first request.
 *
 * @example
 * ```ts
 * import { piapi } from '@reelay/piapi'
 * const quote = piapi.quote({ kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v3', duration: 5 })
 * ```
 */
export const piapi: PiapiProvider = createPiapi()
