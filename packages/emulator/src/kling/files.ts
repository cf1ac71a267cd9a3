import { Hono } from 'hono'
import type { ExchangeEnv } from '../engine/exchange.ts'
import { expiredAnswer, htmlAnswer } from '../http/answers.ts'
import { fileAnswer } from '../http/range.ts'
import { type KlingState, type KlingTask, phaseAt } from './task.ts'

/** Where the clip of a task lies on the CDN. */
export function folderOf({ accounts }: KlingState, task: KlingTask, cdn: string): string {
  const bucket = accounts.owner(({ name }) => name === task.account)?.bucket
  return `${cdn}/bs2/upload-kling-api/${bucket}/${task.job.op}`
}

export const clipName = (task: KlingTask, kind: 'raw' | 'wm'): string => `${task.id}-0_${kind}_video_1.mp4`

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
    const kind = file === clipName(task, 'wm') && task.job.watermark ? 'wm' : 'raw'
    const now = state.clock.now()
    const phase = phaseAt(task, now)
    if (file !== clipName(task, kind) || phase.status !== 'succeed') return missing()
    if (now >= Math.min(phase.updatedAt + state.settings.urlTtlMs, task.expiredAt ?? Infinity)) {
      return expiredAnswer()
    }

    const { model, mode, seconds, aspect, prompt } = task.job
    const title = `${model} ${mode} ${seconds}s${kind === 'wm' ? ' (watermark)' : ''}`
    const spec = { title, text: prompt || task.job.op, seconds, aspect, picture: task.picture }
    const bytes = await state.clips.get(file, spec)
    const etag = `"${task.id}-${kind}-${bytes.length}"`
    return fileAnswer(c.req.raw, bytes, { contentType: 'video/mp4', etag, modifiedAt: phase.updatedAt })
  })
  return cdn
}
