import { stillSize } from '../media/shape.ts'
import { contentTypes, type FileType } from '../media/store.ts'
import type { PiapiSettings } from './options.ts'
import type { PiapiTask } from './task.ts'

export type MediaSite = 'media' | 'storage'

/** A result file: its host, its path there, and what it holds. */
export interface MediaFile {
  readonly site: MediaSite
  readonly path: string
  readonly kind: 'clip' | 'watermarked' | 'cover' | 'work'
  readonly type: FileType
  /** Of a work: which of the job's files it is. */
  readonly index?: number
}

/** Makes the URL of a media file for whoever is asking. */
export type Addresses = (file: MediaFile) => string

interface Files {
  readonly clip: MediaFile
  readonly watermarked: MediaFile
  readonly cover: MediaFile
}

/** Paths vary on the real hosts; these are of the forms seen (`/temp/…`, `/ephemeral/…`). */
function filesOf(task: PiapiTask): Files {
  const { id } = task
  const clip: MediaFile =
    task.job.output === 'works'
      ? { site: 'storage', path: `/${id}.mp4`, kind: 'clip', type: 'mp4' }
      : { site: 'media', path: `/ephemeral/${id}.mp4`, kind: 'clip', type: 'mp4' }
  return {
    clip,
    watermarked: { site: 'media', path: `/temp/${id}-wm.mp4`, kind: 'watermarked', type: 'mp4' },
    cover: { site: 'media', path: `/temp/${id}-cover.png`, kind: 'cover', type: 'png' },
  }
}

const worksOf = ({ id, job }: PiapiTask): readonly MediaFile[] =>
  (job.files ?? []).map(({ type }, index) => ({
    site: 'media',
    path: `/temp/${id}-${index + 1}.${type}`,
    kind: 'work',
    type,
    index,
  }))

/** The files that lie on the media hosts: other families than `works` have nothing but the clip. */
export function servedFiles(task: PiapiTask): readonly MediaFile[] {
  if (task.job.files) return worksOf(task)
  const { clip, watermarked, cover } = filesOf(task)
  return task.job.output === 'works' ? [clip, watermarked, cover] : [clip]
}

/** What stands in `output` until there is a clip, and after a failure. */
export function placeholder(task: PiapiTask): Record<string, unknown> | null {
  const family = task.job.output
  if (family === 'video') return { video: '' }
  return family === 'works' ? { type: '', status: 0, works: null } : null
}

export function output(
  task: PiapiTask,
  settings: PiapiSettings,
  address: Addresses,
): Record<string, unknown> {
  const family = task.job.output
  const url = address(filesOf(task).clip)
  if (task.job.files) return filesOutput(task, address)
  if (family === 'works') return worksOutput(task, settings, address)
  return { [family === 'video' ? 'video' : settings.turboOutput]: url }
}

/** One work each, as clients show it for images (2025) and, by analogy, for sounds. */
function filesOutput({ job, ...task }: PiapiTask, address: Addresses): Record<string, unknown> {
  const { files = [], workType: type = '', aspect } = job
  const works = worksOf({ ...task, job }).map((file, index) => {
    const [family = ''] = contentTypes[file.type].split('/')
    const isImage = family === 'image'
    const size = isImage ? stillSize(aspect) : { width: 0, height: 0 }
    const duration = Math.round((files[index]?.seconds ?? 0) * 1000)
    const resource = address(file)
    return {
      status: DONE,
      type,
      [family]: { resource, resource_without_watermark: '', ...size, duration },
    }
  })
  return { type, status: DONE, works }
}

const DONE = 99
const SHORT_SIDE = { std: 720, pro: 1080 }
// Documented sample: 5100 for a clip of 5 s.
const EXTRA_MS = 100

function worksOutput(task: PiapiTask, settings: PiapiSettings, address: Addresses): Record<string, unknown> {
  const { job } = task
  const { workType: type = job.startImage ? 'm2v_img2video_hq' : 'm2v_txt2video_hq' } = job
  const short = SHORT_SIDE[job.mode]
  const size = {
    height: job.aspect < 1 ? Math.round(short / job.aspect) : short,
    width: job.aspect < 1 ? short : Math.round(short * job.aspect),
  }
  const files = filesOf(task)
  const clean = settings.unwatermarked === 'present' ? address(files.clip) : ''
  const work = {
    status: DONE,
    type,
    cover: { resource: address(files.cover), resource_without_watermark: '', ...size, duration: 0 },
    video: {
      resource: address(files.watermarked),
      resource_without_watermark: clean,
      ...size,
      duration: job.seconds * 1000 + EXTRA_MS,
    },
  }
  return { type, status: DONE, works: [work], ...(clean === '' ? {} : { video_url: clean }) }
}
