import { isRecord } from '../http/json.ts'
import { type Endpoint, priceOf } from './endpoints.ts'
import { detail, type ErrorDetail } from './failures.ts'
import { type Body, checkBody, withDefaults } from './validate.ts'

/** What a valid body asks for. */
export interface Job {
  /** Length of the clip, seconds. */
  readonly seconds: number
  /** Width divided by height, as far as the body alone tells. */
  readonly aspect: number
  /** Of all shots together. */
  readonly prompt: string
  readonly microUsd: number
  /** What `x-fal-billable-units` will say: the price over the endpoint's unit price. */
  readonly units: number
  readonly body: Body
}

const aspects: Readonly<Record<string, number>> = { '16:9': 16 / 9, '9:16': 9 / 16, '1:1': 1, '21:9': 21 / 9 }
const MAX_TURBO_SHOTS = 6
const MAX_TURBO_SECONDS = 15

/** Reads a body as the model app would once it runs. */
export function readJob(endpoint: Endpoint, json: unknown): Job | readonly ErrorDetail[] {
  if (json === undefined) return [detail(['body'], 'json_invalid', 'JSON decode error')]
  if (!isRecord(json))
    return [detail(['body'], 'model_type', 'Input should be a valid object', { input: json })]
  const errors = [...checkBody(endpoint.input, json), ...checkPrompts(endpoint, json)]
  if (errors.length > 0) return errors

  const body = withDefaults(endpoint.input, json)
  const seconds = secondsOf(body)
  const voices = listAt(body, 'voice_ids').length > 0 || listAt(body, 'elements').some(hasVoice)
  const audio = body.generate_audio === true
  const microUsd = priceOf(endpoint, { seconds, audio, voices, fullHD: body.resolution === '1080p' })
  return {
    seconds,
    aspect: aspects[String(body.aspect_ratio)] ?? 16 / 9,
    prompt: promptsOf(body),
    microUsd,
    units: Number((microUsd / endpoint.unitMicroUsd).toFixed(6)),
    body: json,
  }
}

const listAt = (body: Body, field: string): readonly unknown[] => {
  const value = body[field]
  return Array.isArray(value) ? value : []
}

const shotsOf = (body: Body): readonly Body[] => listAt(body, 'multi_prompt').filter(isRecord)
const hasVoice = (element: unknown): boolean => isRecord(element) && typeof element.voice_id === 'string'
const shotSeconds = (shots: readonly Body[]): number =>
  shots.reduce((sum, shot) => sum + Number(shot.duration ?? 5), 0)

/** With shots the clip is as long as they are together: stated for Kling 4.0, assumed for the families before. */
function secondsOf(body: Body): number {
  const shots = shotsOf(body)
  return shots.length > 0 ? shotSeconds(shots) : Number(body.duration)
}

const promptsOf = (body: Body): string =>
  [body.prompt, ...shotsOf(body).map(({ prompt }) => prompt)]
    .filter((prompt) => typeof prompt === 'string')
    .join(' ')

/** `prompt` or `multi_prompt`, where a family has both; the turbo pages limit the shots. */
function checkPrompts({ id, input }: Endpoint, body: Body): ErrorDetail[] {
  if (!Object.hasOwn(input, 'multi_prompt')) return []
  const shots = shotsOf(body)
  const prompt = typeof body.prompt === 'string' && body.prompt !== ''
  if (!prompt && shots.length === 0) {
    return [detail(['body', 'prompt'], 'missing', 'Field required', { input: body })]
  }
  if (prompt && shots.length > 0) {
    return [detail(['body'], 'value_error', 'Give either prompt or multi_prompt', { input: body })]
  }
  if (!id.includes('/turbo/')) return []
  const loc = ['body', 'multi_prompt']
  if (shots.length > MAX_TURBO_SHOTS) {
    const ctx = { max_length: MAX_TURBO_SHOTS }
    return [detail(loc, 'sequence_too_long', `At most ${MAX_TURBO_SHOTS} shots`, { ctx })]
  }
  return shotSeconds(shots) > MAX_TURBO_SECONDS
    ? [detail(loc, 'value_error', `The shots last longer than ${MAX_TURBO_SECONDS} seconds`)]
    : []
}
