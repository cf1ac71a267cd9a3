import type { PiapiAccount } from './accounts.ts'
import { type Refusal, refuse } from './errors.ts'

/** The account a key belongs to. Only `x-api-key` counts here: a Bearer token is for the chat routes. */
export function authenticate(key: string | null, accounts: readonly PiapiAccount[]): PiapiAccount | Refusal {
  const owner = key === null ? undefined : accounts.find(({ apiKeys }) => apiKeys.includes(key))
  return owner ?? refuse(401)
}
