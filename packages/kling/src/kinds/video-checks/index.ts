import type { Problem, Subject, VideoKind, Warning } from '@reelay/core'
import { brush } from './brush.ts'
import { elements } from './elements.ts'
import { exclusive } from './exclusive.ts'
import { carriesPrompt, multiShot } from './multi-shot.ts'
import type { Rule } from './rule.ts'
import { watermark } from './watermark.ts'

export { carriesPrompt } from './multi-shot.ts'

const rules: readonly Rule[] = [brush, exclusive, multiShot, elements, watermark]

/** The rules across fields that the catalogue's limits cannot say. */
export function check(subject: Subject<VideoKind>): readonly Problem[] {
  return rules.flatMap((rule) => rule(subject)).filter((found) => !!found)
}

/** What Kling will ignore of an accepted request. */
export function warnings({ request, options }: Subject<VideoKind>): readonly Warning[] {
  const ignored = carriesPrompt(options) && !!request.prompt
  return ignored
    ? [
        {
          field: 'prompt',
          message: 'Kling ignores prompt beside shots of its own; put it into multi_prompt.',
        },
      ]
    : []
}
