import { isRecord } from '../http/json.ts'
import { bytesOfDataURI, checkPicture, type Size } from './images.ts'
import { isDataURI, type Job, type Json, startImage } from './job.ts'
import type { RuleName } from './models.ts'

type Rule = (job: Job) => string | undefined

const MAX_PROMPT = 2500
const MAX_SHOTS = 6
const MAX_REFERENCES_WITH_VIDEO = 4

const holds = (input: Json, key: string): boolean => input[key] !== undefined && input[key] !== ''

function checkShots({ input, seconds }: Job): string | undefined {
  if (!holds(input, 'multi_prompt')) return undefined
  let shots: unknown
  try {
    shots = JSON.parse(String(input.multi_prompt))
  } catch {
    return 'multi_prompt is not valid JSON'
  }
  if (!Array.isArray(shots) || shots.length === 0) return 'multi_prompt must be a JSON array of shots'
  if (shots.length > MAX_SHOTS) return `multi_prompt must not hold more than ${MAX_SHOTS} shots`
  const lengths = shots.map((shot) =>
    isRecord(shot) && typeof shot.prompt === 'string' ? Number(shot.duration) : Number.NaN,
  )
  if (!lengths.every((length) => length >= 1)) {
    return 'each multi_prompt shot needs a prompt and a duration of at least 1'
  }
  return lengths.reduce((sum, length) => sum + length, 0) === seconds
    ? undefined
    : 'multi_prompt durations must add up to duration'
}

/** Checks between fields. The API does not know them: the model fails with them after it was accepted. */
const rules: Readonly<Record<RuleName, Rule>> = {
  someFrame: ({ input }) =>
    startImage(input) === undefined && !holds(input, 'end_image')
      ? 'start_image or end_image is required'
      : undefined,
  endNeedsPro: ({ input, mode }) =>
    holds(input, 'end_image') && mode !== 'pro' ? 'end_image needs pro mode' : undefined,
  endNeedsStart: ({ input }) =>
    holds(input, 'end_image') && startImage(input) === undefined ? 'end_image needs start_image' : undefined,
  longPrompt: ({ input }) =>
    ['prompt', 'negative_prompt'].some((key) => String(input[key] ?? '').length > MAX_PROMPT)
      ? `prompts must not be longer than ${MAX_PROMPT} characters`
      : undefined,
  shots: checkShots,
  references: ({ input }) =>
    holds(input, 'reference_video') &&
    [input.reference_images ?? []].flat().length > MAX_REFERENCES_WITH_VIDEO
      ? `reference_images must not hold more than ${MAX_REFERENCES_WITH_VIDEO} items with reference_video`
      : undefined,
  videoOrAudio: ({ input, audio }) =>
    audio === true && holds(input, 'reference_video')
      ? 'generate_audio and reference_video exclude each other'
      : undefined,
  noVideoIn4k: ({ input, mode }) =>
    mode === '4k' && holds(input, 'reference_video') ? 'reference_video is not available in 4k' : undefined,
  fiveOrTenWithoutVideo: ({ input, seconds }) =>
    !holds(input, 'reference_video') && seconds !== 5 && seconds !== 10
      ? 'duration must be 5 or 10 without reference_video'
      : undefined,
}

/** Bytes of the file behind a URL of the files API; `missing` where it is gone, undefined for any other URL. */
export type Upload = (url: string) => Uint8Array | 'missing' | undefined

type Checked = { readonly error: string } | { readonly size?: Size }

function checkFrame(field: string, value: unknown, upload: Upload): Checked {
  if (typeof value !== 'string') return {}
  const bytes = isDataURI(value) ? (bytesOfDataURI(value) ?? 'missing') : upload(value)
  if (bytes === 'missing') return { error: `${field} could not be read` }
  // Pictures behind other URLs are not fetched.
  return bytes === undefined ? {} : checkPicture(field, bytes)
}

const aspects: Readonly<Record<string, number>> = { '16:9': 16 / 9, '9:16': 9 / 16, '1:1': 1 }

/** What the model objects to, or the shape of the clip. A start frame overrules `aspect_ratio`. */
export function runRules(job: Job, upload: Upload): { readonly error: string } | { readonly aspect: number } {
  for (const name of job.row.rules) {
    const error = rules[name](job)
    if (error !== undefined) return { error }
  }
  const { input } = job
  const start = checkFrame('start_image', startImage(input), upload)
  if ('error' in start) return start
  const end = checkFrame('end_image', input.end_image, upload)
  if ('error' in end) return end
  const size = startImage(input) === undefined ? end.size : start.size
  if (size) return { aspect: size.width / size.height }
  const ratio = job.op === 'image2video' ? '16:9' : String(input.aspect_ratio ?? '16:9')
  return { aspect: aspects[ratio] ?? 16 / 9 }
}
