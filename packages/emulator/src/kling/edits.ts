import type { AnswerEdits } from '../engine/edits.ts'
import { isRecord } from '../http/json.ts'

type Json = Record<string, unknown>

/** Every task object in an answer: `data` itself, or each item of a list. */
function tasksIn(answer: unknown): Json[] {
  if (!isRecord(answer)) return []
  const { data } = answer
  return (Array.isArray(data) ? data : [data]).filter(isRecord)
}

function drop(target: Json, [head = '', ...rest]: readonly string[]): boolean {
  if (!Object.hasOwn(target, head)) return false
  if (rest.length === 0) return delete target[head]
  const inner = target[head]
  return isRecord(inner) && drop(inner, rest)
}

/** Kling V1 knowledge for the provider-neutral field faults. Answers are freshly parsed, so edits are in place. */
export const klingEdits: AnswerEdits = {
  setStatus: (answer, word) => {
    const tasks = tasksIn(answer)
    for (const task of tasks) {
      task.task_status = word
      delete task.task_result
      delete task.final_unit_deduction
    }
    return tasks.length > 0 ? answer : undefined
  },

  dropField: (answer, path) => {
    const keys = path.split('.')
    const targets = isRecord(answer) ? [answer, ...tasksIn(answer)] : []
    const dropped = targets.filter((target) => drop(target, keys))
    return dropped.length > 0 ? answer : undefined
  },

  dropURLs: (answer) => {
    const videos = tasksIn(answer)
      .flatMap(({ task_result: result }) => (isRecord(result) ? result.videos : []))
      .filter(isRecord)
    for (const video of videos) delete video.url
    return videos.length > 0 ? answer : undefined
  },
}
