import {
  type HttpReply,
  type HttpRequest,
  maybe,
  type SearchPage,
  type SearchProtocol,
  type SearchRow,
  wireId,
  wireNumber,
  wireReader,
} from '@reelay/core/adapter'
import * as z from 'zod/mini'
import { dataOf, timeOf } from './read.ts'

const text = maybe(z.string())
const row = z.object({
  task_id: wireId,
  task_model: text,
  // The task type.
  action: text,
  status: text,
  created_at: text,
})
// Pages are counted from 1.
const page = z.object({ data: z.array(maybe(row)), page: maybe(wireNumber) })
type Row = z.infer<typeof row>

const readInner = wireReader(page)

/** Two references show the inner object alone (2026-05, 2026-08), a client the envelope around it (2026-09). */
const read = (body: unknown): z.infer<typeof page> | undefined => readInner(dataOf(body)) ?? readInner(body)

const rowsPerPage = 100
/** The history has words of its own for how a task ended. */
const words: Readonly<Record<string, string>> = { finished: 'completed' }

/** Whether a row's task can be of a route; with two images, an image's is made as another type. */
const isOf = ({ task_model: model, action }: Row, route: string): boolean =>
  (model ?? 'kling').startsWith('kling') &&
  (action === undefined || action === route || (route === 'image_to_video' && action === 'video_generation'))

/** The next page of the tasks made in a window, newest first; times are whole seconds. */
function request({ from, to, previous }: SearchPage): HttpRequest | undefined {
  const { data = [], page } = (previous && read(previous.body)) ?? {}
  if (previous && (page === undefined || data.length < rowsPerPage)) return undefined
  return {
    method: 'GET',
    path: '/api/open/tasks/histories',
    query: {
      page: (page ?? 0) + 1,
      page_size: rowsPerPage,
      start_time: Math.floor(from / 1_000),
      end_time: Math.ceil(to / 1_000),
    },
  }
}

/** The tasks of a page that may be a submission's, none of them with its input. */
function rows({ body }: HttpReply, { submission }: SearchPage): readonly SearchRow[] | undefined {
  return read(body)?.data.flatMap((item): SearchRow[] => {
    const { task_id: id, status = '', created_at } = item ?? {}
    if (!item || !id || !isOf(item, submission.route)) return []
    return [
      { task: { id, status: words[status] ?? status, createdAt: timeOf(created_at), raw: { task_id: id } } },
    ]
  })
}

/**
 * PiAPI's task history (docs of 2026-05, a client of 2026-09): rows without an id of ours and without our input, so its
 * tasks are candidates, and none is adopted. Whether waiting and running ones are in it is not known.
 */
export const search: SearchProtocol = {
  // How long rows are kept is not stated.
  withinMs: 30 * 24 * 3_600_000,
  slackMs: 5_000,
  latestMs: 15 * 60_000,
  // Not where callbacks go: the same clip with and without one is the same input.
  echoed: ({ json }) => ({ ...(json as object), config: undefined }),
  request,
  rows,
}
