import {
  type AccountInfo,
  type CallOptions,
  type HttpReply,
  type HttpRequest,
  maybe,
  type Reader,
  usd,
  wireNumber,
  wireReader,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'

// Platform reference of 2026-08-21.
const readBilling = wireReader(
  z.object({ credits: z.object({ current_balance: wireNumber, currency: maybe(z.string()) }) }),
)

/** Reads the balance; `undefined` for what says nothing of it. */
export function readBalance(
  { body }: HttpReply,
  shown: (text: string) => string = (text) => text,
): Pick<AccountInfo, 'balances'> | undefined {
  const { current_balance: amount, currency = 'USD' } = readBilling(body)?.credits ?? {}
  if (amount === undefined) return undefined
  const unit = currency.toLowerCase()
  return {
    balances: [
      {
        unit: shown(unit),
        amount,
        ...(unit === 'usd' && { microUsd: usd(amount) }),
        basis: 'reported',
        state: amount > 0 ? 'usable' : 'spent',
      },
    ],
  }
}

const request: HttpRequest = {
  method: 'GET',
  host: 'api',
  path: '/v1/account/billing',
  query: { expand: 'credits' },
}

/**
 * The prepaid balance of an account.
 *
 * @param read Reads with a key that has ADMIN scope.
 * @throws ReelayError outcome `none`; `ERR_FORBIDDEN` for a key without that scope.
 */
export async function readAccountInfo(
  read: Reader,
  options: CallOptions,
  { account, now }: { readonly account: string; readonly now: number },
): Promise<AccountInfo> {
  const found = await read('the balance', request, readBalance, options)
  return { provider: 'fal', account, readAt: now, ...found, gaps: [] }
}
