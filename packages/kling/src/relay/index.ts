import type {
  Draft,
  HttpRequest,
  Kind,
  ProviderSpec,
  Sold,
  Subject,
  VideoKind,
  Warning,
} from '@reelay/core/adapter'
import { readFailure } from '../read.ts'
import { readCreated, readRefusal, readTask } from './read.ts'
import { statuses } from './tables.ts'

// What a request gets at Kling that names none. Relays fill in 1:1 (relay notes of 2026-11-26).
const aspectRatio = '16:9'

function withShape(draft: Draft<VideoKind>, create: HttpRequest): HttpRequest {
  if (draft.request.kind !== 'text-to-video') return create
  return { ...create, json: { aspect_ratio: aspectRatio, ...(create.json as object) } }
}

// Younger than the struct by which the most used gateway reads a request (2026).
const dropped = ['multi_shot', 'shot_type', 'multi_prompt', 'element_list']

function warnings(subject: Subject<VideoKind>): readonly Warning[] {
  const own = dropped.filter((key) => Object.hasOwn(subject.options, key))
  const here = [...(subject.request.shots ? ['shots'] : []), ...own]
  const message = `Relays have been seen to drop ${here.join(', ')} in silence: look at the clip before you buy more.`
  return here.length > 0 ? [{ field: own.length > 0 ? 'providerOptions.kling' : 'shots', message }] : []
}

/** The clips of a sale, as relays want them asked for. */
const relayed = (video: Sold<VideoKind>): Sold<VideoKind> => ({
  ...video,
  encode: (draft) => withShape(draft, video.encode(draft)),
  warnings: (subject) => [...(video.warnings?.(subject) ?? []), ...warnings(subject)],
})

const sells = ({ kinds }: Sold, ...some: readonly Kind[]): boolean =>
  kinds.some(({ kind }) => some.some((one) => one === kind))

/** What is different where somebody else answers in Kling's form; of what is sold, relays have the clips. */
export const relayOf = (kinds: readonly Sold[]): NonNullable<ProviderSpec['relay']> => ({
  statuses,
  kinds: kinds.flatMap((sold) => {
    if (sells(sold, 'text-to-video', 'image-to-video')) return [relayed(sold as Sold<VideoKind>)]
    return sells(sold, 'reference-to-video') ? [sold] : []
  }),
  refusal: readRefusal,
  created: readCreated,
  task: readTask,
  failure: (task) => readFailure(task, 'Whether it was charged is for the relay to say'),
})
