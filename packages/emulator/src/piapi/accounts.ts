import type { PiapiAccountOptions } from './options.ts'
import { piapiDemo } from './options.ts'

export interface PiapiAccount {
  readonly name: string
  readonly apiKeys: readonly string[]
  /** Points ever granted; what is left follows from the tasks. */
  grantedPoints: number
  concurrency: number
  /** When `concurrency` last changed, milliseconds since the Unix epoch: it frees no place before that. */
  concurrencySince: number
  readonly stagedLimit: number
}

const demoAccount: PiapiAccountOptions = { name: 'demo', apiKeys: [piapiDemo.apiKey] }

export function openAccounts(options: readonly PiapiAccountOptions[] = [demoAccount]): PiapiAccount[] {
  return options.map((account, index) => ({
    name: account.name ?? `account-${index + 1}`,
    apiKeys: account.apiKeys,
    grantedPoints: account.points ?? 1_000_000_000,
    concurrency: account.concurrency ?? 5,
    concurrencySince: 0,
    stagedLimit: account.stagedLimit ?? Number.POSITIVE_INFINITY,
  }))
}
