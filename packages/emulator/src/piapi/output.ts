import type { PiapiSettings } from './options.ts'
import type { PiapiTask } from './task.ts'

export type MediaSite = 'media' | 'storage'

/** A result file: its host, its path there, and what it holds. */
export interface MediaFile {
  readonly site: MediaSite
  readonly path: string
  readonly kind: 'clip' | 'watermarked' | 'cover'
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
      ? { site: 'storage', path: `/${id}.mp4`, kind: 'clip' }
      : { site: 'media', path: `/ephemeral/${id}.mp4`, kind: 'clip' }
  return {
    clip,
    watermarked: { site: 'media', path: `/temp/${id}-wm.mp4`, kind: 'watermarked' },
    cover: { site: 'media', path: `/temp/${id}-cover.png`, kind: 'cover' },
  }
}

/** The files that lie on the media hosts: other families than `works` have nothing but the clip. */
export function servedFiles(task: PiapiTask): readonly MediaFile[] {
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
  if (family === 'works') return worksOutput(task, settings, address)
  return { [family === 'video' ? 'video' : settings.turboOutput]: url }
}

const DONE = 99
const SHORT_SIDE = { std: 720, pro: 1080 }
// Documented sample: 5100 for a clip of 5 s.
const EXTRA_MS = 100

function worksOutput(task: PiapiTask, settings: PiapiSettings, address: Addresses): Record<string, unknown> {
  const { job } = task
  const type = job.startImage ? 'm2v_img2video_hq' : 'm2v_txt2video_hq'
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
