import type { VideoTask } from '@reelay/core'
import { withDetails } from '@reelay/core'
import { refusals, unclear } from '../../src/cases/trouble.ts'
import {
  fetching,
  follows,
  freshIds,
  misjudging,
  optioning,
  type Planted,
  type PlantedFaults,
  refusing,
  rejectedRow,
  replacing,
  sendsAgain,
  stripped,
} from './break.ts'

/** Sends every paid request twice and keeps the second answer. */
const sendsTwice: Planted = {
  on: 'plain',
  plant: fetching(async (send, request) => {
    if (request.method === 'POST') await (await send(request.clone())).arrayBuffer()
    return send(request)
  }),
}

/** Takes whatever is not a success for a refusal. */
const everythingRejected = refusing(
  (refusal, { status }) => refusal ?? (status >= 300 ? rejectedRow : undefined),
)

const believesRefusal = misjudging((error) =>
  error.message.includes('ECONN') ? withDetails(error, { outcome: 'rejected' }) : error,
)

/** Makes up an id where the answer names none. */
const inventsIds = {
  spec: (spec) => ({
    ...spec,
    created: (reply) => spec.created(reply) ?? { id: 'made-up', status: 'waiting', raw: reply.body },
  }),
} satisfies Planted['plant']

function unclearFault(fault: (typeof unclear)[number]['fault']): Planted {
  if (fault === 'redirect') return { on: 'plain', plant: follows }
  if (fault === 'status') return { on: 'plain', plant: everythingRejected }
  if (fault === 'false-refusal') return { on: 'plain', plant: believesRefusal }
  if (fault === 'missing-id') return { on: 'plain', plant: inventsIds }
  return { on: 'plain', plant: sendsAgain }
}

/** Remembers tasks by a name of the purchase that is not the whole purchase. */
export function remembers(
  name: (prompt: string | undefined, key: string | undefined) => string | undefined,
): Planted['plant'] {
  const tasks = new Map<string | undefined, Promise<VideoTask>>()
  return replacing((provider) => ({
    submit(request, options) {
      const key = name(request.prompt, options?.idempotencyKey)
      const task = tasks.get(key) ?? provider.submit(request, options)
      tasks.set(key, task)
      return task
    },
  }))
}

const triesThrice = replacing((provider) => ({
  submit: (request, options) =>
    provider
      .submit(request, options)
      .catch(() => provider.submit(request, options).catch(() => provider.submit(request, options))),
}))

export const submitFaults: PlantedFaults = {
  'a submit sends one paid POST and returns its task': sendsTwice,
  'two submits of equal requests buy two tasks': { plant: remembers((prompt) => prompt) },
  'the same key and request buy once, however often they are submitted': { plant: freshIds() },
  'the same key and request buy once, even at the same time': { plant: freshIds() },
  'the same key never brings back another request’s clip': { plant: remembers((_, key) => key) },
  'wrong options are refused before any request': {
    plant: optioning(({ idempotencyKey, ...options }) => ({
      ...options,
      idempotencyKey: idempotencyKey || undefined,
      webhookUrl: undefined,
    })),
  },
  ...Object.fromEntries(
    unclear.map(({ title, fault }) => [
      `a create that meets ${title} is bought at most once and never called rejected`,
      unclearFault(fault),
    ]),
  ),
  'a create that fails every time ends unknown within seconds, with its submission': {
    on: 'plain',
    plant: triesThrice,
  },
  'a create that is not answered in time ends, and in the time of the given clock': {
    plant: optioning((options) => ({ ...options, timeoutMs: 3_600_000 })),
  },
  'a connection reset under the runtime’s own fetch proves nothing': { plant: believesRefusal },
  'ECONNREFUSED from a fetch in the place of the runtime’s own proves nothing': { plant: believesRefusal },
  // A layer around the runtime's fetch is no longer the runtime's fetch; who knows what it sent.
  ...Object.fromEntries(
    ['ENOTFOUND', 'ECONNREFUSED'].map((code) => [
      `${code} from the runtime’s own fetch is rejected, since nothing was sent`,
      { on: 'plain', plant: fetching((send, request) => send(request)) } satisfies Planted,
    ]),
  ),
  ...Object.fromEntries(
    refusals.map(({ title, code }) => [
      `a create refused for ${title} is rejected as ${code} and not sent again`,
      { on: 'plain', plant: refusing(() => undefined) } satisfies Planted,
    ]),
  ),
  'a rate limit tells how long to wait, and submit leaves the waiting to its caller': {
    plant: misjudging((error) => stripped(error, 'retryAfterMs')),
  },
}
