import { isRecord } from '../http/json.ts'
import { type Body, list } from './fields.ts'

/** The shots of a storyboard that are objects. */
export const shotsIn = (body: Body, field: string): readonly Body[] => list(body, field).filter(isRecord)

/** Length of a whole storyboard, seconds; a shot that names none lasts `otherwise`. */
export const shotSeconds = (shots: readonly Body[], otherwise: number): number =>
  shots.reduce((sum, { duration }) => sum + Number(duration ?? otherwise), 0)

/** Every text a person wrote into a storyboard. */
export const shotPrompts = (shots: readonly Body[]): readonly string[] =>
  shots.flatMap(({ prompt }) => (typeof prompt === 'string' && prompt !== '' ? [prompt] : []))
