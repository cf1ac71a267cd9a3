import type { PlantedFaults } from './planted/break.ts'
import { checkFaults } from './planted/check.ts'
import { lostFaults } from './planted/lost.ts'
import { manifestFaults } from './planted/manifest.ts'
import { readFaults } from './planted/read.ts'
import { secretFaults } from './planted/secrets.ts'
import { stepFaults } from './planted/steps.ts'
import { submitFaults } from './planted/submit.ts'

/** For each case of the contract, by its name, a way to break a compliant provider that the case must notice. */
export const plantedFaults: PlantedFaults = {
  ...submitFaults,
  ...lostFaults,
  ...checkFaults,
  ...readFaults,
  ...stepFaults,
  ...secretFaults,
  ...manifestFaults,
}
