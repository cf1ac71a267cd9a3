import {
  type AccountBalance,
  type AccountGap,
  type AccountInfo,
  type CallOptions,
  type HttpReply,
  type HttpRequest,
  maybe,
  type Reader,
  wireReader,
  wireScalar,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { toNumber } from './outputs.ts'
import { unitPrices } from './tables.ts'

const text = maybe(z.string())
const pack = z.object({
  resource_pack_name: text,
  total_quantity: wireScalar,
  // Up to 12 hours old.
  remaining_quantity: wireScalar,
  // Milliseconds since the epoch, both.
  effective_time: wireScalar,
  invalid_time: wireScalar,
  status: text,
})
// Wrapped twice (account page, 2026-09).
const reply = z.object({ data: z.object({ resource_pack_subscribe_infos: maybe(z.array(z.unknown())) }) })
const readPack = wireReader(pack)
const readReply = wireReader(reply)

const states: Readonly<Record<string, AccountBalance['state']>> = {
  toBeOnline: 'later',
  online: 'usable',
  expired: 'expired',
  runOut: 'spent',
}

/** What a pack is for, by its name: `Trial-Video-100Units-5Con-1Months`. */
const productOf = (name: string): string | undefined =>
  ['try-on', 'image', 'video'].find((product) => name.toLowerCase().includes(product))

function balanceOf(value: unknown, shown: (text: string) => string): AccountBalance | undefined {
  const found = readPack(value)
  const amount = toNumber(found?.remaining_quantity)
  if (!found || amount === undefined) return undefined
  const { resource_pack_name: name = '', status = '' } = found
  const price = unitPrices[productOf(name) ?? '']
  const [total, startsAt, expiresAt, concurrency] = [
    toNumber(found.total_quantity),
    toNumber(found.effective_time),
    toNumber(found.invalid_time),
    // The number of tasks at a time is in the name of the pack, and nowhere else (live, 2026-09).
    toNumber(/(\d+)Con\b/i.exec(name)?.[1]),
  ]
  return {
    unit: 'unit',
    amount,
    ...(price !== undefined && { microUsd: Math.round(amount * price) }),
    basis: 'derived',
    ...(name && { name: shown(name) }),
    ...(total !== undefined && { total }),
    ...(startsAt !== undefined && { startsAt }),
    ...(expiresAt !== undefined && { expiresAt }),
    state: states[status] ?? 'unknown',
    ...(concurrency !== undefined && { concurrency }),
  }
}

/** Reads the packs; `undefined` for what is no answer about them. */
export function readPacks(
  { body }: HttpReply,
  shown: (text: string) => string = (text) => text,
): Pick<AccountInfo, 'balances' | 'gaps'> | undefined {
  const found = readReply(body)?.data.resource_pack_subscribe_infos
  if (!found) return undefined
  const balances = found.map((one) => balanceOf(one, shown)).filter((one) => one !== undefined)
  const unread = found.length - balances.length
  const late: AccountGap = {
    what: 'late',
    message:
      'Kling tells what is left of a pack up to 12 hours late: what was rendered since then is not in it.',
  }
  const cash: AccountGap = {
    what: 'cash',
    message:
      'A balance in money cannot be asked for: the console shows it, and usage what was taken from it.',
  }
  const rows: AccountGap = { what: 'rows', message: `${unread} resource packs could not be read.` }
  return { balances, gaps: [late, cash, ...(unread > 0 ? [rows] : [])] }
}

// Packs are bought for a month to a year.
const backMs = 400 * 86_400_000

const packsRequest = (now: number): HttpRequest => ({
  method: 'GET',
  path: '/account/costs',
  query: { start_time: now - backMs, end_time: now },
})

/**
 * The resource packs of an account. Kling wants to be asked once a second at most.
 *
 * @throws ReelayError outcome `none`.
 */
export async function readAccountInfo(
  read: Reader,
  options: CallOptions,
  { account, now }: { readonly account: string; readonly now: number },
): Promise<AccountInfo> {
  const packs = await read('the resource packs', packsRequest(now), readPacks, options)
  return { provider: 'kling', account, readAt: now, ...packs }
}
