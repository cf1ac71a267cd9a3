import type { AnswerEdits } from '../../engine/edits.ts'
import { isRecord } from '../../http/json.ts'

type Json = Record<string, unknown>

/** The task of a flat, bare or wrapped reply; `undefined` where it is told in Kling's own form. */
function taskIn(answer: unknown): Json | undefined {
  if (!isRecord(answer)) return undefined
  const task = isRecord(answer.data) ? answer.data : answer
  return 'status' in task ? task : undefined
}

/** Field faults for the forms that are not Kling's. Answers are freshly parsed, so edits are in place. */
export const relayEdits: Omit<AnswerEdits, 'dropField'> = {
  setStatus(answer, word) {
    const task = taskIn(answer)
    if (!task) return undefined
    task.status = word
    for (const key of ['url', 'metadata', 'data']) delete task[key]
    return answer
  },
  dropURLs(answer) {
    const task = taskIn(answer)
    if (!task) return undefined
    for (const key of ['url', 'metadata', 'data']) delete task[key]
    return answer
  },
}
