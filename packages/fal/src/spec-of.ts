import { type ProviderSpec, rowsOf, type Sold } from '@reelay/core/adapter'
import { readPage, readRows } from './history.ts'
import { readSpacingMs, readsAtOnce } from './kinds/pace.ts'
import { freeOptions } from './kinds/video-checks.ts'
import {
  failureOf,
  readCancel,
  readCreated,
  readRefusal,
  readResult,
  readStatus,
  readUploadUrls,
} from './read.ts'
import { cancel, endpointsOf, list, query, result, routes, search, tasksPerPage } from './routes.ts'
import { reservedOptions, statuses } from './tables.ts'

const day = 24 * 3_600_000
// Bodies of requests are stored for 30 days (platform reference, 2026-08-21).
const bodiesHeldMs = 30 * day
// A wrong clock on either side.
const clockSlackMs = 5_000
// A request's time is when it left the queue, and no limit of a wait there is documented.
const longestQueueMs = day

// Long enough for the longest queue; inputs are nobody's to keep.
const lifecycle = JSON.stringify({ expiration_duration_seconds: 86_400 })

/**
 * Brings a file to fal's storage: the key asks for an address, the bytes go there without it. Two names of the retention
 * header are in use, so both are sent (`@fal-ai/client` 1.10.1, files page, 2026-09).
 */
const upload: NonNullable<ProviderSpec['upload']> = async ({ bytes, mediaType, name }, ask) => {
  const reply = await ask({
    method: 'POST',
    host: 'rest',
    path: '/storage/upload/initiate',
    query: { storage_type: 'fal-cdn-v3' },
    headers: {
      'x-fal-object-lifecycle': lifecycle,
      'x-fal-object-lifecycle-preference': lifecycle,
    },
    json: { content_type: mediaType, file_name: name },
  })
  const urls = readUploadUrls(reply)
  if (!urls) return undefined
  await ask({ method: 'PUT', url: urls.to, body: bytes, headers: { 'content-type': mediaType } })
  return urls.at
}

/**
 * Kling through fal's queue, selling some kinds. Tasks of all kinds are read whichever are sold; the history, which goes by
 * endpoint, is of those that are.
 */
export function specOf(kinds: readonly Sold[]): ProviderSpec {
  const offers = rowsOf(kinds)
  const sold = new Set<string>(offers.map(({ kind }) => kind))
  const listed = offers.flatMap((offer) =>
    endpointsOf(offer).map((nativeModel) => ({ ...offer, nativeModel })),
  )
  return {
    id: 'fal',
    kinds,
    whole: 'createFal of @reelay/fal',
    catalog: {
      defaultModel: 'kling-v3',
      defaultModels: {
        'reference-to-video': 'kling-v3-omni',
        'lip-sync': 'kling-lip-sync',
        'virtual-try-on': 'kolors-virtual-try-on-v1-5',
      },
      offers,
      // These reasons are what statuses from 500 on come to. A 422 may be billed if it took compute; of content nothing is said.
      freeFailures: {
        reasons: ['internal', 'capacity'],
        source: 'fal.ai/docs: errors from 500 on are never billed',
        asOf: '2026-09-27',
      },
      // Of the files; the answer that names them is kept for about an hour. An account may be set to keep them longer.
      retention: [
        {
          provider: 'fal',
          ms: 7 * 86_400_000,
          // Six minutes for a result of 10 kB and more, which no clip's is; many stay longer, and nothing promises it.
          toldMs: 3_600_000,
          source: 'fal.ai FAQ: media files; fal.ai/docs: stored results, as of webhooks',
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
      request: (page) => search(endpointsOf(page), page),
      rows: (reply, page) => readRows(reply, endpointsOf(page)),
    },
    list: {
      scope: 'account',
      maxPageSize: tasksPerPage,
      readSpacingMs,
      readsAtOnce,
      history: true,
      lists: ({ kind }) => sold.has(kind),
      request: (page) => list(listed, page),
      tasks: (reply) => readPage(reply)?.tasks,
    },
    cancel: { request: cancel, read: readCancel },
    upload,
  }
}
