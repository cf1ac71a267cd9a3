import { text } from '../../engine/fields.ts'
import { invalid } from '../tables.ts'
import type { PiapiKind } from './kind.ts'
import { promptRule, type Rule } from './rules.ts'
import { newestVersions } from './versions.ts'
import { clipFields, modeField, videoKind } from './video.ts'

/** One start image, and no more, is what this task type is for. */
const startRule: Rule = ({ input }) =>
  text(input, 'image_url') === '' ? invalid('image_url', 'is required') : undefined

/** The task type of Kling 4.0 for words and a start image. */
export const imageToVideo: PiapiKind = videoKind({
  taskType: 'image_to_video',
  fields: { kling: { ...clipFields, ...modeField, image_url: { type: 'string' } } },
  versions: newestVersions,
  rules: [promptRule, startRule],
})
