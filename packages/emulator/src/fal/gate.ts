import type { Exchange } from '../engine/exchange.ts'
import { authenticate, type FalAccount } from './accounts.ts'
import { EXHAUSTED, locked, unauthorized } from './answers.ts'
import { settle } from './schedule.ts'
import { creditOf, type FalState } from './state.ts'

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
