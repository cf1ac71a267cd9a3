import type { ProviderSpec } from '@reelay/core'
import { catalog, pollFloorMs, readSpacingMs, tasksPerRead } from './catalog.ts'
import { carriesPrompt, check, warnings } from './checks/index.ts'
import { encode } from './encode.ts'
import { freeOptions, reservedOptions } from './provider-options.ts'
import { readCreated, readFailure, readRefusal, readTask, readTasks } from './read.ts'
import { relay } from './relay/index.ts'
import { find, list, query, routes } from './routes.ts'
import { statuses } from './tables.ts'

/** Official Kling V1, `text2video` and `image2video`. */
export const spec: ProviderSpec = {
  id: 'kling',
  catalog,
  routes,
  statuses,
  providerOptions: { free: freeOptions, reserved: reservedOptions },
  check,
  carriesPrompt,
  warnings,
  encode,
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
