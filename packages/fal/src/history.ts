import { type HttpReply, maybe, type NativeTask, wireId, wireReader } from '@reelay/core'
import * as v from 'valibot'

interface Row {
  readonly request_id?: string | undefined
  readonly ended_at?: string | undefined
}

const row: v.GenericSchema<Row> = v.object({ request_id: wireId, ended_at: maybe(v.string()) })

const read = wireReader(
  v.object({
    items: v.array(maybe(row)),
    next_cursor: maybe(v.string()),
    has_more: maybe(v.boolean()),
  }),
)

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
