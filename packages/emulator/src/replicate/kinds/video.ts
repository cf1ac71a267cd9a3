import type { Body } from '../../engine/fields.ts'
import { aspects, bytesOfBase64, type Size, shortSide, sizeOf, stretchOf } from '../../engine/pictures.ts'
import { shotSeconds } from '../../engine/shots.ts'
import { isRecord } from '../../http/json.ts'
import type { Job } from '../task.ts'
import type { Made, ReplicateKind, Upload } from './kind.ts'
import { type ModelRow, models, type RuleName, rateOf } from './models.ts'

/** Clips from words and images. */
export const video: ReplicateKind = {
  models: Object.fromEntries(
    Object.entries(models).map(([name, row]) => [
      name,
      {
        version: row.version,
        input: row.input,
        read: (input: Body) => read(row, input),
        check: (job: Job, upload: Upload) => check(row, job, upload),
      },
    ]),
  ),
}

/** `image` is the former name of `start_image` on kling-v2.5-turbo-pro. */
const startImage = (input: Body): unknown => input.start_image ?? input.image

function read(row: ModelRow, input: Body): Made {
  const value = (key: string): unknown => input[key] ?? row.input[key]?.default
  const mode = String(value('mode') ?? row.mode)
  const seconds = Number(value('duration'))
  const audio = row.input.generate_audio ? Boolean(value('generate_audio')) : undefined
  const reference = input.reference_video !== undefined
  const frame = startImage(input) ?? input.end_image
  return {
    op: frame === undefined ? 'text2video' : 'image2video',
    mode,
    variant: row.input.mode && mode,
    seconds,
    audio,
    frame,
    references: [input.reference_images ?? []].flat(),
    microUsd: seconds * rateOf(row, { mode, audio: audio === true, video: reference }),
  }
}

type Rule = (job: Job) => string | undefined

const MAX_PROMPT = 2500
const MAX_SHOTS = 6
const MAX_REFERENCES_WITH_VIDEO = 4

const holds = (input: Body, key: string): boolean => input[key] !== undefined && input[key] !== ''

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
  const whole = shots
    .filter(isRecord)
    .filter(({ prompt, duration }) => typeof prompt === 'string' && Number(duration) >= 1)
  if (whole.length < shots.length) return 'each multi_prompt shot needs a prompt and a duration of at least 1'
  return shotSeconds(whole, 0) === seconds ? undefined : 'multi_prompt durations must add up to duration'
}

/** Checks between fields: the model fails with them after it was accepted. */
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
  references: ({ input }) => {
    const pictures = [input.reference_images ?? []].flat().length
    const hasVideo = holds(input, 'reference_video')
    if (hasVideo && pictures > MAX_REFERENCES_WITH_VIDEO)
      return `reference_images must not hold more than ${MAX_REFERENCES_WITH_VIDEO} items with reference_video`
    const listed: Readonly<Record<string, number>> = { image: pictures, video: hasVideo ? 1 : 0 }
    const words = `${input.prompt} ${input.multi_prompt ?? ''}`
    const wrong = [...words.matchAll(/<<<(\w+)_(\d+)>>>/g)].find(
      ([, type = '', number]) => Number(number) < 1 || Number(number) > (listed[type] ?? 0),
    )
    return wrong && `the prompt refers to ${wrong[0]}, which was not given`
  },
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

// Image rule of the v3 card, taken for all: jpg or png, 10 MB, 300 px a side, 1:2.5 to 2.5:1.
const MAX_BYTES = 10_000_000
const MIN_SIDE = 300
const MAX_RATIO = 2.5

type Checked = { readonly error: string } | { readonly size?: Size }

function checkPicture(field: string, bytes: Uint8Array): Checked {
  const bad = (why: string): Checked => ({ error: `${field} ${why}` })
  if (bytes.length > MAX_BYTES) return bad('is larger than 10MB')
  const size = sizeOf(bytes, ['jpg', 'png'])
  if (!size) return bad('is not a jpg or png picture')
  if (shortSide(size) < MIN_SIDE) return bad(`must be at least ${MIN_SIDE}px a side`)
  return stretchOf(size) > MAX_RATIO ? bad('must have an aspect ratio between 1:2.5 and 2.5:1') : { size }
}

function checkFrame(field: string, value: unknown, upload: Upload): Checked {
  if (typeof value !== 'string') return {}
  const base64 = /^data:[^,]*;base64,(.*)$/s.exec(value)?.[1]
  const bytes = value.startsWith('data:') ? (bytesOfBase64(base64 ?? '?') ?? 'missing') : upload(value)
  if (bytes === 'missing') return { error: `${field} could not be read` }
  // Pictures behind other URLs are not fetched.
  return bytes === undefined ? {} : checkPicture(field, bytes)
}

/** A start frame overrules `aspect_ratio`. */
function check(
  row: ModelRow,
  job: Job,
  upload: Upload,
): { readonly error: string } | { readonly aspect: number } {
  for (const name of row.rules) {
    const error = rules[name](job)
    if (error !== undefined) return { error }
  }
  const { input } = job
  const start = checkFrame('start_image', startImage(input), upload)
  if ('error' in start) return start
  const end = checkFrame('end_image', input.end_image, upload)
  if ('error' in end) return end
  for (const one of [input.reference_images ?? []].flat()) {
    const picture = checkFrame('reference_images', one, upload)
    if ('error' in picture) return picture
  }
  const size = startImage(input) === undefined ? end.size : start.size
  if (size) return { aspect: size.width / size.height }
  const ratio = job.op === 'image2video' ? '16:9' : String(input.aspect_ratio ?? '16:9')
  return { aspect: aspects[ratio] ?? 16 / 9 }
}
