import { maybe, wireReader, wireScalar } from '@reelay/core/adapter'
import * as z from 'zod/mini'

// As loose as all replies, see ../read.ts.
const text = maybe(z.string())

// A task of API 2.0 or of the Solutions; both also call it by V1's names here and there.
const task = z.object({
  id: wireScalar,
  task_id: wireScalar,
  // Has V1 only.
  task_status: text,
  status: text,
  message: text,
  // Milliseconds since the epoch, both.
  create_time: wireScalar,
  update_time: wireScalar,
  external_id: wireScalar,
  // Loose, since the fields of a file are those of V1 and read there.
  outputs: maybe(z.array(maybe(z.looseObject({ type: text })))),
  billing: z.optional(z.unknown()),
})

const readTask = wireReader(task)

/**
 * Relays have an `id`, a `task_id` and a `status` too, with words of Kling's among them, and never these times, nor our own
 * id under this name.
 */
const isNewer = ({
  id,
  status,
  create_time: time,
  outputs,
  external_id: ours,
}: z.infer<typeof task>): boolean =>
  time !== undefined ||
  outputs !== undefined ||
  (id !== undefined && (status === 'submitted' || ours !== undefined))

/** The names that V1 has for a sound's two formats. */
const soundIn = (output: Readonly<Record<string, unknown>>) => ({
  url_mp3: output.mp3_url,
  url_wav: output.wav_url,
  duration_mp3: output.mp3_duration,
  duration_wav: output.wav_duration,
})

/**
 * A task in the fields of V1, whichever of Kling's three forms it came in: V1's own has a `task_status` (callbacks page,
 * 2026-08, which tells in two ways what is sent in which form). The page of virtual try-on calls the id `task_id` in the
 * answer to a create and `id` afterwards.
 */
export function inV1(value: unknown): unknown {
  const task = readTask(value)
  if (!task || task.task_status !== undefined || !isNewer(task)) return value
  const { outputs = [], billing } = task
  const files = (type: string) =>
    outputs.flatMap((output) => (output?.type === type ? [{ ...output, ...soundIn(output) }] : []))
  return {
    task_id: task.id ?? task.task_id,
    task_status: task.status,
    task_status_msg: task.message,
    created_at: task.create_time,
    updated_at: task.update_time,
    task_info: { external_task_id: task.external_id },
    task_result: { videos: files('video'), images: files('image'), audios: files('audio') },
    billing,
  }
}
