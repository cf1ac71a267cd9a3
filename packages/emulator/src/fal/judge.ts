import { holdsWord, text } from '../engine/fields.ts'
import { bytesOfBase64, type Size, shortSide, sizeOf } from '../engine/pictures.ts'
import { contentPolicy, detail, type ErrorDetail, pathNotFound, validationFailure } from './failures.ts'
import type { Endpoint, Job } from './kinds/kind.ts'
import { type FalState, type FalTask, fileNamed, type Outcome } from './task.ts'

/** How a request will end, decided when it starts to run: path, body, pictures, orders, content. */
export function judge(state: FalState, task: FalTask, at: number): Outcome {
  const { endpoint, job, errors, ordered } = task
  if (!endpoint) return pathNotFound(task.path)
  if (!job) return validationFailure(errors)
  const pictures = readPictures(state, endpoint, job, at)
  if (pictures.errors.length > 0) return validationFailure(pictures.errors)
  if (ordered) return ordered
  if (isFlagged(state, job)) return contentPolicy()
  const { size } = pictures
  return { aspect: size ? size.width / size.height : job.aspect }
}

interface Pictures {
  readonly errors: readonly ErrorDetail[]
  /** Of the start image, where it can be known offline. */
  readonly size?: Size
}

function readPictures(state: FalState, endpoint: Endpoint, job: Job, at: number): Pictures {
  const isFile = (field: string): boolean => {
    const { format, items } = endpoint.input[field] ?? {}
    return format === 'file' || items?.format === 'file'
  }
  const seen = Object.keys(endpoint.input)
    .filter(isFile)
    .flatMap((field) => {
      const value = job.body[field]
      const places = Array.isArray(value)
        ? value.map((item: unknown, index) => ({ loc: ['body', field, index], item }))
        : [{ loc: ['body', field], item: value }]
      return places.flatMap(({ loc, item }) =>
        typeof item === 'string' ? [{ field, ...checkPicture(state, loc, item, at) }] : [],
      )
    })
  const start = seen.find(({ field }) => field === endpoint.startImage)
  return {
    errors: seen.flatMap(({ error }) => (error ? [error] : [])),
    ...(start?.size ? { size: start.size } : {}),
  }
}

function isFlagged({ settings }: FalState, { prompt, body }: Job): boolean {
  const { words, judge: passes } = settings.contentFilter
  return holdsWord(`${prompt} ${text(body, 'negative_prompt')}`, words) || !passes(prompt, body)
}

interface Checked {
  readonly error?: ErrorDetail
  readonly size?: Size
}

// The Kling pages of fal: 300 px a side at least.
const MIN_SIDE = 300
// JPEG keeps its size behind any EXIF thumbnail; this is far more than either needs.
const HEAD_CHARS = 512 * 1024

/**
 * Looks at one picture field as a running app would: data URIs and files of the emulated CDN are opened, any other
 * address counts as good. Nothing is fetched, so a host under `.invalid` (RFC 6761) stands for an address that fails.
 */
function checkPicture(state: FalState, loc: ErrorDetail['loc'], value: string, at: number): Checked {
  const bad = (type: string, msg: string): Checked => ({ error: detail(loc, type, msg, { input: value }) })
  if (value.startsWith('data:')) {
    const bytes = dataURIBytes(value)
    const size = bytes && sizeOf(bytes)
    return size ? sized(loc, value, size) : bad('image_load_error', 'The image could not be read')
  }
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) {
    return bad('file_download_error', 'The file could not be downloaded')
  }
  const url = new URL(value)
  if (url.hostname.endsWith('.invalid')) return bad('file_download_error', 'The file could not be downloaded')
  if (!isOwnMedia(url)) return {}
  const file = fileNamed(state, url.pathname, at)
  if (!file) return bad('file_download_error', 'The file could not be downloaded')
  const size = sizeOf(file.bytes)
  return size ? sized(loc, value, size) : bad('image_load_error', 'The image could not be read')
}

function sized(loc: ErrorDetail['loc'], input: string, size: Size): Checked {
  if (shortSide(size) >= MIN_SIDE) return { size }
  const ctx = { min_height: MIN_SIDE, min_width: MIN_SIDE }
  const msg = `The image is smaller than ${MIN_SIDE}x${MIN_SIDE} pixels`
  return { error: detail(loc, 'image_too_small', msg, { ctx, input }) }
}

const isOwnMedia = ({ hostname, pathname }: URL): boolean =>
  /^v3b?\.fal\.media$/.test(hostname) || pathname.startsWith('/fal/media/')

function dataURIBytes(uri: string): Uint8Array | undefined {
  const base64 = /^data:[\w.+-]+\/[\w.+-]+;base64,([A-Za-z0-9+/]+={0,2})$/.exec(uri)?.[1]
  if (base64 === undefined || base64.length % 4 !== 0) return undefined
  return bytesOfBase64(base64.slice(0, HEAD_CHARS))
}
