import { type ErrorDetails, ReelayError } from './error.ts'
import { type Problem, problem } from './problem.ts'

/** What sort of number an option takes. */
export type Amount =
  | 'duration'
  | 'deadline'
  | 'wait'
  | 'window'
  | 'moment'
  | 'count'
  | 'tries'
  | 'bytes'
  | 'money'
  | 'price'
  | 'weight'

interface Rule {
  /** What to pass instead, as the end of a sentence. */
  readonly pass: string
  readonly least: number
  readonly most: number
  /** Whether `least` itself is too little. */
  readonly above?: true
  readonly whole?: true
  /** `Infinity` is one too: there is a meaning to having no limit. */
  readonly endless?: true
}

// What a double counts exactly; of milliseconds it is 285,000 years, which whoever means "for ever" may pass.
const most = Number.MAX_SAFE_INTEGER
const above = { least: 0, above: true, most } as const
const from = (least: number) => ({ least, most }) as const

const rules: Readonly<Record<Amount, Rule>> = {
  /** Something that takes time: a timeout, a pause, a lease. */
  duration: { ...above, pass: 'milliseconds above 0' },
  /** How long something may be waited for; 0 is one look. Never without end: a status that nobody knows has none. */
  deadline: { ...from(0), pass: 'milliseconds, 0 or more' },
  /** The same of a queue, which its abort signal ends as well. */
  wait: { ...from(0), endless: true, pass: 'milliseconds, 0 or more, or Infinity' },
  /** How far back something counts, or how long it is kept. */
  window: { ...above, endless: true, pass: 'milliseconds above 0, or Infinity' },
  /** A moment. */
  moment: { ...from(-most), endless: true, pass: 'milliseconds since the epoch' },
  /** How many at least one of. */
  count: { ...from(1), whole: true, pass: 'a whole number from 1 on' },
  /** How often something is tried again. */
  tries: { ...from(0), whole: true, pass: 'a whole number, 0 or more' },
  /** A size that something may have at most. */
  bytes: { ...above, endless: true, pass: 'bytes above 0, or Infinity' },
  /** Micro-USD. */
  money: { ...from(0), whole: true, pass: 'whole micro-USD, for example usd(0.5)' },
  /** The same where any price will do. */
  price: { ...from(0), endless: true, pass: 'micro-USD, 0 or more, or Infinity' },
  /** A share among others. */
  weight: { ...from(0), pass: 'a number, 0 or more' },
}

function fits(value: unknown, { least, most, above, whole, endless }: Rule): boolean {
  if (typeof value !== 'number') return false
  if (endless && value === Number.POSITIVE_INFINITY) return true
  if (!(value >= least && value <= most)) return false
  return (!above || value > least) && (!whole || Number.isInteger(value))
}

/** A value as a message may show it. What is no number may be anything, a misplaced key too: only its type is told. */
function valueInWords(value: unknown): string {
  if (typeof value === 'number') return String(value)
  if (value === null) return 'null'
  if (typeof value !== 'string') return `of type ${typeof value}`
  return /^-?[\d.,_]{0,20}[a-z]{0,3}$/i.test(value) ? `the text "${value}"` : 'a text'
}

/**
 * What is wrong with numbers that a caller gave: a text out of an environment variable, `NaN` out of an unset one, a
 * limit below nothing. Compared with, each of them would mean "at once" or "for ever". Absent ones are left out.
 *
 * @param amounts By the name of the option.
 */
export function amountProblems(sort: Amount, amounts: Readonly<Record<string, unknown>>): readonly Problem[] {
  const rule = rules[sort]
  return Object.entries(amounts)
    .filter(([, value]) => value !== undefined && !fits(value, rule))
    .map(([field, value]) =>
      problem(
        field,
        typeof value === 'number' ? 'range' : 'type',
        `It is ${valueInWords(value)}.`,
        `Pass ${rule.pass}.`,
      ),
    )
}

/**
 * The same for options of something that is being made.
 *
 * @throws ReelayError `ERR_CONFIG`, outcome `none`.
 */
export function assertAmounts(
  sort: Amount,
  amounts: Readonly<Record<string, unknown>>,
  who: Pick<ErrorDetails, 'provider' | 'account'> = {},
): void {
  const problems = amountProblems(sort, amounts)
  if (problems.length === 0) return
  const message = problems.map(({ field, message: said, fix }) => `${field}: ${said} ${fix}`).join(' ')
  throw new ReelayError('ERR_CONFIG', message, { ...who, outcome: 'none', problems })
}
