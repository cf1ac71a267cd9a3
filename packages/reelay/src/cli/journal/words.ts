import {
  formatUsd,
  isOpenPurchase,
  mostOf,
  type Order,
  type Purchase,
  type Quote,
  type UnreadableOrder,
} from '@reelay/core'

const two = (part: number): string => String(part).padStart(2, '0')

/** `2026-11-26 21:04`, by the clock on the wall here. */
export function localTime(ms: number): string {
  const at = new Date(ms)
  if (Number.isNaN(at.getTime())) return 'at an unknown time'
  const date = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-')
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}`
}

const longest = (quote: Quote): string => {
  const most = mostOf(quote)
  if (most === undefined) return 'unknown'
  return quote.type === 'bounded' ? `up to ${formatUsd(most)}` : `${formatUsd(most)} quoted`
}

/** What a purchase has cost, else what it was offered for. */
export function moneyOf({ ended, quote, state }: Purchase): string {
  if (state === 'nothing') return 'none'
  if (ended?.free) return '$0.00'
  const microUsd = ended?.cost?.microUsd
  return microUsd === undefined ? longest(quote) : formatUsd(microUsd)
}

/** What the state of a purchase can be, `--state` takes and lists show. */
export const states = ['bought', 'nothing', 'unknown', 'unreadable'] as const

/** A purchase, or an order that nobody here can read, as a line of a list. */
export type Line =
  | { readonly order: Order; readonly purchase: Purchase; readonly open: boolean }
  | { readonly order: UnreadableOrder; readonly purchase?: undefined; readonly open: true }

/** The lines of an order, oldest first. */
export function linesOf(order: Order | UnreadableOrder): readonly Line[] {
  if (order.v === 'unreadable') return [{ order, open: true }]
  return order.purchases.map((purchase) => ({ order, purchase, open: isOpenPurchase(purchase) }))
}

/** The state of a line, as `--state` names it. */
export const stateOf = ({ purchase }: Line): (typeof states)[number] => purchase?.state ?? 'unreadable'
