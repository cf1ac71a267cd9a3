import { answerEffects } from './answer.ts'
import { connectionEffects } from './connection.ts'
import { downloadEffects } from './download.ts'
import type { Effects, FaultRun } from './effect.ts'
import { fieldEffects } from './field.ts'
import type { FaultKind, FaultSpec } from './spec.ts'

const effects: Effects<FaultKind> = {
  ...connectionEffects,
  ...answerEffects,
  ...fieldEffects,
  ...downloadEffects,
}

export function applyFault(spec: FaultSpec, run: FaultRun): Promise<Response> {
  // The table pairs every kind with its own effect; TypeScript cannot follow that pairing through a union.
  const effect = effects[spec.kind] as (spec: FaultSpec, run: FaultRun) => Promise<Response>
  return effect(spec, run)
}
