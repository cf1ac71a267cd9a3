import type { AnswerEdits } from '../engine/edits.ts'
import { isRecord } from '../http/json.ts'

type Json = Record<string, unknown>

/** Every prediction in an answer: the answer itself, or each item of a list. */
function predictionsIn(answer: unknown): Json[] {
  if (!isRecord(answer)) return []
  const { results } = answer
  return (Array.isArray(results) ? results : [answer]).filter(isRecord).filter((item) => 'status' in item)
}

function drop(target: Json, [head = '', ...rest]: readonly string[]): boolean {
  if (!Object.hasOwn(target, head)) return false
  if (rest.length === 0) return delete target[head]
  const inner = target[head]
  return isRecord(inner) && drop(inner, rest)
}

/** Replicate's part of the field faults. Answers are freshly parsed, so edits are in place. */
export const replicateEdits: AnswerEdits = {
  setStatus: (answer, word) => {
    const predictions = predictionsIn(answer)
    for (const prediction of predictions) {
      prediction.status = word
      prediction.output = null
      delete prediction.completed_at
      delete prediction.metrics
    }
    return predictions.length > 0 ? answer : undefined
  },

  dropField: (answer, path) => {
    const keys = path.split('.')
    const targets = new Set([...(isRecord(answer) ? [answer] : []), ...predictionsIn(answer)])
    const dropped = [...targets].filter((target) => drop(target, keys))
    return dropped.length > 0 ? answer : undefined
  },

  dropURLs: (answer) => {
    const finished = predictionsIn(answer).filter(({ output }) => typeof output === 'string')
    for (const prediction of finished) prediction.output = null
    return finished.length > 0 ? answer : undefined
  },
}
