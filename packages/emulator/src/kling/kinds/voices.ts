import { type Body, documented, type Schema, text } from '../../engine/fields.ts'
import { webURL } from '../../webhooks/address.ts'
import type { KlingSettings } from '../options.ts'
import { type Refusal, refuse } from '../tables.ts'
import { type Job, phaseAt } from '../task.ts'
import { checkFields, invalidValue, type KlingKind, type MadeFile, type Sight, type View } from './kind.ts'
import { libraryJob, madeId, makerOf, presetVoices, standing, voiceOp } from './library.ts'
import { checkCallback } from './video.ts'

const fields: Schema = {
  voice_name: { type: 'string', required: true, minLength: 1, maxLength: 20 },
  voice_url: { type: 'string' },
  video_id: { type: 'string' },
  callback_url: { type: 'string' },
  external_task_id: { type: 'string' },
}

const HELD_MS = 30 * 86_400_000
const SAMPLE_SECONDS = 3

/** Clips of V2.6 with sound, avatars and lip-syncs have a voice to be taken. */
const speaks = ({ op, model, request }: Job): boolean =>
  ['advanced-lip-sync', 'lip-sync', 'avatar/image2video'].includes(op) ||
  (model === 'kling-v2-6' && request.sound === 'on')

function checkSource(body: Body, { tasks, now }: Sight): Refusal | undefined {
  const [url, id] = [text(body, 'voice_url'), text(body, 'video_id')]
  if ((url === '') === (id === '')) return refuse(1201, 'one of voice_url and video_id is required')
  if (id === '') return webURL(url) ? undefined : invalidValue('voice_url', url)
  const task = tasks.find(({ fileIds }) => fileIds.includes(id))
  const phase = task && phaseAt(task, now)
  if (phase?.status !== 'succeed' || now >= phase.updatedAt + HELD_MS)
    return refuse(1201, `video_id is invalid: video ${id} does not exist or has expired`)
  return task && speaks(task.job) ? undefined : refuse(1201, 'the video has no voice that can be used')
}

function read(raw: Body, _settings: KlingSettings, sight: Sight): Job | Refusal {
  const body = documented(fields, raw)
  const wrong =
    checkFields(fields, body) ?? checkCallback(text(body, 'callback_url')) ?? checkSource(body, sight)
  if (wrong) return wrong
  const job = libraryJob(voiceOp, text(body, 'voice_name'), 50, { raw, owner: sight.owner })
  return { ...job, files: [{ type: 'mp3', seconds: SAMPLE_SECONDS }], aspect: 16 / 9 }
}

/** Makes a voice that elements and clips can speak with. */
export const voices: KlingKind = {
  path: '/v1/general/custom-voices',
  op: voiceOp,
  product: 'Voice Clone',
  fields,
  read,
  result: (task, files) => ({
    voices: files.map(({ url }) => ({
      voice_id: madeId(task),
      voice_name: task.job.prompt,
      trial_url: url,
      owned_by: task.job.owner,
    })),
  }),
  outputs: (task, files) =>
    files.map(({ url }: MadeFile) => ({
      type: 'voice',
      id: madeId(task),
      name: task.job.prompt,
      url,
      owned_by: task.job.owner,
      status: task.deletedAt === undefined ? 'succeeded' : 'deleted',
    })),
}

/** What an element says of the voice with this id. */
export function voiceInfo(id: string, { tasks, fileURL }: Sight): View {
  const preset = presetVoices.find(({ voice_id }) => voice_id === id)
  if (preset) return preset
  const task = makerOf(tasks, voiceOp, id)
  return {
    voice_id: id,
    voice_name: task?.job.prompt ?? '',
    trial_url: task ? fileURL(task, 0) : '',
    owned_by: task?.job.owner ?? '',
  }
}

/** What stands against the id of a voice: what a strange one draws is not documented. */
export function checkVoice(id: string, { unknownIds }: KlingSettings, sight: Sight): Refusal | undefined {
  const found = standing(sight, voiceOp, id)
  if (found === 'usable' || (found === 'strange' && unknownIds === 'accept')) return undefined
  return refuse(1201, 'Voice id not found')
}
