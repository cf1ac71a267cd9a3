import type { Offer, Problem } from '@reelay/core'
import { isRecord, optionProblem, type Rule } from './rule.ts'

// Capability map of the official pages, 2026-02: the motion brush works on 5 s clips of these only.
const brushed = (offer: Offer): boolean =>
  offer.model === 'kling-v1' || (offer.model === 'kling-v1-5' && offer.mode === 'pro')
const brushSeconds = 5
const mostMasks = 6
const fewestPoints = 2
const mostPoints = 77

function maskProblem(path: string, value: unknown): Problem | false {
  const fix = 'Pass a public URL, or plain base64.'
  if (typeof value !== 'string' || value === '') {
    return optionProblem(path, 'type', `${path} must be a URL or base64 text.`, fix)
  }
  return value.startsWith('data:') && optionProblem(path, 'type', `${path} has a data: prefix.`, fix)
}

const isPoint = (value: unknown): boolean =>
  isRecord(value) && Number.isInteger(value.x) && Number.isInteger(value.y)

function dynamicMask(item: unknown, index: number): readonly (Problem | false)[] {
  const path = `dynamic_masks.${index}`
  if (!isRecord(item)) {
    return [optionProblem(path, 'type', `${path} must be an object.`, 'Pass { mask, trajectories }.')]
  }
  const { mask, trajectories: points } = item
  const wrong =
    !Array.isArray(points) ||
    points.length < fewestPoints ||
    points.length > mostPoints ||
    !points.every(isPoint)
  const message = `${path}.trajectories must be ${fewestPoints} to ${mostPoints} points in whole pixels.`
  return [
    maskProblem(`${path}.mask`, mask),
    wrong && optionProblem(`${path}.trajectories`, 'range', message, 'Pass points as { x, y }.'),
  ]
}

/** The motion brush: where it works, and what its masks look like (image-to-video page, 2026-02). */
export const brush: Rule = ({ request, offer, options, duration }) => {
  const { static_mask: still, dynamic_masks: moving } = options
  const [key] = ['static_mask', 'dynamic_masks'].filter((name) => options[name] !== undefined)
  if (key === undefined) return []
  if (request.kind !== 'image-to-video' || !brushed(offer)) {
    const message = `${offer.model} ${offer.mode} has no motion brush for ${request.kind}.`
    return [optionProblem(key, 'unsupported', message, 'Leave it out; kling-v1-5 in pro has one at 5 s.')]
  }
  const count = Array.isArray(moving) ? moving.length : 0
  const countMessage = `dynamic_masks must be an array of 1 to ${mostMasks} masks.`
  return [
    duration !== brushSeconds &&
      optionProblem(key, 'conflict', 'The motion brush works at 5 s only.', 'Use a duration of 5.'),
    request.startImage === undefined &&
      optionProblem(key, 'conflict', 'The motion brush paints on the start image.', 'Set startImage.'),
    still !== undefined && maskProblem('static_mask', still),
    moving !== undefined &&
      (count < 1 || count > mostMasks) &&
      optionProblem('dynamic_masks', 'range', countMessage, `Pass 1 to ${mostMasks} masks.`),
    ...(Array.isArray(moving) ? moving.flatMap(dynamicMask) : []),
  ]
}
