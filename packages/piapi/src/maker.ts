import {
  type Auth,
  type Catalog,
  createReader,
  defineProvider,
  type Kind,
  keyText,
  type Reader,
  ReelayError,
  resolveHosts,
  searchByInput,
  staticKey,
  type VideoProvider,
} from '@reelay/core/adapter'
import type { PiapiKind } from './create.ts'
import { apiKeyVariables, hosts, keysFrom, type PiapiOptions } from './manifest.ts'
import { specOf } from './spec-of.ts'

/**
 * Kling on PiAPI with some of its kinds: a {@link VideoProvider} that can cancel, as long as a task is pending.
 *
 * @example
 * ```ts
 * import type { VideoKind } from '@reelay/core'
 * import { createPiapiWith, type PiapiRenderer, piapiVideo } from '@reelay/piapi/kinds'
 * const clips: PiapiRenderer<VideoKind> = createPiapiWith({ kinds: [piapiVideo], apiKey: 'your-key' })
 * ```
 */
export interface PiapiRenderer<K extends Kind = Kind> extends VideoProvider {
  readonly catalog: Catalog<K>
  readonly cancel: NonNullable<VideoProvider['cancel']>
  /** Names the tasks that a submission's may be among, by the task history; it adopts none, since none echoes its input. */
  readonly find: NonNullable<VideoProvider['find']>
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

/** A provider, and what reads other things than tasks at its account. */
interface Made {
  readonly provider: PiapiRenderer
  readonly read: Reader
  readonly account: string
  readonly isRelay: boolean
}

/**
 * What makes providers that sell some kinds, out of the options of each.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, see `createPiapi`.
 */
export function makerOf(kinds: readonly PiapiKind[]): (options: PiapiOptions) => Made {
  return (options) => {
    const { apiKey, webhookSecret: given, serviceMode = 'public', ...shared } = options
    const { account = 'default' } = shared
    const details = { provider: 'piapi', account }
    const webhookSecret = given === undefined ? undefined : keyText(given, 'webhookSecret', details)
    if (serviceMode !== 'public' && serviceMode !== 'private') {
      const message = `There is no serviceMode ${JSON.stringify(serviceMode)}. Use public or private.`
      throw new ReelayError('ERR_CONFIG', message, { provider: 'piapi', account, outcome: 'none' })
    }
    const auth = createAuth(apiKey, account, webhookSecret)
    const spec = specOf(kinds, { serviceMode, webhookSecret })
    const instance = { ...shared, auth, ...resolveHosts('piapi', hosts, options) }
    // The spec can cancel and search, so the engine attaches both methods.
    const provider = defineProvider(spec, { searchByInput })(instance) as PiapiRenderer
    const isRelay = instance.host.standing === 'relay'
    return { provider, read: createReader(spec, instance), account, isRelay }
  }
}
