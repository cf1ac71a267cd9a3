import type { AccountBalance, AccountInfo, AccountInfoReader, VideoProvider } from '@reelay/core'
import { formatUsd } from '@reelay/core'

const timeoutMs = 10_000
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

/** One balance in a line: `Trial-Video-100Units-5Con-1Months: 91.2 of 100 unit ($12.77 list), until 2026-12-21`. */
function balanceText({
  name,
  unit,
  amount,
  total,
  microUsd,
  basis,
  state,
  expiresAt,
}: AccountBalance): string {
  const much = `${amount}${total === undefined ? '' : ` of ${total}`} ${unit}`
  const worth =
    microUsd === undefined || unit === 'usd'
      ? ''
      : ` (${formatUsd(microUsd)}${basis === 'derived' ? ' at list prices' : ''})`
  const until = expiresAt === undefined ? '' : `, until ${day(expiresAt)}`
  const word = state === 'usable' ? '' : `, ${state}`
  return `${name === undefined ? '' : `${name}: `}${much}${worth}${until}${word}`
}

/** What an account has to pay with, as sentences. */
export const accountTexts = ({ balances, gaps }: AccountInfo): readonly string[] => [
  ...(balances.length === 0 ? ['nothing that it tells of'] : balances.map(balanceText)),
  ...gaps.map(({ message }) => message),
]

/** Whether something there pays for the next task. */
export const canPay = ({ balances }: AccountInfo): boolean =>
  balances.some(({ state, amount }) => (state === 'usable' || state === 'unknown') && amount > 0)

/** Asks a provider what its account has; `undefined` where it does not say. */
export function askAccount(provider: VideoProvider): Promise<AccountInfo> | undefined {
  const { accountInfo } = provider as { readonly accountInfo?: AccountInfoReader }
  if (!accountInfo) return undefined
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Error(`no answer within ${timeoutMs / 1_000} s`)), timeoutMs)
  return accountInfo({ timeoutMs, abortSignal: late.signal }).finally(() => clearTimeout(timer))
}
