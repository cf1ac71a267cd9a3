import type { Endpoint } from './endpoints.ts'
import { contentPolicy, type ErrorDetail, pathNotFound, validationFailure } from './failures.ts'
import type { Job } from './job.ts'
import { checkPicture, type Size } from './pictures.ts'
import type { FalState } from './state.ts'
import type { FalTask, Outcome } from './tasks.ts'

/** How a request will end, decided when it starts to run: path, body, pictures, orders, content. */
export function judge(state: FalState, task: FalTask, at: number): Outcome {
  const { endpoint, job, errors, ordered } = task
  if (!endpoint) return pathNotFound(task.path)
  if (!job) return validationFailure(errors)
  const pictures = readPictures(state, endpoint, job, at)
  if (pictures.errors.length > 0) return validationFailure(pictures.errors)
  if (ordered) return ordered
  if (isFlagged(state, job)) return contentPolicy()
  const { size } = pictures
  return { aspect: size ? size.width / size.height : job.aspect }
}

interface Pictures {
  readonly errors: readonly ErrorDetail[]
  /** Of the start image, where it can be known offline. */
  readonly size?: Size
}

function readPictures(state: FalState, endpoint: Endpoint, job: Job, at: number): Pictures {
  const fields = Object.keys(endpoint.input).filter((field) => endpoint.input[field]?.type === 'url')
  const seen = fields.flatMap((field) => {
    const value = job.body[field]
    return typeof value === 'string' ? [{ field, ...checkPicture(state, field, value, at) }] : []
  })
  const start = seen.find(({ field }) => field === endpoint.startImage)
  return {
    errors: seen.flatMap(({ error }) => (error ? [error] : [])),
    ...(start?.size ? { size: start.size } : {}),
  }
}

function isFlagged({ settings }: FalState, { prompt, body }: Job): boolean {
  const { words, judge: passes } = settings.contentFilter
  const { negative_prompt: negative } = body
  const written = `${prompt} ${typeof negative === 'string' ? negative : ''}`.toLowerCase()
  return words.some((word) => written.includes(word.toLowerCase())) || !passes(prompt, body)
}
