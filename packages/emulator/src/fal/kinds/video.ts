import { type Body, list, withDefaults } from '../../engine/fields.ts'
import { aspects } from '../../engine/pictures.ts'
import { shotPrompts, shotSeconds, shotsIn } from '../../engine/shots.ts'
import { isRecord } from '../../http/json.ts'
import { detail, type ErrorDetail } from '../failures.ts'
import type { Tier } from '../options.ts'
import { kling4Rows, klingRows, type Rate, type Row } from './endpoints.ts'
import { checkBody, type Endpoint, type FalKind, type Job, type Listen } from './kind.ts'
import { schemas } from './schemas.ts'

interface VideoEndpoint extends Omit<Endpoint, 'read'> {
  readonly rate: Rate
}

const tiers: readonly Tier[] = ['standard', 'master', '4k', 'pro']

function endpointsOf(app: string, rows: Readonly<Record<string, Row>>): ReadonlyMap<string, Endpoint> {
  return new Map(Object.entries(rows).map(([path, row]) => [path, endpointOf(app, path, row)]))
}

function endpointOf(app: string, path: string, [name, rate, unit]: Row): Endpoint {
  const input = schemas[name]
  const segments = path.split('/')
  const startImage = ['image_url', 'start_image_url'].find((field) => Object.hasOwn(input, field))
  const endpoint: VideoEndpoint = {
    id: `${app}/${path}`,
    op: path.endsWith('text-to-video') ? 'text-to-video' : 'image-to-video',
    // `o1/image-to-video` is the pro tier of O1.
    tier: tiers.find((tier) => segments.includes(tier)) ?? 'pro',
    input,
    ...(startImage === undefined ? {} : { startImage }),
    rate,
    unitMicroUsd: unit ?? rate.silent,
  }
  return { ...endpoint, read: (json, listen) => readJob(endpoint, json, listen) }
}

/** Millionths of a dollar for one clip. */
function priceOf(
  { rate }: VideoEndpoint,
  clip: {
    readonly seconds: number
    readonly audio: boolean
    readonly voices: boolean
    readonly fullHD: boolean
    /** Seconds of the videos that go in; undefined where there is none. */
    readonly input: number | undefined
  },
): number {
  const { withVideo } = rate
  if (withVideo && clip.input !== undefined) {
    const each = clip.fullHD ? withVideo.fullHD : withVideo.hd
    return Math.round(each * (clip.seconds + Math.max(clip.input, clip.seconds)))
  }
  const sounding = (clip.voices ? rate.voice : undefined) ?? rate.audio ?? rate.silent
  const silent = (clip.fullHD ? rate.fullHD : undefined) ?? rate.silent
  return (clip.audio ? sounding : silent) * clip.seconds
}

const MAX_TURBO_SHOTS = 6
const MAX_TURBO_SECONDS = 15

/** Reads a body as the model app would once it runs. */
function readJob(endpoint: VideoEndpoint, json: unknown, listen: Listen): Job | readonly ErrorDetail[] {
  if (json === undefined) return [detail(['body'], 'json_invalid', 'JSON decode error')]
  if (!isRecord(json))
    return [detail(['body'], 'model_type', 'Input should be a valid object', { input: json })]
  const errors = [
    ...checkBody(endpoint.input, json),
    ...checkPrompts(endpoint, json),
    ...checkReferences(endpoint, json),
  ]
  if (errors.length > 0) return errors

  const body = withDefaults(endpoint.input, json)
  const seconds = secondsOf(body)
  const voices = list(body, 'voice_ids').length > 0 || list(body, 'elements').some(hasVoice)
  const audio = body.generate_audio === true
  const microUsd = priceOf(endpoint, {
    seconds,
    audio,
    voices,
    fullHD: body.resolution === '1080p',
    input: inputSeconds(body, listen),
  })
  return {
    seconds,
    aspect: aspects[String(body.aspect_ratio)] ?? 16 / 9,
    prompt: promptsOf(body),
    references: referencesOf(body),
    microUsd,
    units: Number((microUsd / endpoint.unitMicroUsd).toFixed(6)),
    body: json,
  }
}

const textsIn = (body: Body, field: string): readonly string[] =>
  list(body, field).filter((item) => typeof item === 'string')

/** Every picture that the prompt may speak of, elements from the front. */
const referencesOf = (body: Body): readonly string[] => [
  ...textsIn(body, 'input_image_urls'),
  ...textsIn(body, 'image_urls'),
  ...list(body, 'elements')
    .filter(isRecord)
    .flatMap(({ frontal_image_url: front }) => (typeof front === 'string' ? [front] : [])),
]

/** Every video that goes in, those of elements too. */
const videosOf = (body: Body): readonly string[] => [
  ...textsIn(body, 'video_urls'),
  ...list(body, 'elements')
    .filter(isRecord)
    .flatMap(({ video_url: clip }) => (typeof clip === 'string' ? [clip] : [])),
]

function inputSeconds(body: Body, listen: Listen): number | undefined {
  const videos = videosOf(body)
  if (videos.length === 0) return undefined
  return videos.reduce((sum, url) => sum + (listen(url) ?? LEFT_OUT), 0)
}

/** How many there may be, and that the prompt speaks of none that is not there. */
function checkReferences({ id, input }: VideoEndpoint, body: Body): ErrorDetail[] {
  if (!Object.hasOwn(input, 'image_urls')) return []
  const given = { Image: list(body, 'image_urls').length, Element: list(body, 'elements').length }
  const videos = list(body, 'video_urls').length + (body.video_url === undefined ? 0 : 1)
  const hasVideo = videos > 0
  const most = Object.hasOwn(input, 'resolution') ? 10 : hasVideo ? 4 : 7
  const isBare = (one: unknown): boolean => isRecord(one) && list(one, 'reference_image_urls').length === 0
  if (id.includes('/o1/') && list(body, 'elements').some(isBare))
    return [detail(['body', 'elements'], 'value_error', 'An element needs 1 to 3 reference_image_urls')]
  // As at Kling behind it.
  if (body.end_image_url !== undefined && body.start_image_url === undefined)
    return [detail(['body', 'end_image_url'], 'value_error', 'end_image_url needs start_image_url')]
  // Of 4.0 a first frame is one of them.
  const frames = Object.hasOwn(input, 'resolution') && body.start_image_url !== undefined ? 1 : 0
  if (given.Image + given.Element + frames > most)
    return [detail(['body', 'image_urls'], 'value_error', `At most ${most} references in all`)]
  if (given.Image + given.Element === 0 && !hasVideo && body.start_image_url === undefined)
    return [detail(['body', 'image_urls'], 'value_error', 'At least one reference is required')]
  const listed: Readonly<Record<string, number>> = { ...given, Video: videos }
  const strange = [...promptsOf(body).matchAll(/@(Image|Element|Video)(\d+)/g)].find(
    ([, type = '', number]) => Number(number) < 1 || Number(number) > (listed[type] ?? 0),
  )
  return strange
    ? [detail(['body', 'prompt'], 'value_error', `The prompt refers to ${strange[0]}, which was not given`)]
    : []
}

const shotsOf = (body: Body): readonly Body[] => shotsIn(body, 'multi_prompt')
const hasVoice = (element: unknown): boolean => isRecord(element) && typeof element.voice_id === 'string'
/** With shots the clip is as long as they are together: stated for Kling 4.0, assumed for the families before. */
function secondsOf(body: Body): number {
  const shots = shotsOf(body)
  return shots.length > 0 ? shotSeconds(shots, 5) : Number(body.duration ?? LEFT_OUT)
}

// Of a clip that follows its input, and of an input, where nobody here knows how long it is.
const LEFT_OUT = 5

const promptsOf = (body: Body): string =>
  [...(typeof body.prompt === 'string' ? [body.prompt] : []), ...shotPrompts(shotsOf(body))].join(' ')

/** `prompt` or `multi_prompt`, where a family has both; the turbo pages limit the shots. */
function checkPrompts({ id, input }: VideoEndpoint, body: Body): ErrorDetail[] {
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
  return shotSeconds(shots, 5) > MAX_TURBO_SECONDS
    ? [detail(loc, 'value_error', `The shots last longer than ${MAX_TURBO_SECONDS} seconds`)]
    : []
}

/** Clips from words and images. */
export const video: FalKind = {
  apps: {
    'fal-ai/kling-video': endpointsOf('fal-ai/kling-video', klingRows),
    'kling/v4': endpointsOf('kling/v4', kling4Rows),
  },
}
