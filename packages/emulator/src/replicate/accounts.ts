import { checkedSecret } from '../webhooks/standard.ts'
import { type Refusal, refusals } from './errors.ts'
import type { Bucket } from './limits.ts'
import type { ReplicateAccountOptions } from './options.ts'
import { replicateDemo } from './options.ts'

export interface ReplicateAccount {
  readonly name: string
  readonly tokens: readonly string[]
  readonly webhookSecret: string
  readonly filesSecret: string
  /** Millionths of a dollar ever granted; what is left follows from the predictions. */
  grantedMicroUsd: number
  readonly buckets: Map<string, Bucket>
}

const demo = replicateDemo
const demoAccount: ReplicateAccountOptions = { name: 'demo', tokens: [demo.apiToken] }

export function openAccounts(
  options: readonly ReplicateAccountOptions[] = [demoAccount],
): ReplicateAccount[] {
  return options.map((account, index) => ({
    name: account.name ?? `account-${index + 1}`,
    tokens: account.tokens,
    webhookSecret: checkedSecret(account.webhookSecret ?? demo.webhookSecret),
    filesSecret: account.filesSecret ?? demo.filesSecret,
    grantedMicroUsd: Math.round((account.creditUsd ?? 1000) * 1_000_000),
    buckets: new Map(),
  }))
}

/** The owner of a token. `Token` is the older scheme; the files pages still show it. */
export function authenticate(
  authorization: string | null,
  accounts: readonly ReplicateAccount[],
  creates: boolean,
): ReplicateAccount | Refusal {
  if (authorization === null || authorization.trim() === '') return refusals.noCredential()
  const token = /^(?:Bearer|Token) (\S+)$/i.exec(authorization)?.[1]
  const owner = accounts.find(({ tokens }) => token !== undefined && tokens.includes(token))
  // Two texts for one fact, recorded and observed.
  return owner ?? (creates ? refusals.badTokenOnCreate() : refusals.badToken())
}
