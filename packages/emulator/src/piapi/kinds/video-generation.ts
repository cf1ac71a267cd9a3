import type { Schema } from '../../engine/fields.ts'
import type { PiapiKind } from './kind.ts'
import {
  audioRule,
  cameraRule,
  elementsRule,
  newestRule,
  promptRule,
  ratioRule,
  shotsRule,
  tailRule,
  textOnlyRule,
} from './rules.ts'
import { newestVersions, versions } from './versions.ts'
import { clipFields, modeField, videoKind } from './video.ts'

const url = { type: 'string' } as const

const shared: Schema = {
  ...clipFields,
  ...modeField,
  negative_prompt: { type: 'string', maxLength: 2500 },
  image_url: url,
}

/** Clips from words and images; turbo has fewer fields than the rest. */
export const videoGeneration: PiapiKind = videoKind({
  taskType: 'video_generation',
  fields: {
    kling: {
      ...shared,
      // The schema says string, every sample has a number.
      cfg_scale: { type: 'numeric', minimum: 0, maximum: 1 },
      image_tail_url: url,
      camera_control: { type: 'object' },
      elements: { type: 'array' },
      motion_brush: { type: 'object' },
      enable_audio: { type: 'boolean' },
      prefer_multi_shots: { type: 'boolean' },
      multi_shots: { type: 'array' },
      professional_mode: { type: 'boolean' },
    },
    // A reference of 2026-08 has the last two for the page of 2025-12 that says `image_url`.
    'kling-turbo': { ...shared, start_image_url: url, end_image_url: url },
  },
  versions: { ...versions, ...newestVersions },
  rules: [
    promptRule,
    tailRule,
    ratioRule,
    elementsRule,
    audioRule,
    shotsRule,
    textOnlyRule,
    cameraRule,
    newestRule,
  ],
})
