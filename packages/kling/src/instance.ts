import {
  booleanOptions,
  clockAt,
  type InstanceOptions,
  type OwnHost,
  ReelayError,
  resolveHosts,
} from '@reelay/core/adapter'
import { createAuth } from './auth.ts'
import { hosts, type KlingOptions, type KlingRegion } from './manifest.ts'

const [singapore, beijing] = hosts.api.urls
const regions: { readonly [region in KlingRegion]: string } = { singapore, beijing }

const ownHosts = (region: KlingRegion): Readonly<Record<string, OwnHost>> => ({
  api: { ...hosts.api, urls: [regions[region], ...hosts.api.urls] },
})

/** One account at Kling, ready to be spoken to. */
export interface KlingInstance {
  readonly instance: InstanceOptions
  /** Whether a key pair was given, whose tokens V1 alone takes. */
  readonly isKeyPair: boolean
  /** Name of the relay it is, where it is none of Kling's own addresses. */
  readonly relay: string | undefined
}

/**
 * An account's credentials and addresses out of a caller's options.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`, as `createKling` says.
 */
export function instanceOf(options: KlingOptions): KlingInstance {
  const { apiKey, accessKey, secretKey, region = 'singapore', ...shared } = options
  const { account = 'default' } = shared
  if (!Object.hasOwn(regions, region)) {
    const message = `There is no region ${JSON.stringify(region)}. Use ${Object.keys(regions).join(' or ')}.`
    throw new ReelayError('ERR_CONFIG', message, { provider: 'kling', account, outcome: 'none' })
  }
  booleanOptions({ resend: shared.resend }, { provider: 'kling', account })
  const hosting = resolveHosts('kling', ownHosts(region), options)
  const relay = hosting.host.standing === 'relay' ? hosting.host.name : undefined
  const clock = clockAt(hosting.hosts, shared)
  const auth = createAuth({ apiKey, accessKey, secretKey }, account, clock, relay)
  const isKeyPair = apiKey === undefined && accessKey !== undefined
  return { instance: { ...shared, clock, auth, ...hosting }, isKeyPair, relay }
}
