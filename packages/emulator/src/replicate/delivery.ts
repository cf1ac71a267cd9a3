import { Hono } from 'hono'
import type { ExchangeEnv } from '../engine/exchange.ts'
import { htmlAnswer } from '../http/answers.ts'
import { fileAnswer } from '../http/range.ts'
import { contentTypes } from '../media/store.ts'
import { isRemoved, type Prediction, phaseAt, type ReplicateState } from './task.ts'
import { clipPath } from './views.ts'

/** Where finished clips lie. It asks for no credential: a result URL is all a client has. */
export function createDelivery(state: ReplicateState): Hono<ExchangeEnv> {
  const { clock, settings, tasks, media } = state
  const delivery = new Hono<ExchangeEnv>()
  const missing = (): Response => htmlAnswer(404, '404 Not Found')
  delivery.notFound(missing)

  const clipAt = (path: string): Prediction | undefined =>
    tasks.all().find((prediction) => clipPath(prediction) === path)

  delivery.get('/xezq/:folder/:file', async (c) => {
    const prediction = clipAt(c.req.path)
    const now = clock.now()
    const phase = prediction && phaseAt(prediction, now)
    if (!prediction || phase?.status !== 'succeeded' || isRemoved(prediction, phase, settings, now)) {
      return missing()
    }
    const { id, aspect, job } = prediction
    const { model, mode, seconds, input, op, fileType: type = 'mp4' } = job
    const length = seconds === 0 ? '' : ` ${seconds}s`
    const bytes = await media.get(`replicate ${id}`, {
      type,
      title: `${model.replace('kwaivgi/', '')} ${mode}${length}`,
      text: String(input.prompt || op),
      seconds,
      aspect,
      picture: prediction.picture,
      references: prediction.references,
    })
    const file = { contentType: contentTypes[type], etag: `"${id}"`, modifiedAt: phase.completedAt ?? now }
    const answer = fileAnswer(c.req.raw, bytes, file)
    answer.headers.set('access-control-allow-origin', '*')
    answer.headers.set('cache-control', 'public,max-age=3600')
    return answer
  })
  return delivery
}
