import type { CancelResult, HttpReply, ProviderSpec } from '@reelay/core'
import { catalog, readSpacingMs, tasksPerRead } from './catalog.ts'
import { check } from './checks.ts'
import { readCost, readCreated, readRows, readTask, readTasks, statuses } from './decode.ts'
import { encode } from './encode.ts'
import { readRefusal } from './errors.ts'
import { readFailure } from './failures.ts'
import { freeOptions, reservedOptions } from './provider-options.ts'
import { list, query, routes, stop } from './routes.ts'
import { upload } from './upload.ts'

const ours: readonly string[] = [...new Set(catalog.offers.map(({ nativeModel }) => nativeModel))]

// A wrong clock on either side. Short, so that an equal clip bought just before is not taken for the lost one.
const clockSlackMs = 5_000

// No gateway holds a request back for longer.
const heldUpMs = 15 * 60_000

/** What a cancel's answer says: the prediction, recorded as already `canceled`; an ended one comes back unchanged. */
function readStop(reply: HttpReply): CancelResult | undefined {
  const task = reply.status < 300 ? readTask(reply) : undefined
  if (!task) return undefined
  const status = statuses[task.status]
  if (status === 'canceled') return status
  return status === 'succeeded' || status === 'failed' ? 'too-late' : 'requested'
}

/** Replicate's predictions, with the text- and image-to-video models of `kwaivgi`. */
export const spec: ProviderSpec = {
  id: 'replicate',
  catalog,
  routes,
  statuses,
  providerOptions: { free: freeOptions, reserved: reservedOptions },
  callbacks: 'https',
  check,
  encode,
  refusal: readRefusal,
  created: readCreated,
  taskAt: { id: ['id'], beside: 'status' },
  query,
  task: readTask,
  failure: readFailure,
  cost: readCost,
  search: {
    // Inputs are deleted an hour after a prediction ended, so within the first hour all of them are there.
    withinMs: 3_600_000,
    echoed: ({ path = '', json }) => ({
      model: ours.find((name) => path.includes(`/${name}/`)),
      input: (json as { readonly input?: unknown }).input,
    }),
    // The list shows running predictions, and all of them with their input.
    soleSubmitter: true,
    slackMs: clockSlackMs,
    latestMs: heldUpMs,
    request: ({ from, to, previous }) => list(from, previous, to),
    rows: (reply, { nativeModel }) => readRows(reply, nativeModel),
  },
  list: {
    scope: 'account',
    maxPageSize: tasksPerRead,
    readSpacingMs,
    request: ({ oldest, newest, previous }) => list(oldest, previous, newest),
    tasks: readTasks,
  },
  cancel: { request: stop, read: readStop },
  upload,
}
