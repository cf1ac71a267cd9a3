import {
  type HttpReply,
  type HttpRequest,
  type ProviderSpec,
  rowsOf,
  type Sold,
  type UploadFile,
} from '@reelay/core/adapter'
import { readSpacingMs, tasksPerRead } from './kinds/pace.ts'
import { freeOptions } from './provider-options.ts'
import {
  readCost,
  readCreated,
  readFailure,
  readFileUrl,
  readRefusal,
  readRows,
  readStop,
  readTask,
  readTasks,
} from './read.ts'
import { list, query, routes, stop } from './routes.ts'
import { reservedOptions, statuses } from './tables.ts'

// A wrong clock on either side. Short, so that an equal clip bought just before is not taken for the lost one.
const clockSlackMs = 5_000

// No gateway holds a request back for longer.
const heldUpMs = 15 * 60_000

/**
 * Brings a file to Replicate, which keeps it for 24 h (recorded 2024; the specification's sample says 1 h) and takes
 * less than 100 MB. `POST /files` of OpenAPI 1.0.0-a1, with the parts that npm replicate 1.4.0 sends.
 */
async function upload(
  { bytes, mediaType, name }: UploadFile,
  ask: (request: HttpRequest) => Promise<HttpReply>,
): Promise<string | undefined> {
  const form = new FormData()
  form.append('content', new Blob([bytes as Uint8Array<ArrayBuffer>], { type: mediaType }), name)
  form.append('metadata', new Blob(['{}'], { type: 'application/json' }))
  return readFileUrl(await ask({ method: 'POST', path: '/files', body: form }))
}

/** Replicate's predictions with models of `kwaivgi`, selling some kinds; tasks of all kinds are read whichever are sold. */
export function specOf(kinds: readonly Sold[]): ProviderSpec {
  const offers = rowsOf(kinds)
  const ours = [...new Set(offers.map(({ nativeModel }) => nativeModel))]
  return {
    id: 'replicate',
    kinds,
    whole: 'createReplicate of @reelay/replicate',
    catalog: {
      defaultModel: 'kling-v3',
      defaultModels: { 'reference-to-video': 'kling-v3-omni', 'lip-sync': 'kling-lip-sync' },
      offers,
      retention: [
        {
          provider: 'replicate',
          ms: 3_600_000,
          source: 'replicate.com/docs: data retention of API predictions',
          asOf: '2026-11-24',
        },
      ],
    },
    routes,
    statuses,
    providerOptions: { free: freeOptions, reserved: reservedOptions },
    callbacks: 'https',
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
}
