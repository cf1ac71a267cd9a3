import { type ProviderSpec, rowsOf, type Sold } from '@reelay/core/adapter'
import { queryMany, solutionsPerRead } from './dialects/solutions.ts'
import { pollFloorMs, readSpacingMs, tasksPerRead } from './kinds/pace.ts'
import { freeOptions } from './provider-options.ts'
import { isMissing, readCreated, readFailure, readRefusal, readTask, readTasks } from './read.ts'
import { relayOf } from './relay/index.ts'
import { find, isReadByName, list, query, routes } from './routes.ts'
import { reservedOptions, statuses } from './tables.ts'

/**
 * Official Kling, V1 and the Solutions, selling some kinds. Tasks of all kinds are read, found and listed whichever are
 * sold: their routes and replies stand here, and not with the kinds.
 */
export const specOf = (kinds: readonly Sold[]): ProviderSpec => ({
  id: 'kling',
  kinds,
  whole: 'createKling of @reelay/kling',
  catalog: {
    defaultModel: 'kling-v3',
    defaultModels: {
      'reference-to-video': 'kling-v3-omni',
      'lip-sync': 'kling-lip-sync',
      'virtual-try-on': 'kling-try-on-v3',
    },
    offers: rowsOf(kinds),
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
  // V1, and the Solutions; virtual try-on alone answers its create in the first way.
  taskAt: [{ id: ['data', 'task_id'] }, { id: ['data', 'id'], beside: 'status' }],
  query,
  task: readTask,
  missing: isMissing,
  find,
  failure: (task) => readFailure(task),
  relay: relayOf(kinds),
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
  named: { serves: isReadByName, most: solutionsPerRead, request: queryMany, tasks: readTasks },
})

/** The same for a key pair, whose tokens no Solution takes (its pages, 2026-09). */
export const forKeyPair = (spec: ProviderSpec): ProviderSpec => ({
  ...spec,
  catalog: { ...spec.catalog, offers: spec.catalog.offers.filter(({ route }) => !isReadByName(route)) },
})
