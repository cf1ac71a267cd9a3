import type { FalState } from './state.ts'
import { type FalTask, statusAt } from './tasks.ts'
import { until } from './waiting.ts'
import { logsOf, statusView } from './wire.ts'

const encoder = new TextEncoder()

/**
 * A status as server-sent events: one now, one at every change, until `COMPLETED`. fal's own client adds the logs of
 * all events up, so each event carries only what is new.
 */
export function statusStream(
  state: FalState,
  task: FalTask,
  queue: string,
  logs: boolean,
  signal: AbortSignal,
): Response {
  const stop = new AbortController()
  const stopped = AbortSignal.any([signal, stop.signal])
  let last: string | undefined
  let told = 0
  let done = false

  const view = (): Record<string, unknown> => statusView(state, task, queue, logs)
  // Without logs and metrics, which come with a change and are none.
  const gist = (): string => JSON.stringify({ ...view(), logs: undefined, metrics: undefined })
  const written = (): number => (logs ? logsOf(task, state.clock.now()).length : 0)

  const next = async (): Promise<Uint8Array> => {
    await until(state, () => gist() !== last || written() > told, stopped)
    last = gist()
    done = statusAt(task, state.clock.now()) === 'COMPLETED'
    const event = view()
    if (Array.isArray(event.logs)) {
      event.logs = event.logs.slice(told)
      told = written()
    }
    return encoder.encode(`data: ${JSON.stringify(event)}\n\n`)
  }

  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        if (done) return controller.close()
        controller.enqueue(await next())
      },
      cancel: (reason) => stop.abort(reason),
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-fal-request-id': task.id,
    },
  })
}
