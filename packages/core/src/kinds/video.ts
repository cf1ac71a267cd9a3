import * as z from 'zod/mini'
import { problem, type Warning } from '../model/problem.ts'
import { isBlank } from '../model/text.ts'
import { optionalField, type Rule, type SubjectOf, whole } from './kind.ts'
import type { SharedFields } from './kind-types.ts'
import type { OfferOf } from './offer.ts'
import type { Billing } from './price.ts'
import { closest, listed, nearestRatio, otherRows } from './rule.ts'
import { lengthProblem } from './texts.ts'
import { count, shots, sound } from './video-content.ts'
import { defaultDuration, type Video, type VideoFields } from './video-fields.ts'
import { drop, set } from './ways.ts'

const seconds = (durations: readonly number[], wanted: number) => {
  const near = closest(durations, wanted)
  return near === undefined ? [] : [set('duration', near, `Use a duration of ${near}.`)]
}

/** How long the clip is. */
export const length: Rule<Video> = (of) => {
  const { request, limits, name } = of
  const { duration: wanted = defaultDuration } = request
  if (limits.durations.includes(wanted)) return []
  const near = closest(limits.durations, wanted)
  const message = `${name} renders ${listed(limits.durations)} s, not ${wanted} s.`
  const fix = `Use ${near}.`
  return [
    problem('duration', 'one-of', message, fix, [
      ...(near === undefined ? [] : [set('duration', near, fix)]),
      ...otherRows(of, ({ durations }) => durations.includes(wanted), `which renders ${wanted} s`),
    ]),
  ]
}

/** Width to height, and how closely the prompt is followed. */
export const frame: Rule<Video> = (of) => {
  const { request, limits, name } = of
  const { aspectRatio, cfgScale } = request
  const ratios = limits.aspectRatios
  const wrong = aspectRatio !== undefined && ratios && !ratios.includes(aspectRatio)
  const ratio = wrong ? nearestRatio(ratios, aspectRatio) : undefined
  return [
    wrong &&
      problem(
        'aspectRatio',
        'one-of',
        `${name} renders ${ratios.join(', ')}, not ${aspectRatio}.`,
        `Use ${ratio}.`,
        [set('aspectRatio', ratio, `Use ${ratio}.`)],
      ),
    cfgScale !== undefined &&
      !limits.cfgScale &&
      problem('cfgScale', 'unsupported', `${name} takes no cfgScale.`, 'Leave it out.', [
        ...otherRows(of, (row) => row.cfgScale, 'which takes one'),
        drop('cfgScale', 'Leave it out.'),
      ]),
  ]
}

/** Scripted camera moves. */
export const camera: Rule<Video> = (of) => {
  const { request, limits, name } = of
  const { cameraControl, duration: wanted = defaultDuration } = request
  const row = limits.cameraControl
  if (!cameraControl) return []
  const { type, config } = cameraControl
  const moved = Object.values(config ?? {}).filter((amount) => !!amount).length
  const oneAxis = 'Set one of horizontal, vertical, pan, tilt, roll and zoom to a number other than 0.'
  const inWords = drop('cameraControl', 'Leave it out, and describe the move in the prompt.')
  const others = otherRows(
    of,
    (limit) => limit.cameraControl !== false && limit.cameraControl.types.includes(type),
    'which takes it',
  )
  if (!row) {
    const message = `${name} takes no camera control.`
    return [
      problem('cameraControl', 'unsupported', message, 'Describe the move in the prompt.', [
        ...others,
        inWords,
      ]),
    ]
  }
  const moves = row.types.join(', ')
  return [
    !row.types.includes(type) &&
      problem('cameraControl.type', 'one-of', `${name} takes the camera moves ${moves}.`, `Use ${moves}.`, [
        ...others,
        drop('cameraControl', `Use ${moves}, or leave it out and describe the move in the prompt.`),
      ]),
    row.types.includes(type) &&
      type !== 'simple' &&
      config !== undefined &&
      problem(
        'cameraControl.config',
        'conflict',
        `The camera move ${type} takes no config.`,
        'Leave config out, or use type simple.',
      ),
    type === 'simple' &&
      config === undefined &&
      problem('cameraControl.config', 'required', 'The camera move simple needs a config.', oneAxis),
    type === 'simple' &&
      config !== undefined &&
      moved !== 1 &&
      problem(
        'cameraControl.config',
        'conflict',
        `The camera move simple takes exactly one axis other than 0, not ${moved}.`,
        oneAxis,
      ),
    !row.durations.includes(wanted) &&
      problem(
        'cameraControl',
        'conflict',
        `${name} takes camera control only at ${listed(row.durations)} s.`,
        `Use a duration of ${row.durations[0]}.`,
        [...seconds(row.durations, wanted), inWords],
      ),
  ]
}

/** A picture may speak for itself, at another model; nobody can say for the caller what it should show. */
function wordless(of: Parameters<Rule<Video>>[0]): string {
  const [other] = otherRows(of, (row) => !row.prompt.required, 'which takes a picture without words')
  return `Say what the clip should show.${other ? ` Or: ${other.fix}` : ''}`
}

/** What the clip is to show, and what it is not to. */
export const words: Rule<Video> = (of) => {
  const { request, limits, name } = of
  const { prompt, negativePrompt } = request
  const without = limits.negativePrompt === false
  return [
    limits.prompt.required &&
      !(request.shots && limits.shots && !limits.shots.besidePrompt) &&
      isBlank(prompt ?? '') &&
      problem('prompt', 'required', `${name} needs a prompt, and it is empty.`, wordless(of)),
    lengthProblem('prompt', prompt, limits.prompt),
    negativePrompt !== undefined &&
      without &&
      problem(
        'negativePrompt',
        'unsupported',
        `${name} takes no negative prompt.`,
        'Say it in the prompt instead.',
        [
          ...otherRows(of, (row) => row.negativePrompt !== false, 'which takes one'),
          drop('negativePrompt', 'Leave it out, and say it in the prompt instead.'),
        ],
      ),
    limits.negativePrompt && lengthProblem('negativePrompt', negativePrompt, limits.negativePrompt),
  ]
}

const axis = z.optional(z.number().check(z.gte(-10), z.lte(10)))

/** Schemas of {@link VideoFields}, to spread into a kind's shape. */
export const videoShape: Readonly<Record<Exclude<keyof VideoFields, keyof SharedFields>, z.core.$ZodType>> = {
  duration: optionalField(z.number().check(z.gt(0)), 'Length of the clip in seconds; 5 when left out.'),
  negativePrompt: optionalField(z.string(), 'What to keep out of the picture.'),
  aspectRatio: optionalField(z.string().check(z.regex(/^\d+:\d+$/)), 'Width to height, such as 16:9.'),
  generateAudio: optionalField(z.boolean(), 'Whether the clip gets a sound track, which costs more.'),
  cfgScale: optionalField(z.number().check(z.gte(0), z.lte(1)), 'How closely to follow the prompt, 0 to 1.'),
  cameraControl: optionalField(
    z.strictObject({
      type: z.literal(['simple', 'down_back', 'forward_up', 'right_turn_forward', 'left_turn_forward']),
      config: z.optional(
        z.strictObject({ horizontal: axis, vertical: axis, pan: axis, tilt: axis, roll: axis, zoom: axis }),
      ),
    }),
    'A scripted camera move, on the models that take one; simple moves along one axis of config.',
  ),
  shots: optionalField(
    z.array(z.strictObject({ prompt: z.string(), duration: z.number().check(z.gt(0)) })),
    'Several shots in one clip, on the models that take them; whole seconds that add up to duration.',
  ),
  n: optionalField(
    z.number().check(whole, z.gte(1), z.lte(9)),
    'How many clips; most models make one per task.',
  ),
}

/** What every video kind fills in. */
export const videoDefaults: { readonly duration: number } = { duration: defaultDuration }

/** Fields of a video request that hold words. */
export const videoTexts: readonly string[] = ['prompt', 'negativePrompt', 'shots']

/** What all video kinds ask of a row. */
export const videoRules: readonly Rule<Video>[] = [words, length, frame, camera, shots, sound, count]

/** What a video row ignores of a request. */
export function videoWarnings({ request, offer }: SubjectOf<Video>): readonly Warning[] {
  const fromImage = request.aspectRatio !== undefined && offer.limits.aspectRatios === false
  const shape = `${offer.model} takes the aspect ratio from the image; ${request.aspectRatio} was not sent.`
  const unsaid = !!request.prompt && request.shots !== undefined && !offer.limits.shots?.besidePrompt
  return [
    ...(fromImage ? [{ field: 'aspectRatio', message: shape }] : []),
    ...(unsaid ? [{ field: 'prompt', message: 'The shots speak for themselves; prompt was not sent.' }] : []),
  ]
}

/** What prices of video kinds tell apart. */
export const videoVariants: readonly string[] = ['silent', 'audio']

/** A clip is paid for by its seconds, or as a whole; with sound at another rate. */
export function billsVideo({ request, offer: { limits }, duration }: SubjectOf<Video>): Billing {
  const withAudio =
    limits.audio === 'always' || (limits.audio === 'optional' && request.generateAudio === true)
  return { variant: withAudio ? 'audio' : 'silent', amounts: { second: duration, clip: 1 } }
}

/** The smallest request for a clip: words, and the first length that the row sells. */
export const leastVideo = ({
  limits: {
    durations: [duration],
  },
}: OfferOf<Video>): { readonly prompt: string; readonly duration?: number } => ({
  prompt: 'A paper boat in the rain',
  ...(duration !== undefined && { duration }),
})
