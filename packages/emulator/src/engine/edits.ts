import { isRecord } from '../http/json.ts'

type Json = Record<string, unknown>

/** Edits that need to know where a provider keeps things; each returns undefined where there is nothing to edit. */
export interface AnswerEdits {
  setStatus(answer: unknown, word: string): unknown
  dropField(answer: unknown, path: string): unknown
  dropURLs(answer: unknown): unknown
}

/** Where one provider's answers keep what the field faults spoil. Answers are freshly parsed, so edits are in place. */
export interface AnswerPlaces {
  /** Every task in an answer. */
  tasksIn(answer: unknown): readonly Json[]
  /** Puts the provider's word for a status into a task, and takes out what an unfinished task lacks. */
  setStatus(task: Json, word: string): void
  /** Takes the addresses of the clips out of an answer; whether there were any. */
  dropURLs(answer: unknown): boolean
}

/** Removes what lies at the end of a path of keys; whether it was there. */
function drop(target: Json, [head = '', ...rest]: readonly string[]): boolean {
  if (!Object.hasOwn(target, head)) return false
  if (rest.length === 0) return delete target[head]
  const inner = target[head]
  return isRecord(inner) && drop(inner, rest)
}

export function createEdits({ tasksIn, setStatus, dropURLs }: AnswerPlaces): AnswerEdits {
  return {
    setStatus: (answer, word) => {
      const tasks = tasksIn(answer)
      for (const task of tasks) setStatus(task, word)
      return tasks.length > 0 ? answer : undefined
    },
    dropField: (answer, path) => {
      const targets = new Set([...(isRecord(answer) ? [answer] : []), ...tasksIn(answer)])
      const dropped = [...targets].filter((target) => drop(target, path.split('.')))
      return dropped.length > 0 ? answer : undefined
    },
    dropURLs: (answer) => (dropURLs(answer) ? answer : undefined),
  }
}
