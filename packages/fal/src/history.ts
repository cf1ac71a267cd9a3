import {
  type HttpReply,
  maybe,
  type NativeTask,
  type SearchRow,
  wireId,
  wireNumber,
  wireReader,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'

const text = maybe(z.string())
const row = z.object({
  request_id: wireId,
  ended_at: text,
  endpoint_id: text,
  sent_at: text,
  status_code: maybe(wireNumber),
  // The body of its create.
  json_input: maybe(z.looseObject({})),
})
const page = z.object({ items: z.array(maybe(row)), next_cursor: text, has_more: maybe(z.boolean()) })

const read = wireReader(page)

/** One page of the request history. */
export interface Page {
  readonly tasks: readonly NativeTask[]
  /** Cursor of the next page. */
  readonly next: string | undefined
}

/**
 * Reads a page of the request history; `undefined` for what is none. A request without an end is still running: the
 * schema allows such rows, and nobody has shown one (platform reference, 2026-08-21). An entry that cannot be used is left
 * out.
 */
export function readPage({ body }: HttpReply): Page | undefined {
  const page = read(body)
  if (!page) return undefined
  const tasks = page.items.flatMap((item): NativeTask[] => {
    const { request_id: id, ended_at } = item ?? {}
    if (!id) return []
    if (!ended_at) return [{ id, status: 'IN_PROGRESS', raw: item }]
    const at = Date.parse(ended_at)
    // Whether it went well or not is in its result.
    return Number.isNaN(at) ? [] : [{ id, status: 'COMPLETED', updatedAt: at, raw: item }]
  })
  return { tasks, next: page.has_more === false ? undefined : page.next_cursor || undefined }
}

function toRow({
  request_id: id,
  sent_at,
  ended_at,
  status_code = 200,
  endpoint_id,
  json_input,
}: z.infer<typeof row>): SearchRow[] {
  if (!id) return []
  // `sent_at` is when fal sent it on to the model: of one that waited in the queue, later than its submit.
  const [sentAt, endedAt] = [sent_at, ended_at].map((date) => Date.parse(date ?? ''))
  const task: NativeTask = {
    id,
    status: !ended_at ? 'IN_PROGRESS' : status_code < 400 ? 'COMPLETED' : 'ERROR',
    ...(Number.isNaN(sentAt) ? {} : { createdAt: sentAt }),
    ...(Number.isNaN(endedAt) ? {} : { updatedAt: endedAt }),
    raw: { request_id: id },
  }
  // The body is missing where storing it was switched off, and after 30 days.
  return [
    endpoint_id && json_input ? { task, echoed: { endpoint: endpoint_id, input: json_input } } : { task },
  ]
}

/** The requests of a page that may be a submission's: all of its endpoints, each with the body of its create. */
export function readRows(
  { body }: HttpReply,
  endpoints: readonly string[],
): readonly SearchRow[] | undefined {
  return read(body)?.items.flatMap((item) =>
    item && (item.endpoint_id === undefined || endpoints.includes(item.endpoint_id)) ? toRow(item) : [],
  )
}
