import { type ProviderSpec, rowsOf } from '@reelay/core/adapter'
import { video } from './kinds/video.ts'
import { pollFloorMs, readSpacingMs, tasksPerRead } from './kinds/video-rows.ts'
import { freeOptions } from './provider-options.ts'
import { readCreated, readFailure, readRefusal, readTask, readTasks } from './read.ts'
import { relay } from './relay/index.ts'
import { find, list, query, routes } from './routes.ts'
import { reservedOptions, statuses } from './tables.ts'

/** Official Kling V1, `text2video` and `image2video`. */
export const spec: ProviderSpec = {
  id: 'kling',
  kinds: [video],
  catalog: {
    defaultModel: 'kling-v3',
    offers: rowsOf([video]),
    // Whatever the reason, content filters included.
    freeFailures: {
      source: 'billing of failed tasks, recorded as amount "0"; three independent projects say the same',
      asOf: '2026-10-04',
    },
    retention: [
      {
        provider: 'kling',
        ms: 30 * 86_400_000,
        source: 'app.klingai.com API reference, every task page',
        asOf: '2026-11-24',
      },
    ],
  },
  routes,
  statuses,
  providerOptions: { free: freeOptions, reserved: reservedOptions },
  refusal: readRefusal,
  created: readCreated,
  taskAt: { id: ['data', 'task_id'] },
  query,
  task: readTask,
  find,
  failure: (task) => readFailure(task),
  relay,
  list: {
    scope: 'route',
    maxPageSize: tasksPerRead,
    // pageNum 1 to 1000, in an order that no page tells.
    numbered: true,
    readSpacingMs,
    pageFloorMs: pollFloorMs,
    request: list,
    tasks: readTasks,
  },
}
