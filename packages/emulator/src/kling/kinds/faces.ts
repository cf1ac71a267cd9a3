import { type Body, documented, type Schema, text } from '../../engine/fields.ts'
import { isFaceless } from '../../engine/recordings.ts'
import { webURL } from '../../webhooks/address.ts'
import type { KlingSettings } from '../options.ts'
import { type Refusal, refuse } from '../tables.ts'
import { filesOf, type Job, type KlingTask, phaseAt } from '../task.ts'
import { checkFields, invalidValue, type KlingKind, type Sight, type View } from './kind.ts'

// Every page: ids of results are taken for 30 days.
const HELD_MS = 30 * 86_400_000
const SESSION_MS = 24 * 3_600_000
const EXTRA_SECONDS = 0.041
/** Taken for a clip behind an address: nothing is fetched. */
const USUAL_SECONDS = 5
const MAX_FACE_SECONDS = 60

/** A clip that a body names, by its id or by an address. */
export interface NamedClip {
  readonly seconds: number
  readonly aspect: number
  readonly view: View
  /** Whoever made it, where it is the account's own. */
  readonly task?: KlingTask
  readonly faceless: boolean
}

/** The clip of `video_id` or `video_url`, one of them; what a dead or a strange id draws is this emulator's choice. */
export function namedClip(body: Body, sight: Sight): NamedClip | Refusal {
  const [id, url] = [text(body, 'video_id'), text(body, 'video_url')]
  if ((id === '') === (url === '')) return refuse(1201, 'one of video_id and video_url is required')
  if (id === '') {
    if (!webURL(url)) return invalidValue('video_url', url)
    const view = { id: '', url, duration: String(USUAL_SECONDS) }
    return { seconds: USUAL_SECONDS, aspect: 16 / 9, view, faceless: isFaceless(url) }
  }
  const lost = refuse(1201, `video_id is invalid: video ${id} does not exist or has expired`)
  const task = sight.tasks.find(({ fileIds }) => fileIds.includes(id))
  const index = task?.fileIds.indexOf(id) ?? -1
  const file = task && filesOf(task.job)[index]
  if (!task || file?.type !== 'mp4') return lost
  const { status, updatedAt } = phaseAt(task, sight.now)
  if (status !== 'succeed' || sight.now >= updatedAt + HELD_MS) return lost
  const seconds = file.seconds ?? task.job.seconds
  const view = { id, url: sight.fileURL(task, index), duration: String(seconds + EXTRA_SECONDS) }
  return { seconds, aspect: task.job.aspect, view, task, faceless: isFaceless(task.job.prompt) }
}

const fields: Schema = { video_id: { type: 'string' }, video_url: { type: 'string' } }

function read(raw: Body, settings: KlingSettings, sight: Sight): Job | Refusal {
  const body = documented(fields, raw)
  const wrong = checkFields(fields, body)
  if (wrong) return wrong
  const clip = namedClip(body, sight)
  if ('code' in clip) return clip
  const seconds = Math.round(clip.seconds)
  if (seconds < 2 || seconds > MAX_FACE_SECONDS)
    return refuse(1201, `the video must last 2 to ${MAX_FACE_SECONDS} s`)
  if (clip.faceless && settings.noFace === 'refuse') return refuse(1201, 'No face was found in the video')
  return {
    op: 'identify-face',
    model: 'identify-face',
    mode: 'std',
    seconds: 0,
    files: [],
    aspect: clip.aspect,
    prompt: '',
    frame: '',
    parentVideo: clip.view,
    faces: clip.faceless ? [] : [{ id: '0', from: 0, to: Math.round(clip.seconds * 1000) }],
    ...(clip.task && { goesOnFrom: clip.task }),
    watermark: false,
    milliUnits: 50,
    request: raw,
  }
}

/** Finds the faces of a clip, at once, and opens a session in which they can be chosen. */
export const identifyFace: KlingKind = {
  path: '/v1/videos/identify-face',
  op: 'identify-face',
  product: 'Identify Face',
  fields,
  read,
  answer: ({ id, job: { faces = [] } }) => ({
    session_id: id,
    face_data: faces.map(({ id: face, from, to }) => ({
      face_id: face,
      face_image: `https://p1.a.kwimgs.com/bs2/upload-ylab-stunt/${id}-${face}.png`,
      start_time: from,
      end_time: to,
    })),
  }),
}

/** A session that was opened and is not over. */
export const sessionOf = (id: string, { tasks, now }: Sight): KlingTask | undefined =>
  tasks.find((task) => task.job.op === 'identify-face' && task.id === id && now < task.createdAt + SESSION_MS)
