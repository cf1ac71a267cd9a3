import type { Job } from './job.ts'
import type { KlingSettings } from './options.ts'

/** What the content policy says: refuse the create, let the task fail, or pass. */
export function judge(job: Job, { contentFilter }: KlingSettings): 'refuse' | 'fail' | 'pass' {
  const { negative_prompt: negative } = job.request
  const written = `${job.prompt} ${typeof negative === 'string' ? negative : ''}`.toLowerCase()
  const holds = (words: readonly string[]): boolean =>
    words.some((word) => written.includes(word.toLowerCase()))
  if (holds(contentFilter.refuse)) return 'refuse'
  if (holds(contentFilter.fail)) return 'fail'
  return contentFilter.judge(job.prompt, job.request)
}
