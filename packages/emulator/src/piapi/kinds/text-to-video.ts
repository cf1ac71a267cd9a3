import type { PiapiKind } from './kind.ts'
import { promptRule } from './rules.ts'
import { newestVersions } from './versions.ts'
import { clipFields, modeField, videoKind } from './video.ts'

/** The task type of Kling 4.0 for words alone. */
export const textToVideo: PiapiKind = videoKind({
  taskType: 'text_to_video',
  fields: { kling: { ...clipFields, ...modeField } },
  versions: newestVersions,
  rules: [promptRule],
})
