import type { JournalCase } from '../journal-case.ts'
import { budgetCases } from './budgets.ts'
import { orderCases } from './orders.ts'
import { ownClockCases, timeCases } from './time.ts'
import { unreadableCases } from './unreadable.ts'

/**
 * Every promise of a journal as data, for {@link describeJournal} or a runner of your own.
 *
 * @example
 * ```ts
 * import { journalCases } from '@reelay/testing'
 * for (const { name } of journalCases) console.log(name)
 * ```
 */
export const journalCases: readonly JournalCase[] = [
  ...orderCases,
  ...unreadableCases,
  ...budgetCases,
  ...timeCases,
  ...ownClockCases,
]
