import { isRecord } from '../http/json.ts'
import { type Refusal, refuse } from './errors.ts'
import { type Body, list, text } from './fields.ts'

const MAX_SHOTS = 6
const MAX_SHOT_PROMPT = 512

export const isCustomized = (body: Body): boolean =>
  body.multi_shot === true && body.shot_type === 'customize'

/** The storyboard rules of `multi_shot`, kling-v3 only (V1 page, 2026-03); with an end frame since 2026-05-07 (update log). */
export function checkShots(body: Body, seconds: number): Refusal | undefined {
  if (body.multi_shot !== true) return undefined
  if (body.shot_type === undefined) return refuse(1201, 'shot_type cannot be empty when multi_shot is true')
  if (!isCustomized(body)) return undefined

  const shots = list(body, 'multi_prompt')
  if (shots.length < 1 || shots.length > MAX_SHOTS) {
    return refuse(1201, `multi_prompt must hold 1 to ${MAX_SHOTS} shots`)
  }
  let total = 0
  for (const [position, shot] of shots.entries()) {
    const where = `multi_prompt[${position}]`
    if (!isRecord(shot)) return refuse(1201, `${where} must be of type object`)
    if (shot.index !== position + 1) return refuse(1201, `${where}.index must be ${position + 1}`)
    if (typeof shot.prompt !== 'string' || shot.prompt === '') {
      return refuse(1201, `${where}.prompt cannot be empty`)
    }
    if (shot.prompt.length > MAX_SHOT_PROMPT) {
      return refuse(1201, `${where}.prompt must not be longer than ${MAX_SHOT_PROMPT} characters`)
    }
    if (typeof shot.duration !== 'string' || !/^[1-9]\d?$/.test(shot.duration)) {
      return refuse(1201, `${where}.duration must be a string of whole seconds`)
    }
    total += Number(shot.duration)
  }
  return total === seconds ? undefined : refuse(1201, 'multi_prompt durations must add up to duration')
}

/** Every text a person wrote into the request, for the content policy and for the picture. */
export function promptsOf(body: Body): string {
  const shots = isCustomized(body)
    ? list(body, 'multi_prompt').map((shot) => (isRecord(shot) ? shot.prompt : ''))
    : [text(body, 'prompt')]
  return shots.filter((prompt) => typeof prompt === 'string' && prompt !== '').join(' / ')
}
