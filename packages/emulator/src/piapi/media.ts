import { expiredAnswer, htmlAnswer } from '../http/answers.ts'
import { fileAnswer } from '../http/range.ts'
import { fromBase64 } from './images.ts'
import { type MediaFile, servedFiles } from './output.ts'
import { phaseAt } from './phase.ts'
import type { PiapiState } from './state.ts'
import type { PiapiTask } from './tasks.ts'
import { modelName } from './versions.ts'

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
  const upload = site === 'media' ? state.uploads.get(path) : undefined
  if (upload) {
    const { bytes, contentType, at } = upload
    if (now >= at + state.settings.mediaTtlMs) return expiredAnswer()
    return fileAnswer(request, bytes, { contentType, etag: `"upload-${bytes.length}"`, modifiedAt: at })
  }

  const task = state.tasks.byId(taskIdIn(path) ?? '', now)
  const file = task && fileAt(task, site, path)
  const phase = task && phaseAt(task, now)
  if (!task || !file || phase?.status !== 'completed') return missing()
  const endedAt = phase.endedAt ?? now
  if (now >= Math.min(endedAt + state.settings.mediaTtlMs, task.expiredAt ?? Infinity)) return expiredAnswer()

  const bytes = file.kind === 'cover' ? cover : await clip(state, task, file)
  return fileAnswer(request, bytes, {
    contentType: file.kind === 'cover' ? 'image/png' : 'video/mp4',
    etag: `"${task.id}-${file.kind}-${bytes.length}"`,
    modifiedAt: endedAt,
  })
}

/** The task whose result a media path names. */
export const taskIdIn = (path: string): string | undefined =>
  /\/([\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12})(?:\.mp4|-wm\.mp4|-cover\.png)$/.exec(
    path,
  )?.[1]

const fileAt = (task: PiapiTask, site: string, path: string): MediaFile | undefined =>
  servedFiles(task).find((file) => file.site === site && file.path === path)

function clip(state: PiapiState, task: PiapiTask, file: MediaFile): Promise<Uint8Array<ArrayBuffer>> {
  const { model, version, taskType, mode, seconds, aspect, prompt } = task.job
  const mark = file.kind === 'watermarked' ? ' (watermark)' : ''
  const title = `${modelName(model, version, taskType)} ${mode} ${seconds}s${mark}`
  const spec = { title, text: prompt || 'image to video', seconds, aspect, picture: task.picture }
  return state.clips.get(`piapi ${file.path}`, spec)
}

// One grey pixel: a cover is not what anybody pays for.
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=='
const cover = fromBase64(PIXEL) ?? new Uint8Array()
