import { type HttpReply, type HttpRequest, maybe, wireReader } from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { dataOf } from './read.ts'

/**
 * How many Kling tasks of the account have not ended, by where they stand.
 *
 * @example
 * ```ts
 * import { type ActiveTasks, createPiapi } from '@reelay/piapi'
 * const { staged }: ActiveTasks = await createPiapi().activeTasks()
 * if (staged > 0) console.log('over the concurrency of the plan')
 * ```
 */
export interface ActiveTasks {
  /** Accepted, but over the account's concurrency. */
  readonly staged: number
  readonly pending: number
  readonly processing: number
}

// The vendor's CLI: an object by model family; a family without tasks may be absent.
const count = maybe(z.number())
const counts = z.object({ staged_count: count, pending_count: count, processing_count: count })
const readFamilies = wireReader(z.object({ kling: z.optional(counts) }))

/** Asks for the counts. */
export const activeTasksRequest: HttpRequest = { method: 'GET', path: '/account/active_tasks' }

/** Reads the counts; `undefined` for any other answer. */
export function readActiveTasks(reply: HttpReply): ActiveTasks | undefined {
  const found = readFamilies(dataOf(reply.body))
  if (!found) return undefined
  const {
    staged_count: staged = 0,
    pending_count: pending = 0,
    processing_count: processing = 0,
  } = found.kling ?? {}
  return { staged, pending, processing }
}
