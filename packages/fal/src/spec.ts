import type { ProviderSpec, TaskStatus } from '@reelay/core'
import { readCancel } from './cancel.ts'
import { catalog, endpoints, readSpacingMs, readsAtOnce } from './catalog.ts'
import { carriesPrompt, check, freeOptions } from './checks.ts'
import { failureOf, readCreated, readResult, readStatus } from './decode.ts'
import { encode } from './encode.ts'
import { readRefusal } from './errors.ts'
import { readPage, readRows } from './history.ts'
import { reservedOptions } from './provider-options.ts'
import { cancel, list, query, result, routes, search, tasksPerPage } from './routes.ts'
import { upload } from './upload.ts'

/** fal has three words; the last two are ours, for what it tells by errors. */
const statuses: Readonly<Record<string, TaskStatus>> = {
  IN_QUEUE: 'queued',
  IN_PROGRESS: 'running',
  COMPLETED: 'succeeded',
  // Its webhooks say so; a status never does.
  ERROR: 'failed',
  // The error type of a request that its caller stopped.
  client_cancelled: 'canceled',
}

const day = 24 * 3_600_000
// Bodies of requests are stored for 30 days (platform reference, 2026-08-21).
const bodiesHeldMs = 30 * day
// A wrong clock on either side.
const clockSlackMs = 5_000
// A request's time is when it left the queue, and no limit of a wait there is documented.
const longestQueueMs = day

/** Kling through fal's queue. */
export const spec: ProviderSpec = {
  id: 'fal',
  catalog,
  routes,
  statuses,
  providerOptions: { free: freeOptions, reserved: reservedOptions },
  callbacks: 'https',
  check,
  carriesPrompt,
  encode,
  refusal: readRefusal,
  created: readCreated,
  taskAt: { id: ['request_id'], beside: 'status' },
  query,
  task: readStatus,
  failure: failureOf,
  result: {
    // Whether it went well or not: the status may keep the reason to itself.
    needed: ({ status }) => status === 'COMPLETED',
    request: result,
    read: readResult,
  },
  search: {
    // Requests that still run may not be in the history (no public record shows one), so the only match in it may be
    // somebody else's.
    soleSubmitter: false,
    withinMs: bodiesHeldMs,
    slackMs: clockSlackMs,
    latestMs: longestQueueMs,
    echoed: ({ path = '', json }) => ({ endpoint: path.slice(1), input: json }),
    request: search,
    rows: readRows,
  },
  list: {
    scope: 'account',
    maxPageSize: tasksPerPage,
    readSpacingMs,
    readsAtOnce,
    history: true,
    request: (page) => list(endpoints, page),
    tasks: (reply) => readPage(reply)?.tasks,
  },
  cancel: { request: cancel, read: readCancel },
  upload,
}
