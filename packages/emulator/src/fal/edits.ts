import type { AnswerEdits } from '../engine/edits.ts'
import { isRecord } from '../http/json.ts'

function drop(target: Record<string, unknown>, [head = '', ...rest]: readonly string[]): boolean {
  if (!Object.hasOwn(target, head)) return false
  if (rest.length === 0) return delete target[head]
  const inner = target[head]
  return isRecord(inner) && drop(inner, rest)
}

/** fal knowledge for the provider-neutral field faults. Answers are freshly parsed, so edits are in place. */
export const falEdits: AnswerEdits = {
  setStatus: (answer, word) => {
    if (!isRecord(answer) || typeof answer.status !== 'string' || !('request_id' in answer)) return undefined
    answer.status = word
    return answer
  },

  dropField: (answer, path) => (isRecord(answer) && drop(answer, path.split('.')) ? answer : undefined),

  dropURLs: (answer) => {
    const video = isRecord(answer) ? answer.video : undefined
    return isRecord(video) && delete video.url ? answer : undefined
  },
}
