import type { ContractCase } from '../case.ts'
import { abortCases } from './abort.ts'
import { cancelCases } from './cancel.ts'
import { checkCases } from './check.ts'
import { credentialCases } from './credentials.ts'
import { errorCases } from './errors.ts'
import { handleCases } from './handle.ts'
import { instanceCases } from './instance.ts'
import { keyCases } from './keys.ts'
import { limitCases } from './limits.ts'
import { lostCases } from './lost.ts'
import { manifestCases } from './manifest.ts'
import { manyCases } from './many.ts'
import { noVerdictCases } from './no-verdict.ts'
import { quoteCases } from './quote.ts'
import { readCases } from './read.ts'
import { recordCases } from './record.ts'
import { refusalCases } from './refusals.ts'
import { secretCases } from './secrets.ts'
import { stepCases } from './steps.ts'
import { submitCases } from './submit.ts'
import { taskCases } from './task.ts'
import { waitCases } from './wait.ts'

/**
 * Every promise of the contract as data, for {@link describeProvider} or a runner of your own.
 *
 * @example
 * ```ts
 * import { contractCases } from '@reelay/testing'
 * for (const { rule, name } of contractCases) console.log(`${rule}: ${name}`)
 * ```
 */
export const contractCases: readonly ContractCase[] = [
  ...submitCases,
  ...keyCases,
  ...noVerdictCases,
  ...refusalCases,
  ...lostCases,
  ...abortCases,
  ...recordCases,
  ...stepCases,
  ...checkCases,
  ...limitCases,
  ...quoteCases,
  ...handleCases,
  ...readCases,
  ...taskCases,
  ...manyCases,
  ...waitCases,
  ...cancelCases,
  ...credentialCases,
  ...secretCases,
  ...errorCases,
  ...instanceCases,
  ...manifestCases,
]
