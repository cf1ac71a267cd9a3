import type { Exchange } from '../engine/exchange.ts'
import { htmlAnswer } from '../http/answers.ts'
import { fileAnswer } from '../http/range.ts'
import { etagOf, fileNamed } from './files.ts'
import { clipOf } from './result.ts'
import { settle } from './schedule.ts'
import type { FalState } from './state.ts'
import { type FalTask, statusAt } from './tasks.ts'
import { writeAnswer } from './uploads.ts'

/** The file CDN. Reading needs nothing but the address; what has expired is gone for good. */
export async function mediaAnswer(state: FalState, request: Request, exchange: Exchange): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return writeAnswer(state, exchange)
  const now = state.clock.now()
  settle(state, now)
  const found = (await clipAt(state, exchange.path, now)) ?? uploadAt(state, exchange.path, now)
  if (!found) return htmlAnswer(404, '404 Not Found')
  const { bytes, contentType, modifiedAt } = found
  const answer = fileAnswer(request, bytes, { contentType, etag: await etagOf(bytes), modifiedAt })
  answer.headers.set('cache-control', 'public, max-age=5184000, immutable')
  answer.headers.set('access-control-allow-origin', '*')
  return answer
}

interface Served {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly contentType: string
  readonly modifiedAt: number
}

async function clipAt(state: FalState, path: string, now: number): Promise<Served | undefined> {
  const task = state.tasks.all().find(({ folder, file }) => path === `/files/b/${folder}/${file}`)
  if (!task || statusAt(task, now) !== 'COMPLETED' || now >= expiryOf(task)) return undefined
  const bytes = await clipOf(state, task)
  return bytes && { bytes, contentType: 'video/mp4', modifiedAt: task.endsAt ?? now }
}

const expiryOf = ({ endsAt = 0, mediaMs, expiredAt = Number.POSITIVE_INFINITY }: FalTask): number =>
  Math.min(endsAt + mediaMs, expiredAt)

function uploadAt(state: FalState, path: string, now: number): Served | undefined {
  const file = fileNamed(state.files, path, now)
  return file?.bytes && { bytes: file.bytes, contentType: file.contentType, modifiedAt: file.storedAt ?? now }
}
