import {
  type RecordEntry,
  ReelayError,
  type SubmitOptions,
  type TaskHandle,
  type VideoProvider,
  type VideoTask,
} from '@reelay/core'
import type { ErrorRow, HttpReply, Refusal } from '@reelay/core/adapter'
import type { ProviderSetup, World } from '../../src/index.ts'
import type { FakeName, Plant } from '../fake/world.ts'

/** A fault, and which of the two compliant providers it is planted in; the abler one when absent. */
export interface Planted {
  readonly on?: FakeName
  readonly plant: Plant
}

/** Faults by the name of the case that must notice them. */
export type PlantedFaults = Readonly<Record<string, Planted>>

type Fetch = typeof globalThis.fetch

/** Reads many tasks one by one, so that what is wrong with one look is wrong with all. */
function manyBy(get: VideoProvider['get']): NonNullable<VideoProvider['getMany']> {
  return async (handles, options) => {
    const answers = new Map<TaskHandle, VideoTask | ReelayError>()
    for (const handle of handles) {
      const answer = await get(handle, options).catch((error: unknown) => {
        if (ReelayError.isInstance(error)) return error
        throw error
      })
      answers.set(handle, answer)
    }
    return answers
  }
}

/** Replaces some methods of a provider; who replaces `get` replaces every look at a task. */
export function replacing(
  edit: (provider: VideoProvider, world: World, setup: ProviderSetup) => Partial<VideoProvider>,
): Plant {
  return {
    provider(provider, world, setup) {
      const edited = edit(provider, world, setup)
      const many = edited.get && provider.getMany && { getMany: manyBy(edited.get) }
      return Object.freeze({ ...provider, ...many, ...edited })
    },
  }
}

/** Submits with other options than the caller's. */
export function optioning(edit: (options: SubmitOptions) => SubmitOptions): Plant {
  return replacing((provider) => ({
    submit: (request, options = {}) => provider.submit(request, edit(options)),
  }))
}

/** Records something else than what happened. */
export function recording(
  edit: (record: (entry: RecordEntry) => Promise<void>) => (entry: RecordEntry) => Promise<void>,
): Plant {
  return optioning((options) => ({ ...options, record: edit(options.record ?? (async () => undefined)) }))
}

/** Changes the error that a submit ends with. */
export function misjudging(judge: (error: ReelayError, provider: VideoProvider) => unknown): Plant {
  return replacing((provider) => ({
    submit: (request, options) =>
      provider.submit(request, options).catch(async (error: unknown) => {
        throw ReelayError.isInstance(error) ? await judge(error, provider) : error
      }),
  }))
}

/** Changes the error that a get ends with. */
export function misreading(judge: (error: ReelayError, handle: TaskHandle) => unknown): Plant {
  return replacing((provider) => ({
    get: (handle, options) =>
      provider.get(handle, options).catch((error: unknown) => {
        throw ReelayError.isInstance(error) ? judge(error, handle) : error
      }),
  }))
}

/** Changes the task that a submit returns. */
export function mistaking(edit: (task: VideoTask, provider: VideoProvider) => VideoTask): Plant {
  return replacing((provider) => ({
    submit: async (request, options) => edit(await provider.submit(request, options), provider),
  }))
}

/** Changes the row that the provider's refusals are read with. */
export function refusing(
  edit: (refusal: Refusal | undefined, reply: HttpReply) => Refusal | undefined,
): Plant {
  return { spec: (spec) => ({ ...spec, refusal: (reply) => edit(spec.refusal(reply), reply) }) }
}

/** Puts a layer between the adapter and its fetch. */
export function fetching(
  layer: (send: (request: Request) => Promise<Response>, request: Request, world: World) => Promise<Response>,
): Plant {
  return {
    fetch: (fetch: Fetch, world) => (input, init) =>
      layer((request) => fetch(request), new Request(input, init), world),
  }
}

export const rejectedRow: ErrorRow = { code: 'ERR_UNAVAILABLE', retryable: false, outcome: 'rejected' }

/** The same error without some of its fields. */
export function stripped(error: ReelayError, ...fields: readonly (keyof ReelayError)[]): ReelayError {
  const { code, message, outcome } = error
  const kept = Object.fromEntries(
    Object.entries(error).filter(([key]) => !fields.includes(key as keyof ReelayError)),
  )
  return new ReelayError(code, message, { ...kept, outcome, cause: error.cause })
}

/** An HTTP client that helpfully sends again whatever brought no readable success, as many do. */
export const sendsAgain: Plant = fetching(async (send, request, world) => {
  const again = request.clone()
  try {
    // It gives up by itself on what takes long, and buffers what it reads.
    const late = world.clock.sleep(5_000).then((): never => {
      throw new Error('late')
    })
    const response = await Promise.race([send(request), late])
    const text = await response.text()
    JSON.parse(text)
    if (response.status < 300) return new Response(text, response)
  } catch {
    // Falls through to the second try.
  }
  return send(again)
})

/** An HTTP client that follows redirects, whatever it is told. */
export const follows: Plant = fetching((send, request) => send(new Request(request, { redirect: 'follow' })))

/** Gives each POST an id of its own. */
export function freshIds(): Plant {
  let sent = 0
  return fetching(async (send, request) => {
    if (request.method !== 'POST') return send(request)
    const { headers, redirect, signal, url } = request
    const order = { ...(await request.json()), external_id: `order-${++sent}` }
    return send(new Request(url, { method: 'POST', headers, redirect, signal, body: JSON.stringify(order) }))
  })
}
