import type { FalAccountOptions } from './options.ts'
import { falDemo } from './options.ts'

export interface FalAccount {
  readonly name: string
  readonly key: string
  /** Millionths of a dollar ever paid in; what is left follows from the requests. */
  grantedMicroUsd: number
  /** In the headers of a webhook. */
  readonly userId: string
  concurrency: number
  /** When `concurrency` last changed: no request starts before that because of it. */
  concurrencySince: number
  /** Whether the key has the API scope. */
  readonly scoped: boolean
  /** Why the account is locked; absent while it is not. */
  lock?: string
}

const demoAccount: FalAccountOptions = { name: 'demo', key: falDemo.key }

export function openAccounts(options: readonly FalAccountOptions[] = [demoAccount]): FalAccount[] {
  return options.map((account, index) => ({
    name: account.name ?? `account-${index + 1}`,
    key: account.key,
    userId: account.userId ?? `user_${String(index + 1).padStart(26, '0')}`,
    grantedMicroUsd: Math.round((account.usd ?? 1000) * 1_000_000),
    concurrency: account.concurrency ?? 2,
    concurrencySince: 0,
    scoped: account.apiScope ?? true,
  }))
}

/** The account of a credential: the scheme word is `Key`, and `Bearer` with a valid key is refused as well. */
export function authenticate(
  authorization: string | null,
  accounts: readonly FalAccount[],
): FalAccount | undefined {
  const key = /^Key (\S+)$/.exec(authorization ?? '')?.[1]
  return key === undefined ? undefined : accounts.find((account) => account.key === key)
}
