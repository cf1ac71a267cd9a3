import type { Body } from '../../engine/fields.ts'
import type { Job, KlingTask } from '../task.ts'
import { phaseAt } from '../task.ts'
import type { Sight, View } from './kind.ts'

/** Op of what makes elements. */
export const elementOp = 'advanced-custom-elements'
/** Op of what makes voices. */
export const voiceOp = 'custom-voices'
/** Op of what makes elements of the old library, which knows none of the other's. */
export const formerOp = 'custom-elements'
export type MadeOp = typeof elementOp | typeof voiceOp | typeof formerOp

/** The task that makes something for the library, which is no render: it has no length, shape or files. */
export const libraryJob = (
  op: MadeOp,
  prompt: string,
  milliUnits: number,
  { raw, owner }: { readonly raw: Body; readonly owner: string },
): Job => ({
  ...{ op, model: op, mode: 'std', seconds: 0, files: [], aspect: 1, prompt, frame: '', owner },
  ...{ watermark: false, milliUnits, request: raw },
})

/**
 * The id of what a task has made, which is none of the task's own. A JSON long that no double holds, as the docs' own
 * example is: a client that rounds it names something else.
 */
export function madeId({ id }: KlingTask): string {
  let made = BigInt(id) + 1n
  while (BigInt(Number(made)) === made) made += 1n
  return String(made)
}

/** A voice of everybody's. */
export const presetVoices: readonly View[] = [
  ['829836802793406551', 'sweet'],
  ['829836802793406553', 'deep'],
  ['829836802793406555', 'bright'],
].map(([voice_id, voice_name]) => ({
  voice_id,
  voice_name,
  trial_url: `https://cdn.klingai.com/bs2/upload-kling-api/1000000001/voice/${voice_name}.mp3`,
  owned_by: 'kling',
}))

/** An element of everybody's. */
export const presetElements: readonly View[] = [
  ['160', 'Grace'],
  ['161', 'Leon'],
].map(([element_id, element_name]) => ({
  element_id,
  element_name,
  element_description: 'preset',
  reference_type: 'image_refer',
  element_image_list: {
    frontal_image: `https://example.com/${element_name?.toLowerCase()}.png`,
    refer_images: [{ image_url: `https://example.com/${element_name?.toLowerCase()}-side.png` }],
  },
  element_video_list: {},
  element_voice_info: {},
  tag_list: [{ id: 'o_102', name: 'Character', description: '' }],
  owned_by: 'kling',
  status: 'succeed',
}))

/** The account's own task whose product has this id, whatever has become of it. */
export const makerOf = (tasks: readonly KlingTask[], op: string, id: string): KlingTask | undefined =>
  tasks.find((task) => task.job.op === op && madeId(task) === id)

/** How an id stands with an account: usable, deleted, or never heard of. */
export function standing(
  { tasks, now }: Pick<Sight, 'tasks' | 'now'>,
  op: string,
  id: string,
): 'usable' | 'deleted' | 'strange' {
  const presets = op === elementOp ? presetElements : presetVoices
  if (presets.some(({ element_id, voice_id }) => id === (element_id ?? voice_id))) return 'usable'
  const task = makerOf(tasks, op, id)
  if (!task || phaseAt(task, now).status !== 'succeed') return 'strange'
  return task.deletedAt === undefined ? 'usable' : 'deleted'
}
