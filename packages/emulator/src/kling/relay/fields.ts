import type { Body } from '../fields.ts'
import type { VideoOp } from '../models.ts'

/** What the gateway's struct reads (2025 to 2026); everything younger is lost on the way. */
const known: ReadonlySet<string> = new Set([
  'prompt',
  'image',
  'image_tail',
  'negative_prompt',
  'sound',
  'mode',
  'duration',
  'aspect_ratio',
  'model_name',
  'model',
  'cfg_scale',
  'static_mask',
  'dynamic_masks',
  'camera_control',
  'watermark_info',
  'callback_url',
  'external_task_id',
])

const isKnown = ([key, value]: readonly [string, unknown]): boolean => known.has(key) && value !== null

/** Fields it does not know. */
export const strangersIn = (body: Body): readonly string[] =>
  Object.keys(body).filter((key) => !known.has(key))

/** What reaches Kling: no id of the caller's, and its own defaults, a square among them. */
export function forwarded(body: Body): { readonly op: VideoOp; readonly body: Body } {
  const { external_task_id: _id, ...rest } = Object.fromEntries(Object.entries(body).filter(isKnown))
  // Without a picture it makes text of it.
  const op = rest.image || rest.image_tail ? 'image2video' : 'text2video'
  const shape = op === 'text2video' ? { aspect_ratio: '1:1' } : {}
  const { aspect_ratio, ...plain } = rest
  const own = op === 'text2video' && aspect_ratio !== undefined ? { aspect_ratio } : {}
  return { op, body: { mode: 'std', duration: '5', ...shape, ...plain, ...own } }
}
