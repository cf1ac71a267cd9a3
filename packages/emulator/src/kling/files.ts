import { Hono } from 'hono'
import type { ExchangeEnv } from '../engine/exchange.ts'
import type { Picture } from '../engine/pictures.ts'
import { expiredAnswer, htmlAnswer } from '../http/answers.ts'
import { fileAnswer } from '../http/range.ts'
import { contentTypes, type FileSpec } from '../media/store.ts'
import { filesOf, type JobFile, type KlingState, type KlingTask, phaseAt } from './task.ts'

/** Where the clip of a task lies on the CDN. */
export function folderOf({ accounts }: KlingState, task: KlingTask, cdn: string): string {
  const bucket = accounts.owner(({ name }) => name === task.account)?.bucket
  return `${cdn}/bs2/upload-kling-api/${bucket}/${task.job.op.replaceAll('/', '-')}`
}

/** Names on the CDN as results show them, 2026: `…-0_raw_video_1.mp4`, `…-1_raw_image_0.png`. */
export function fileName({ id }: KlingTask, index: number, { type }: JobFile, mark: 'raw' | 'wm'): string {
  const [family] = contentTypes[type].split('/')
  return `${id}-${index}_${mark}_${family}_${family === 'image' ? 0 : 1}.${type}`
}

function specOf(task: KlingTask, index: number, made: JobFile, mark: 'raw' | 'wm'): FileSpec {
  const { picture, references, job } = task
  const { model, mode, aspect, prompt, op } = job
  const { type, seconds = 0 } = made
  const count = filesOf(job).length
  const which = count > 1 ? ` ${index + 1}/${count}` : ''
  const length = seconds > 0 ? ` ${seconds}s` : ''
  const title = `${model} ${mode}${length}${which}${mark === 'wm' ? ' (watermark)' : ''}`
  return { type, title, text: prompt || op, seconds, aspect, picture, references }
}

/** A picture of the clip of a task, for what goes on from it. */
export const stillOf =
  ({ media }: KlingState, task: KlingTask): Picture =>
  () =>
    media.get(`${task.id}-still`, {
      ...specOf(task, 0, { type: 'mp4', seconds: task.job.seconds }, 'raw'),
      type: 'png',
    })

const clipPath = '/bs2/upload-kling-api/:bucket/:op/:file'

/** Where finished clips lie. It asks for no credential: a result URL is all a client has. */
export function createKlingCdn(state: KlingState): Hono<ExchangeEnv> {
  const cdn = new Hono<ExchangeEnv>()
  const missing = (): Response => htmlAnswer(404, '404 Not Found')
  cdn.notFound(missing)

  cdn.get(clipPath, async (c) => {
    const { bucket, op, file } = c.req.param()
    const task = state.tasks.byId(file.split('-')[0] ?? '')
    if (!task || `/bs2/upload-kling-api/${bucket}/${op}` !== folderOf(state, task, '')) return missing()
    const index = Number(/^\d+-(\d+)_/.exec(file)?.[1] ?? Number.NaN)
    const made = filesOf(task.job)[index]
    if (!made) return missing()
    const kind = file === fileName(task, index, made, 'wm') && task.job.watermark ? 'wm' : 'raw'
    const now = state.clock.now()
    const phase = phaseAt(task, now)
    if (file !== fileName(task, index, made, kind) || phase.status !== 'succeed') return missing()
    if (now >= Math.min(phase.updatedAt + state.settings.urlTtlMs, task.expiredAt ?? Infinity)) {
      return expiredAnswer()
    }

    const bytes = await state.media.get(file, specOf(task, index, made, kind))
    const etag = `"${task.id}-${kind}-${bytes.length}"`
    const contentType = contentTypes[made.type]
    return fileAnswer(c.req.raw, bytes, { contentType, etag, modifiedAt: phase.updatedAt })
  })
  return cdn
}
