import { isRecord } from '../http/json.ts'
import { invalid, type Refusal } from './errors.ts'
import { type Body, list, text } from './fields.ts'

// Caps of public clients, 2026; the page names none.
const MAX_SHOTS = 6
const MAX_SHOT_SECONDS = 14
const MAX_SECONDS = 15
const MAX_PROMPT = 2500

export const hasShots = (input: Body): boolean => list(input, 'multi_shots').length > 0

export function checkShots(input: Body): Refusal | undefined {
  const shots = list(input, 'multi_shots')
  if (shots.length > MAX_SHOTS) return invalid('multi_shots', `holds more than ${MAX_SHOTS} shots`)
  for (const [position, shot] of shots.entries()) {
    const where = `multi_shots[${position}]`
    if (!isRecord(shot)) return invalid(where, 'must be of type object')
    const { prompt, duration } = shot
    if (typeof prompt !== 'string' || prompt === '') return invalid(`${where}.prompt`, 'is required')
    if (typeof duration !== 'number' || !Number.isInteger(duration)) {
      return invalid(`${where}.duration`, 'must be of type integer')
    }
    if (duration < 1 || duration > MAX_SHOT_SECONDS) {
      return invalid(`${where}.duration`, `must be between 1 and ${MAX_SHOT_SECONDS}`)
    }
  }
  if (shotSeconds(input) > MAX_SECONDS) return invalid('multi_shots', `last longer than ${MAX_SECONDS} s`)
  return promptsOf(input).length > MAX_PROMPT
    ? invalid('multi_shots', `hold more than ${MAX_PROMPT} characters`)
    : undefined
}

/** Length of the whole storyboard, seconds. */
export const shotSeconds = (input: Body): number =>
  list(input, 'multi_shots')
    .map((shot) => (isRecord(shot) && typeof shot.duration === 'number' ? shot.duration : 0))
    .reduce((sum, seconds) => sum + seconds, 0)

/** The text that counts: of the shots where there are any, else the prompt. */
export const promptsOf = (input: Body): string =>
  hasShots(input)
    ? list(input, 'multi_shots')
        .map((shot) => (isRecord(shot) ? String(shot.prompt) : ''))
        .join(' / ')
    : text(input, 'prompt')
