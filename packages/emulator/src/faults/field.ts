import { withBody } from '../http/body.ts'
import type { Effects, FaultRun } from './effect.ts'

/** Edits a JSON answer; where the edit finds nothing to change, the answer passes and the hit is given back. */
async function edited(run: FaultRun, edit: (answer: unknown) => unknown): Promise<Response> {
  const answer = await run.next()
  const text = await answer.text()
  let changed: unknown
  try {
    changed = edit(JSON.parse(text))
  } catch {
    changed = undefined
  }
  if (changed === undefined) run.spare()
  return withBody(answer, changed === undefined ? text : JSON.stringify(changed))
}

/** Faults inside a well-formed JSON answer. */
export const fieldEffects: Effects<'unknown-status' | 'missing-field' | 'missing-url'> = {
  'unknown-status': (spec, run) =>
    edited(run, (answer) => run.provider.edits.setStatus(answer, spec.word ?? 'paused')),
  'missing-field': (spec, run) => edited(run, (answer) => run.provider.edits.dropField(answer, spec.field)),
  'missing-url': (_spec, run) => edited(run, (answer) => run.provider.edits.dropURLs(answer)),
}
