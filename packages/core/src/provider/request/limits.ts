import type { Media } from '../../model/media.ts'
import { mediaProblems } from '../../model/media-rule.ts'
import type { Limits, Offer } from '../../model/offer.ts'
import { type Problem, problem, type Warning } from '../../model/problem.ts'
import { kinds, type RenderRequest } from '../../model/request/index.ts'
import { isBlank } from '../../model/text.ts'
import { reachProblems } from './reach.ts'

/** Clip length of requests that name none, in seconds: every model sells it. */
export const defaultDuration = 5

type Rule = (
  request: RenderRequest,
  limits: Limits,
  name: string,
  near: boolean,
) => readonly (Problem | false | undefined)[]

/** `[3, 4, 5]` is `3 to 5`, `[5, 10]` is `5 or 10`. */
function listed(numbers: readonly number[]): string {
  const [first = 0] = numbers
  const last = numbers.at(-1) ?? first
  const run = numbers.length > 2 && last - first === numbers.length - 1
  return run ? `${first} to ${last}` : numbers.join(' or ')
}

const closest = (numbers: readonly number[], wanted: number): number | undefined =>
  [...numbers].sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))[0]

const duration: Rule = ({ duration: wanted = defaultDuration }, { durations }, name) => [
  !durations.includes(wanted) &&
    problem(
      'duration',
      'one-of',
      `${name} renders ${listed(durations)} s, not ${wanted} s.`,
      `Use ${closest(durations, wanted)}.`,
    ),
]

const tooLong = (field: string, text: string | undefined, maxLength: number): Problem | false =>
  text !== undefined &&
  text.length > maxLength &&
  problem(
    field,
    'length',
    `${field} has ${text.length} characters; at most ${maxLength} are accepted.`,
    `Shorten it by ${text.length - maxLength}.`,
  )

const prompts: Rule = ({ prompt, negativePrompt }, limits, name) => [
  limits.prompt.required &&
    isBlank(prompt ?? '') &&
    problem(
      'prompt',
      'required',
      `${name} needs a prompt, and it is empty.`,
      'Say what the clip should show.',
    ),
  tooLong('prompt', prompt, limits.prompt.maxLength),
  negativePrompt !== undefined && limits.negativePrompt === false
    ? problem(
        'negativePrompt',
        'unsupported',
        `${name} takes no negative prompt.`,
        'Say it in the prompt instead.',
      )
    : limits.negativePrompt && tooLong('negativePrompt', negativePrompt, limits.negativePrompt.maxLength),
]

const look: Rule = (
  { aspectRatio, cfgScale, cameraControl, duration: wanted = defaultDuration },
  limits,
  name,
) => {
  const camera = limits.cameraControl
  return [
    aspectRatio !== undefined &&
      limits.aspectRatios &&
      !limits.aspectRatios.includes(aspectRatio) &&
      problem(
        'aspectRatio',
        'one-of',
        `${name} renders ${limits.aspectRatios.join(', ')}, not ${aspectRatio}.`,
        `Use ${limits.aspectRatios[0]}.`,
      ),
    cfgScale !== undefined &&
      !limits.cfgScale &&
      problem('cfgScale', 'unsupported', `${name} takes no cfgScale.`, 'Leave it out.'),
    cameraControl !== undefined &&
      camera === false &&
      problem(
        'cameraControl',
        'unsupported',
        `${name} takes no camera control.`,
        'Describe the move in the prompt.',
      ),
    cameraControl !== undefined &&
      camera &&
      !camera.types.includes(cameraControl.type) &&
      problem(
        'cameraControl.type',
        'one-of',
        `${name} takes the camera moves ${camera.types.join(', ')}.`,
        `Use ${camera.types[0]}.`,
      ),
    cameraControl !== undefined &&
      camera &&
      !camera.durations.includes(wanted) &&
      problem(
        'cameraControl',
        'conflict',
        `${name} takes camera control only at ${listed(camera.durations)} s.`,
        `Use a duration of ${camera.durations[0]}.`,
      ),
  ]
}

const audio: Rule = ({ generateAudio }, limits, name) => [
  generateAudio === true &&
    limits.audio === 'never' &&
    problem('generateAudio', 'unsupported', `${name} renders silent clips only.`, 'Leave generateAudio out.'),
  generateAudio === false &&
    limits.audio === 'always' &&
    problem('generateAudio', 'unsupported', `${name} always adds sound.`, 'Leave generateAudio out.'),
]

const count: Rule = ({ n = 1 }, _limits, name) => [
  n > 1 && problem('n', 'unsupported', `${name} makes one clip per task.`, `Submit ${n} times.`),
]

const images: Rule = (request, { endImage: end }, name) => {
  if (request.kind !== 'image-to-video') return []
  const { startImage, endImage, duration: wanted = defaultDuration } = request
  if (endImage === undefined) {
    const fix = 'Set startImage, or use text-to-video.'
    return [startImage === undefined && problem('startImage', 'required', 'There is no image.', fix)]
  }
  if (end === false) {
    const fix = 'Leave it out, or use a model and mode that takes one (kling-v3, or kling-v2-6 in pro).'
    return [problem('endImage', 'unsupported', `${name} takes no end image.`, fix)]
  }
  return [
    startImage === undefined &&
      !end.alone &&
      problem(
        'startImage',
        'required',
        `${name} takes an end image only beside a start image.`,
        'Set startImage.',
      ),
    end.durations &&
      !end.durations.includes(wanted) &&
      problem(
        'endImage',
        'conflict',
        `${name} takes an end image only at ${listed(end.durations)} s.`,
        `Use a duration of ${end.durations[0]}.`,
      ),
    end.silentOnly &&
      request.generateAudio === true &&
      problem(
        'endImage',
        'conflict',
        `${name} renders silent beside an end image.`,
        'Leave generateAudio out.',
      ),
  ]
}

const bytesInstead =
  'Pass its bytes (a Uint8Array or Blob, read from there or from its file), which the adapter brings to the provider; or a public https URL.'
const linkInstead = 'Put it where the provider can fetch it, and pass its public https URL.'

const media: Rule = (request, { images: rule }, _name, near) =>
  kinds[request.kind].media.flatMap((field) => {
    const value = (request as unknown as Record<string, Media | undefined>)[field]
    if (value === undefined || rule === false) return []
    const wrong = mediaProblems(field, value, rule)
    if (wrong.length > 0 || !(typeof value === 'string' || value instanceof URL)) return wrong
    const instead = rule.forms.some((form) => form !== 'url') ? bytesInstead : linkInstead
    return reachProblems(field, String(value), near, instead)
  })

const rules: readonly Rule[] = [prompts, duration, look, audio, count, images, media]

/** What of a well-formed request the row does not allow. */
export function limitProblems(request: RenderRequest, offer: Offer, near: boolean): readonly Problem[] {
  const name = `${offer.model} ${offer.mode}`
  return rules.flatMap((rule) => rule(request, offer.limits, name, near)).filter((found) => !!found)
}

/** What to know of an accepted request: what is ignored without changing what is paid for, and a row in doubt. */
export function limitWarnings(request: RenderRequest, offer: Offer): readonly Warning[] {
  const fromImage = request.aspectRatio !== undefined && offer.limits.aspectRatios === false
  const { provider, model, state } = offer
  const shape = `${model} takes the aspect ratio from the image; ${request.aspectRatio} was not sent.`
  const doubt = `Whether ${provider} still sells ${model} is unverified (${offer.asOf}); it was sent because you named it.`
  return [
    ...(fromImage ? [{ field: 'aspectRatio', message: shape }] : []),
    ...(state === 'unverified' ? [{ field: 'model', message: doubt }] : []),
  ]
}
