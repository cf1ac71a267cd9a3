import { answerEffects, fieldEffects } from './answer.ts'
import { connectionEffects } from './connection.ts'
import { downloadEffects } from './download.ts'
import type { Effects, FaultRun } from './effect.ts'
import type { FaultInfo, FaultKind, FaultOn, FaultSpec } from './spec.ts'

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

const reads: readonly FaultInfo['op'][] = ['query', 'result', 'list']

const covers = (on: FaultOn, op: FaultInfo['op']): boolean =>
  on === 'any' || on === op || (on === 'any-read' && reads.includes(op))

/** Whether a planted fault is after this request. */
export const wantsRequest = (spec: FaultSpec, info: FaultInfo): boolean =>
  (spec.provider === undefined || spec.provider === info.provider) &&
  covers(spec.on, info.op) &&
  (spec.match === undefined || spec.match(info))
