import { type Body, text } from '../../engine/fields.ts'
import { type Refusal, refuse } from '../tables.ts'
import { invalidValue } from './kind.ts'
import type { Mode, ModelState } from './models.ts'
import { checkShots, hasSound, isCustomized, promptsOf } from './rules.ts'

/** A model of omni-video. */
export interface OmniModel {
  readonly state: ModelState
  readonly modes: readonly Mode[]
  readonly longest: number
  /** Thousandths of a unit per second of output; `video` with a reference video. */
  readonly rates: Readonly<Partial<Record<Mode, readonly [silent: number, sound: number, video: number]>>>
}

/** An omni-video body whose model, mode and length are known. */
export interface Asked {
  readonly body: Body
  readonly model: string
  readonly row: OmniModel
  readonly mode: Mode
  readonly seconds: number
  readonly pictures: readonly Body[]
  readonly first: Body | undefined
  readonly end: Body | undefined
  readonly elements: number
  readonly video: Body | undefined
  /** Whether that video is edited, which is what a video is for unless told. */
  readonly edits: boolean
}

type Rule = (asked: Asked) => Refusal | undefined

const frames: Rule = ({ first, end, edits, model, pictures }) => {
  if (end && !first) return refuse(1201, 'end_frame needs a first_frame')
  if (edits && first) return refuse(1201, 'first_frame and end_frame are not supported with a base video')
  // Said of O1 alone.
  return end && model === 'kling-video-o1' && pictures.length > 2
    ? refuse(1201, 'end_frame is not supported with more than 2 images')
    : undefined
}

const counts: Rule = ({ pictures, elements, video, first, end, model }) => {
  const most = video ? 4 : 7
  if (pictures.length + elements > most)
    return refuse(1201, `image_list and element_list must not hold more than ${most} in total`)
  const mostElements = end && model === 'kling-video-o1' ? 0 : first ? 3 : most
  return elements > mostElements
    ? refuse(1201, `element_list must not hold more than ${mostElements} elements`)
    : undefined
}

const sound: Rule = ({ body, model, video }) => {
  if (!hasSound(body)) return undefined
  if (model !== 'kling-v3-omni') return refuse(1201, `sound is not supported by model '${model}'`)
  return video ? refuse(1201, "sound must be 'off' with video_list") : undefined
}

const shots: Rule = ({ body, model, video, seconds }) => {
  if (body.multi_shot !== true) return undefined
  if (model !== 'kling-v3-omni') return refuse(1201, `multi_shot is not supported by model '${model}'`)
  // Update log of 2026-06-17.
  if (video && isCustomized(body)) return refuse(1201, "shot_type must be 'intelligence' with video_list")
  return checkShots(body, seconds)
}

const shape: Rule = ({ body, first, edits }) => {
  const given = text(body, 'aspect_ratio') !== ''
  if (first || edits)
    return given ? refuse(1201, 'aspect_ratio is not supported with frames or a base video') : undefined
  return given ? undefined : refuse(1201, 'aspect_ratio cannot be empty')
}

const words: Rule = ({ body, pictures, elements, video }) => {
  const written = promptsOf(body)
  if (written === '') return refuse(1201, 'prompt cannot be empty')
  const listed: Readonly<Record<string, number>> = {
    image: pictures.length,
    element: elements,
    video: video ? 1 : 0,
  }
  for (const [token, kind = '', number = ''] of written.matchAll(/<<<(image|element|video)_(\d+)>>>/g)) {
    if (Number(number) < 1 || Number(number) > (listed[kind] ?? 0))
      return refuse(1201, `prompt refers to ${token}, which is not in the lists`)
  }
  return undefined
}

/** O1 renders 5 or 10 s from words alone and from a first frame. */
const lengths: Rule = ({ body, model, seconds, pictures, first, video }) =>
  model === 'kling-video-o1' && (first || (pictures.length === 0 && !video)) && seconds % 5 !== 0
    ? invalidValue('duration', body.duration)
    : undefined

/** What goes together on omni-video: the first rule that objects wins. */
export const rules: readonly Rule[] = [words, frames, counts, sound, shots, shape, lengths]
