import type { Exchange } from '../engine/exchange.ts'
import { bytesOfBase64, bytesOfStrictBase64, type Picture } from '../engine/pictures.ts'
import { expiredAnswer, htmlAnswer } from '../http/answers.ts'
import { isRecord } from '../http/json.ts'
import { fileAnswer } from '../http/range.ts'
import { contentTypes, type FileSpec } from '../media/store.ts'
import { type MediaFile, servedFiles } from './output.ts'
import { invalid, isRefusal, type Refusal } from './tables.ts'
import { modelName, type PiapiState, type PiapiTask, phaseAt, settled } from './task.ts'

const uploadTypes: Readonly<Record<string, string>> = {
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
}

/** Keeps a file; the path on the media host, or why not. Keys of the body: a public client, 2026. */
export function upload(state: PiapiState, { json }: Pick<Exchange, 'json'>): string | Refusal {
  const read = readUpload(json, state.settings.uploadMaxBytes)
  if (isRefusal(read)) return read
  const { name, bytes } = read
  // Two files of one name do not replace each other.
  const path = `/ephemeral/${state.ids.uuid()}/${encodeURIComponent(name)}`
  const contentType = uploadTypes[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream'
  const storedAt = state.clock.now()
  const expiresAt = storedAt + state.settings.mediaTtlMs
  state.uploads.put(path, { bytes, contentType, storedAt, expiresAt })
  return path
}

interface UploadBody {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

function readUpload(json: unknown, maxBytes: number): UploadBody | Refusal {
  if (!isRecord(json)) return invalid('body', 'is not a JSON object')
  const { file_name: name, file_data: data } = json
  if (typeof name !== 'string' || !/^[^/\\]+\.\w+$/.test(name)) return invalid('file_name')
  if (typeof data !== 'string') return invalid('file_data', 'must be of type string')
  if (data.startsWith('data:')) return invalid('file_data', 'must come without a data: prefix')
  const bytes = bytesOfStrictBase64(data)
  if (!bytes) return invalid('file_data', 'is not base64')
  return bytes.length > maxBytes ? invalid('file_data', 'task input too large') : { name, bytes }
}

const missing = (): Response => htmlAnswer(404, '404 Not Found')

/** Where results and uploads lie. It asks for no credential: a URL is all a client has. */
export async function serveMedia(
  state: PiapiState,
  request: Request,
  site: string,
  path: string,
): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return missing()
  const now = state.clock.now()
  const upload = site === 'media' ? state.uploads.kept(path) : undefined
  if (upload) {
    const { bytes, contentType, storedAt, expiresAt } = upload
    if (now >= expiresAt) return expiredAnswer()
    return fileAnswer(request, bytes, { contentType, etag: `"upload-${bytes.length}"`, modifiedAt: storedAt })
  }

  const task = settled(state, now).byId(taskIdIn(path) ?? '')
  const file = task && fileAt(task, site, path)
  const phase = task && phaseAt(task, now)
  if (!task || !file || phase?.status !== 'completed') return missing()
  const endedAt = phase.endedAt ?? now
  if (now >= Math.min(endedAt + state.settings.mediaTtlMs, task.expiredAt ?? Infinity)) return expiredAnswer()

  const bytes = file.kind === 'cover' ? cover : await clip(state, task, file)
  return fileAnswer(request, bytes, {
    contentType: contentTypes[file.type],
    etag: `"${task.id}-${file.kind}-${bytes.length}"`,
    modifiedAt: endedAt,
  })
}

/** The task whose result a media path names. */
export const taskIdIn = (path: string): string | undefined =>
  /\/([\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12})(?:-wm|-cover|-\d+)?\.\w+$/.exec(path)?.[1]

const fileAt = (task: PiapiTask, site: string, path: string): MediaFile | undefined =>
  servedFiles(task).find((file) => file.site === site && file.path === path)

function specOf(task: PiapiTask, file: Pick<MediaFile, 'kind' | 'type' | 'index'>): FileSpec {
  const { model, version, taskType, mode, aspect, prompt, files = [] } = task.job
  const mark = file.kind === 'watermarked' ? ' (watermark)' : ''
  const { seconds = 0 } = file.index === undefined ? task.job : (files[file.index] ?? {})
  const length = seconds === 0 ? '' : ` ${seconds}s`
  const which = files.length > 1 ? ` ${(file.index ?? 0) + 1}/${files.length}` : ''
  const { type } = file
  const { picture, references } = task
  return {
    type,
    title: `${modelName(model, version, taskType)} ${mode}${length}${which}${mark}`,
    text: prompt || taskType.replaceAll('_', ' '),
    seconds,
    aspect,
    picture,
    references,
  }
}

const clip = (state: PiapiState, task: PiapiTask, file: MediaFile): Promise<Uint8Array<ArrayBuffer>> =>
  state.media.get(`piapi ${file.path}`, specOf(task, file))

/** A picture of the clip of a task, for what goes on from it. */
export const stillOf =
  ({ media }: PiapiState, task: PiapiTask): Picture =>
  () =>
    media.get(`piapi ${task.id} still`, { ...specOf(task, { kind: 'clip', type: 'mp4' }), type: 'png' })

// One grey pixel: a cover is not what anybody pays for.
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=='
const cover = bytesOfBase64(PIXEL) ?? new Uint8Array()
