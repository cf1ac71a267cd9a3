import { isRecord } from '../http/json.ts'
import { invalid, type Refusal } from './errors.ts'

const serviceModes: readonly unknown[] = ['public', 'private', '', undefined, null]

/** Shape of `config`: the pool to use, and where to report to. */
export function checkConfig(config: unknown): Refusal | undefined {
  if (config === undefined || config === null) return undefined
  if (!isRecord(config)) return invalid('config', 'must be of type object')
  if (!serviceModes.includes(config.service_mode)) return invalid('config.service_mode')
  const webhook = config.webhook_config
  if (webhook === undefined || webhook === null) return undefined
  if (!isRecord(webhook)) return invalid('config.webhook_config', 'must be of type object')
  for (const field of ['endpoint', 'secret']) {
    const value = webhook[field] ?? ''
    if (typeof value !== 'string') return invalid(`config.webhook_config.${field}`, 'must be of type string')
  }
  const { endpoint } = webhook
  return typeof endpoint === 'string' && endpoint !== '' && !/^https?:\/\//.test(endpoint)
    ? invalid('config.webhook_config.endpoint', 'is not a URL')
    : undefined
}
