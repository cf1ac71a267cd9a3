import {
  type AccountInfoReader,
  type Auth,
  type CallOptions,
  type Catalog,
  createReader,
  defineProvider,
  keyText,
  ReelayError,
  resolveHosts,
  searchByInput,
  staticKey,
  type UsageReader,
  type VideoProvider,
} from '@reelay/core/adapter'
import { type ActiveTasks, activeTasksRequest, readActiveTasks } from './active-tasks.ts'
import { apiKeyVariables, hosts, keysFrom, type PiapiOptions } from './manifest.ts'
import { createSpec } from './spec.ts'

export type { ActiveTasks } from './active-tasks.ts'
export type { PiapiOptions } from './manifest.ts'
export type { PiapiVideoOptions } from './provider-options.ts'
export { type PiapiErrorRow, piapiErrors } from './tables.ts'
export { createPiapiWebhook, type PiapiWebhookOptions } from './webhook.ts'

/**
 * Kling on PiAPI: a {@link VideoProvider} that can cancel, as long as a task is pending, and count what is under way.
 *
 * @example
 * ```ts
 * import { createPiapi, type PiapiProvider } from '@reelay/piapi'
 * const provider: PiapiProvider = createPiapi({ apiKey: 'your-key' })
 * ```
 */
export interface PiapiProvider extends VideoProvider {
  readonly catalog: Catalog
  readonly cancel: NonNullable<VideoProvider['cancel']>
  /** Names the tasks that a submission's may be among, by the task history; it adopts none, since none echoes its input. */
  readonly find: NonNullable<VideoProvider['find']>
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

/**
 * PiAPI's key.
 *
 * @param webhookSecret Not sent as a credential, but repeated by PiAPI in every task.
 */
function createAuth(
  apiKey: string | undefined,
  account: string | undefined,
  webhookSecret: string | undefined,
): Auth {
  return staticKey({
    provider: 'piapi',
    account,
    apiKey,
    variables: apiKeyVariables,
    keysFrom,
    apply: (headers, key) => headers.set('x-api-key', key),
    secrets: () => (webhookSecret === undefined ? [] : [webhookSecret]),
  })
}

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
  const { apiKey, webhookSecret: given, serviceMode = 'public', ...shared } = options
  const { account = 'default' } = shared
  const details = { provider: 'piapi', account }
  const webhookSecret = given === undefined ? undefined : keyText(given, 'webhookSecret', details)
  if (serviceMode !== 'public' && serviceMode !== 'private') {
    const message = `There is no serviceMode ${JSON.stringify(serviceMode)}. Use public or private.`
    throw new ReelayError('ERR_CONFIG', message, { provider: 'piapi', account, outcome: 'none' })
  }
  const auth = createAuth(apiKey, account, webhookSecret)
  const spec = createSpec({ serviceMode, webhookSecret })
  const instance = { ...shared, auth, ...resolveHosts('piapi', hosts, options) }
  const read = createReader(spec, instance)
  // The spec can cancel and search, so the engine attaches both methods.
  const provider = defineProvider(spec, { searchByInput })(instance) as PiapiProvider
  const usage: UsageReader = async (call = {}) => {
    // Few who render read the books in the same program.
    const { readBooks } = await import('./usage.ts')
    return readBooks(read, call, { account, now: provider.clock.now() })
  }
  const accountInfo: AccountInfoReader = async (call = {}) => {
    const { readAccountInfo } = await import('./account-info.ts')
    return readAccountInfo(read, call, { account, now: provider.clock.now() })
  }
  return Object.freeze({
    ...provider,
    activeTasks: (call?: CallOptions) => read('the active tasks', activeTasksRequest, readActiveTasks, call),
    ...(instance.host.standing !== 'relay' && { usage, accountInfo }),
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
