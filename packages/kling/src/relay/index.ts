import type {
  Draft,
  HttpRequest,
  ProviderSpec,
  Sold,
  Subject,
  VideoKind,
  Warning,
} from '@reelay/core/adapter'
import { reference } from '../kinds/reference-to-video.ts'
import { encode as encodeOwn, video } from '../kinds/video.ts'
import { warnings as ownWarnings } from '../kinds/video-rules.ts'
import { readFailure } from '../read.ts'
import { readCreated, readRefusal, readTask } from './read.ts'
import { statuses } from './tables.ts'

// What a request gets at Kling that names none. Relays fill in 1:1 (relay notes of 2026-11-26).
const aspectRatio = '16:9'

function encode(draft: Draft<VideoKind>): HttpRequest {
  const create = encodeOwn(draft)
  if (draft.request.kind !== 'text-to-video') return create
  return { ...create, json: { aspect_ratio: aspectRatio, ...(create.json as object) } }
}

// Younger than the struct by which the most used gateway reads a request (2026).
const dropped = ['multi_shot', 'shot_type', 'multi_prompt', 'element_list']

function warnings(subject: Subject<VideoKind>): readonly Warning[] {
  const own = dropped.filter((key) => Object.hasOwn(subject.options, key))
  const here = [...(subject.request.shots ? ['shots'] : []), ...own]
  const message = `Relays have been seen to drop ${here.join(', ')} in silence: look at the clip before you buy more.`
  const told = here.length > 0 ? [{ field: own.length > 0 ? 'providerOptions.kling' : 'shots', message }] : []
  return [...ownWarnings(subject), ...told]
}

/** What is different where somebody else answers in Kling's form. */
export const relay: NonNullable<ProviderSpec['relay']> = {
  statuses,
  kinds: [{ ...video, encode, warnings } as Sold, reference],
  refusal: readRefusal,
  created: readCreated,
  task: readTask,
  failure: (task) => readFailure(task, 'Whether it was charged is for the relay to say'),
}
