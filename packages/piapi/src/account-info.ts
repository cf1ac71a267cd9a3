import {
  type AccountInfo,
  type CallOptions,
  type HttpReply,
  maybe,
  type Reader,
  usd,
  wireNumber,
  wireReader,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { dataOf } from './read.ts'

const number = maybe(wireNumber)
// By two revisions of the vendor's client and a reference of 2026-05; all but the dollars may be missing.
const readData = wireReader(
  z.object({
    equivalent_in_usd: number,
    max_concurrent_task_count: number,
    credit_pack_info: maybe(z.object({ available_credits: number, total_credits: number })),
  }),
)

/** Micro-USD of a credit: 500 are one dollar (a public client, 2026-09). */
const creditUsd = 2_000

/** Reads the balance; `undefined` for what says nothing of it. */
export function readBalance({ body }: HttpReply): Pick<AccountInfo, 'balances' | 'concurrency'> | undefined {
  const found = readData(dataOf(body))
  const { equivalent_in_usd: dollars, credit_pack_info: pack, max_concurrent_task_count: most } = found ?? {}
  const credits = pack?.available_credits
  if (dollars === undefined && credits === undefined) return undefined
  const microUsd = dollars === undefined ? Math.round((credits ?? 0) * creditUsd) : usd(dollars)
  const counted =
    credits === undefined ? { unit: 'usd', amount: dollars ?? 0 } : { unit: 'credit', amount: credits }
  return {
    balances: [
      {
        ...counted,
        microUsd,
        basis: dollars === undefined ? 'derived' : 'reported',
        ...(pack?.total_credits !== undefined && { total: pack.total_credits }),
        state: counted.amount > 0 ? 'usable' : 'spent',
      },
    ],
    ...(most !== undefined && { concurrency: most }),
  }
}

/**
 * The credits of an account. Bought ones last six months (billing page); when which of them end, nobody says.
 *
 * @throws ReelayError outcome `none`.
 */
export async function readAccountInfo(
  read: Reader,
  options: CallOptions,
  { account, now }: { readonly account: string; readonly now: number },
): Promise<AccountInfo> {
  const found = await read('the balance', { method: 'GET', path: '/account/info' }, readBalance, options)
  return { provider: 'piapi', account, readAt: now, ...found, gaps: [] }
}
