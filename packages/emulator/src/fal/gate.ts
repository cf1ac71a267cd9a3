import type { Accounts } from '../engine/account.ts'
import type { Exchange } from '../engine/exchange.ts'
import type { FalAccount } from './options.ts'
import { settle } from './schedule.ts'
import { EXHAUSTED, locked, unauthorized } from './tables.ts'
import { creditOf, type FalState } from './task.ts'

/** The account of a credential: the scheme word is `Key`, and `Bearer` with a valid key is refused as well. */
export function authenticate(
  authorization: string | null,
  accounts: Accounts<FalAccount>,
): FalAccount | undefined {
  const key = /^Key (\S+)$/.exec(authorization ?? '')?.[1]
  return key === undefined
    ? undefined
    : accounts.owner((account) => account.key === key || account.adminKey === key)
}

/**
 * The account behind a request, or the refusal. A lock covers everything, status reads included (seen on the real
 * service); an exhausted balance covers what costs money or leads to it.
 */
export function admit(
  state: FalState,
  { headers }: Exchange,
  needs: { readonly app: string; readonly credit: boolean },
): FalAccount | Response {
  const authorization = headers.get('authorization')
  const account = authenticate(authorization, state.accounts)
  if (!account) return unauthorized(authorization, needs.app)
  if (account.lock !== undefined) return locked(account.lock)
  const now = state.clock.now()
  settle(state, now)
  return needs.credit && creditOf(state, account, now) <= 0 ? locked(EXHAUSTED) : account
}
