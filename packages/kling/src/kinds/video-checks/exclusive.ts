import { problem } from '@reelay/core'
import { hasEndImage, type Rule } from './rule.ts'

/** End image, motion brush and camera control shut each other out (image-to-video page, 2026-02). */
export const exclusive: Rule = ({ request, options }) => {
  const used = [
    hasEndImage(request) && 'endImage',
    options.static_mask !== undefined && 'providerOptions.kling.static_mask',
    options.static_mask === undefined &&
      options.dynamic_masks !== undefined &&
      'providerOptions.kling.dynamic_masks',
    request.cameraControl !== undefined && 'cameraControl',
  ].filter((field) => field !== false)
  const [first, ...others] = used
  return others.map((field) =>
    problem(field, 'conflict', `${field} cannot be combined with ${first}.`, 'Keep one of them.'),
  )
}
