import type { KlingKind } from './kind.ts'
import { cameraRule, cfgScaleRule, multiShotRule, soundRule, voiceRule } from './rules.ts'
import { readVideo, type VideoPath, videoFields } from './video.ts'

const path: VideoPath = {
  path: '/v1/videos/text2video',
  op: 'text2video',
  product: 'Text to Video',
  fields: { ...videoFields, aspect_ratio: { type: 'string', enum: ['16:9', '9:16', '1:1'] } },
  needsPrompt: () => true,
  checkPictures: () => ({}),
  rules: [soundRule, voiceRule, cfgScaleRule, cameraRule, multiShotRule],
}

export const textToVideo: KlingKind = {
  ...path,
  read: (body, settings) => readVideo(path, body, settings),
}
