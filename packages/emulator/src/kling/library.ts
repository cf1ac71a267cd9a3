import type { Body } from '../engine/fields.ts'
import { isRecord } from '../http/json.ts'
import type { KlingAccount } from './account.ts'
import { formerView } from './kinds/former-elements.ts'
import { checkFields, type View } from './kinds/kind.ts'
import {
  elementOp,
  formerOp,
  type MadeOp,
  makerOf,
  presetElements,
  presetVoices,
  voiceOp,
} from './kinds/library.ts'
import { type Refusal, refuse } from './tables.ts'
import { type KlingState, phaseAt } from './task.ts'

/** What everybody has, by its path. */
export const presetPaths: Readonly<Record<string, MadeOp>> = {
  '/v1/general/advanced-presets-elements': elementOp,
  '/v1/general/presets-voices': voiceOp,
  '/v1/general/presets-elements': formerOp,
}

/**
 * What deletes, by its path: the video pages have the first, the image pages the second, and both delete the same (live). That
 * the second deletes of the old library too is a choice: no page says what else would.
 */
export const deletePaths: Readonly<Record<string, readonly MadeOp[]>> = {
  '/v1/general/delete-advanced-elements': [elementOp],
  '/v1/general/delete-elements': [elementOp, formerOp],
  '/v1/general/delete-voices': [voiceOp],
}

const PRESETS_SINCE = 1_788_870_967_898
const FIRST_PRESET = 831_922_345_719_281_902n

/** Flat, as all of the old library. */
const formerPresets: readonly View[] = [
  {
    element_id: '152',
    element_name: 'Mia',
    element_description: 'preset',
    element_frontal_image: 'https://example.com/mia.png',
    element_refer_list: [{ image_url: 'https://example.com/mia-side.png' }],
    tag_list: [{ id: 'o_102', name: 'Character', description: '' }],
    owned_by: 'kling',
  },
]

/** Tasks of presets: without deductions, those of voices without `task_info` too (pages of 2026-09-20). */
export function presetsOf(op: string): readonly View[] {
  if (op === formerOp) return formerPresets
  const ofElements = op === elementOp
  return (ofElements ? presetElements : presetVoices).map((made, index) => ({
    task_id: String(FIRST_PRESET + BigInt(index) * 2n),
    task_status: 'succeed',
    task_status_msg: '',
    ...(ofElements ? { task_info: {} } : {}),
    task_result: ofElements ? { elements: [made] } : { voices: [made] },
    created_at: PRESETS_SINCE,
    updated_at: PRESETS_SINCE,
  }))
}

/** An account's elements of the old library, the newest first: its order is not documented. */
export const formerElementsOf = ({ tasks }: KlingState, { name }: KlingAccount): readonly View[] =>
  tasks
    .ofAccount(name)
    .filter(({ job, deletedAt }) => job.op === formerOp && deletedAt === undefined)
    .map(formerView)
    .reverse()

/** Deletes what an account has had made; presets are nobody's to delete. */
export function remove(
  { tasks, clock, ids }: KlingState,
  { name }: KlingAccount,
  ops: readonly MadeOp[],
  json: unknown,
): View | Refusal {
  if (!isRecord(json)) return refuse(1200)
  const word = ops.includes(voiceOp) ? 'voice' : 'element'
  const field = `${word}_id`
  const body: Body = json
  const wrong = checkFields({ [field]: { type: 'string', required: true, minLength: 1 } }, body)
  if (wrong) return wrong
  const [task] = ops.flatMap((op) => makerOf(tasks.ofAccount(name), op, String(body[field])) ?? [])
  const now = clock.now()
  if (!task || phaseAt(task, now).status !== 'succeed')
    return refuse(1201, `${field} value '${body[field]}' is invalid`)
  // Recorded in part: "already be deleted"; of a voice the words are taken to be alike.
  if (task.deletedAt !== undefined) return refuse(1201, `The ${word} already be deleted`)
  task.deletedAt = now
  return { task_id: ids.taskId(), task_status: 'succeed' }
}
