import { checkedSecret } from '../webhooks/standard.ts'
import type { KlingAccountOptions } from './options.ts'
import { klingDemo } from './options.ts'

export interface KlingAccount {
  readonly name: string
  /** Stands in result URLs where the real CDN has a bucket number. */
  readonly bucket: string
  readonly accessKey: string
  readonly secretKey: string
  readonly apiKeys: readonly string[]
  /** Thousandths of a unit ever granted; what is left follows from the tasks. */
  grantedMilliUnits: number
  videoConcurrency: number
  readonly paysFrom: 'pack' | 'balance'
  /** The newest one first; without any, callbacks are not signed. */
  webhookSecrets: readonly string[]
}

const demoAccount: KlingAccountOptions = {
  name: 'demo',
  accessKey: klingDemo.accessKey,
  secretKey: klingDemo.secretKey,
  apiKeys: [klingDemo.apiKey],
}

const FIRST_BUCKET = 1_000_000_001

export function openAccounts(options: readonly KlingAccountOptions[] = [demoAccount]): KlingAccount[] {
  return options.map((account, index) => ({
    name: account.name ?? `account-${index + 1}`,
    bucket: String(FIRST_BUCKET + index),
    accessKey: account.accessKey,
    secretKey: account.secretKey,
    apiKeys: account.apiKeys ?? [],
    grantedMilliUnits: Math.round((account.units ?? 1000) * 1000),
    videoConcurrency: account.concurrency?.video ?? 5,
    paysFrom: account.paysFrom ?? 'pack',
    webhookSecrets: [account.webhookSecret ?? []].flat().map(checkedSecret),
  }))
}
