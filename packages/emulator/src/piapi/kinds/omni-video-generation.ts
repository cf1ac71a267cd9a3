import type { PiapiKind } from './kind.ts'
import { audioRule, imagesRule, promptRule, ratioRule, recordingsRule, shotsRule } from './rules.ts'
import { omniVersions } from './versions.ts'
import { clipFields, videoKind } from './video.ts'

/** Clips from words and references. */
export const omniVideoGeneration: PiapiKind = videoKind({
  taskType: 'omni_video_generation',
  fields: {
    kling: {
      ...clipFields,
      resolution: { type: 'string', enum: ['720p', '1080p'] },
      enable_audio: { type: 'boolean' },
      multi_shots: { type: 'array' },
      images: { type: 'array' },
      video: { type: 'string' },
      videos: { type: 'array' },
      audio_urls: { type: 'array' },
      language: { type: 'string' },
    },
  },
  versions: omniVersions,
  rules: [promptRule, imagesRule, recordingsRule, ratioRule, audioRule, shotsRule],
})
