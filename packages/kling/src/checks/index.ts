import type { Offer, Problem, RenderRequest, Warning } from '@reelay/core'
import { brush } from './brush.ts'
import { camera } from './camera.ts'
import { elements } from './elements.ts'
import { exclusive } from './exclusive.ts'
import { carriesPrompt, multiShot } from './multi-shot.ts'
import { plain } from './plain.ts'
import type { Rule } from './rule.ts'

export { carriesPrompt } from './multi-shot.ts'

const rules: readonly Rule[] = [camera, brush, exclusive, multiShot, elements, plain]
// Core's default too: every model sells it.
const defaultDuration = 5

/** The rules across fields that the catalogue's limits cannot say. */
export function check(
  request: RenderRequest,
  offer: Offer,
  options: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  const subject = { request, offer, options, duration: request.duration ?? defaultDuration }
  return rules.flatMap((rule) => rule(subject)).filter((found) => !!found)
}

/** What Kling will ignore of an accepted request. */
export function warnings(request: RenderRequest): readonly Warning[] {
  const ignored = carriesPrompt(request.providerOptions?.kling ?? {}) && !!request.prompt
  return ignored
    ? [
        {
          field: 'prompt',
          message: 'Kling ignores prompt beside shots of its own; put it into multi_prompt.',
        },
      ]
    : []
}
