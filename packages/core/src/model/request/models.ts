/**
 * Video models by their official names (`model_name` of Kling's API; for those that only wrappers sell so far, named the
 * same way), oldest first. As of 2026-11-26.
 */
export const klingModels = [
  'kling-v1',
  'kling-v1-5',
  'kling-v1-6',
  'kling-v2-master',
  'kling-v2-1',
  'kling-v2-1-master',
  'kling-v2-5',
  'kling-v2-5-turbo',
  'kling-v2-6',
  'kling-video-o1',
  'kling-v3',
  'kling-v3-omni',
  'kling-v3-turbo',
  'kling-v4',
  'kling-v4-flash',
] as const

/** A model by its official name; any other string is passed on to the catalogue. */
export type KlingModel = (typeof klingModels)[number] | (string & {})
