import type { AnswerEdits } from '../engine/edits.ts'
import { isRecord } from '../http/json.ts'

type Json = Record<string, unknown>

/** The task object in an answer. */
function taskIn(answer: unknown): Json | undefined {
  const data = isRecord(answer) ? answer.data : undefined
  return isRecord(data) && 'task_id' in data ? data : undefined
}

function drop(target: Json, [head = '', ...rest]: readonly string[]): boolean {
  if (!Object.hasOwn(target, head)) return false
  if (rest.length === 0) return delete target[head]
  const inner = target[head]
  return isRecord(inner) && drop(inner, rest)
}

/** Objects that may hold a URL: the output itself, and each work's picture and clip. */
function holdersIn(output: Json): Json[] {
  const works = Array.isArray(output.works) ? output.works.filter(isRecord) : []
  return [output, ...works.flatMap(({ cover, video }) => [cover, video]).filter(isRecord)]
}

const urlKeys = ['video', 'video_url', 'resource', 'resource_without_watermark']

const isURL = (value: unknown): boolean => typeof value === 'string' && value !== ''

/** The placeholder that an unfinished task of the same family has. */
function emptied({ model, output }: Json): Json | null {
  if (!isRecord(output) || model === 'kling-turbo') return null
  return 'works' in output ? { type: '', status: 0, works: null } : { video: '' }
}

/** PiAPI knowledge for the provider-neutral field faults. Answers are freshly parsed, so edits are in place. */
export const piapiEdits: AnswerEdits = {
  setStatus: (answer, word) => {
    const task = taskIn(answer)
    if (!task) return undefined
    task.status = word
    task.output = emptied(task)
    return answer
  },

  dropField: (answer, path) => {
    const keys = path.split('.')
    const targets = [answer, isRecord(answer) ? answer.data : undefined].filter(isRecord)
    const dropped = targets.filter((target) => drop(target, keys))
    return dropped.length > 0 ? answer : undefined
  },

  dropURLs: (answer) => {
    const output = taskIn(answer)?.output
    const urls = isRecord(output)
      ? holdersIn(output).flatMap((holder) =>
          urlKeys.filter((key) => isURL(holder[key])).map((key) => ({ holder, key })),
        )
      : []
    for (const { holder, key } of urls) delete holder[key]
    return urls.length > 0 ? answer : undefined
  },
}
