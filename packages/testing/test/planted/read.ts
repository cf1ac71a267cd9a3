import { ReelayError, type TaskStatus } from '@reelay/core'
import { lasting, passing, refusals } from '../../src/cases/trouble.ts'
import {
  fetching,
  misreading,
  type Planted,
  type PlantedFaults,
  refusing,
  replacing,
  stripped,
} from './break.ts'

/** Errors, and tasks it does not understand, come without their handle. */
const losesHandles: Planted = {
  plant: replacing((provider) => ({
    async get(handle, options) {
      const task = await provider.get(handle, options).catch((error: ReelayError) => {
        throw stripped(error, 'handle')
      })
      if (task.status !== 'unknown') return task
      throw new ReelayError('ERR_UNKNOWN_STATUS', `What is ${task.nativeStatus}?`, { outcome: 'accepted' })
    },
  })),
}

/** A breaker that opens for good at the first trouble with a read. */
function breaker(): Planted {
  let open = false
  return {
    plant: fetching(async (send, request) => {
      if (request.method === 'POST') return send(request)
      if (open) throw new TypeError('the breaker is open')
      open = true
      const response = await send(request)
      const text = await response.text()
      const headers = new Headers(response.headers)
      headers.delete('content-length')
      open = response.status >= 300 || !text.startsWith('{') || !text.endsWith('}')
      return new Response(response.status === 204 ? null : text, { status: response.status, headers })
    }),
  }
}

/** Every failure of a read is the caller's fault. */
const blamesCaller = misreading(
  (_error, handle) =>
    new ReelayError('ERR_INVALID_REQUEST', 'Something is wrong.', { outcome: 'accepted', handle }),
)

const statuses = (edit: Readonly<Record<string, TaskStatus>>): Planted => ({
  plant: { spec: (spec) => ({ ...spec, statuses: { ...spec.statuses, ...edit } }) },
})

const insists: Planted = {
  plant: refusing((refusal) =>
    refusal?.code === 'ERR_AUTH' ? { ...refusal, code: 'ERR_UNAVAILABLE', retryable: true } : refusal,
  ),
}

const survival = ({ fault }: { readonly fault: string }): Planted =>
  fault === 'unknown-status' ? statuses({ paused: 'failed' }) : { plant: blamesCaller }

/** Only knows the handles it made itself. */
function onlyItsOwn(): Planted {
  return {
    plant: replacing((provider) => {
      const made = new Set<string>()
      return {
        async submit(request, options) {
          const task = await provider.submit(request, options)
          made.add(task.id)
          return task
        },
        async get(handle, options) {
          if (made.has(handle.id)) return provider.get(handle, options)
          throw new ReelayError('ERR_INVALID_REQUEST', 'What task is this?', { outcome: 'none', handle })
        },
      }
    }),
  }
}

const hopeless = [...passing, ...lasting, ...refusals.filter(({ fault }) => fault === 'unauthorized')]

export const readFaults: PlantedFaults = {
  'get reads a task without paying, and asks no more than it must': {
    plant: replacing((provider) => ({
      async get(handle, options) {
        await provider.get(handle, options)
        await provider.get(handle, options)
        return provider.get(handle, options)
      },
    })),
  },
  ...Object.fromEntries(
    hopeless.map(({ title }) => [`get never loses the handle to ${title}`, losesHandles]),
  ),
  ...Object.fromEntries(passing.map(({ title }) => [`get asks again after ${title}`, breaker()])),
  'get waits as long as it is told to': {
    plant: fetching(async (send, request) => {
      const response = await send(request)
      response.headers.delete('retry-after')
      return response
    }),
  },
  'get gives up after a few tries, and tells that it may be tried again': {
    // An HTTP client with a retry of its own.
    plant: fetching(async (send, request) => {
      let response = await send(request.clone())
      for (let n = 0; n < 9 && response.status === 503; n++) {
        // Unread, it would count as under way, and no time would pass.
        await response.body?.cancel()
        response = await send(request.clone())
      }
      return response
    }),
  },
  'get is not repeated where repeating cannot help': {
    plant: refusing((refusal) => refusal && { ...refusal, retryable: true }),
  },
  'get takes no longer than its timeout allows, in the time of the given clock': {
    plant: replacing((provider) => ({
      get: (handle, { timeoutMs: _, ...options } = {}) => provider.get(handle, options),
    })),
  },
  'a task the provider has never heard of is not found, and keeps its handle': {
    plant: misreading((error) => stripped(error, 'handle')),
  },
  'a finished task has its clip, with kind, type and an address or bytes': {
    plant: {
      spec: (spec) => ({
        ...spec,
        task(reply) {
          const task = spec.task(reply)
          const outputs = task?.outputs?.map((output) => ({ ...output, url: `${task.id}.mp4` }))
          return task && { ...task, outputs }
        },
      }),
    },
  },
  'a task has a known status, the provider’s own word for it, and its warnings': {
    plant: { spec: (spec) => ({ ...spec, statuses: { ...spec.statuses, rendering: 'busy' as TaskStatus } }) },
  },
  'the raw reply of a task is there to look at, and stays out of logs': {
    plant: replacing((provider) => ({
      async get(handle, options) {
        const task = await provider.get(handle, options)
        return { ...task, raw: task.raw }
      },
    })),
  },
  'a status word outside the documentation is unknown, with the word kept': statuses({ paused: 'failed' }),
  'success without a result is no success': {
    plant: {
      spec: (spec) => ({
        ...spec,
        task(reply) {
          const task = spec.task(reply)
          return task && { ...task, outputs: [{ kind: 'video', mediaType: 'video/mp4' }] }
        },
      }),
    },
  },
  'a failed task is a value, with the provider’s own words': {
    plant: replacing((provider) => ({
      async get(handle, options) {
        const task = await provider.get(handle, options)
        if (task.status !== 'failed') return task
        throw new ReelayError('ERR_TASK_FAILED', task.failure.message, { outcome: 'accepted', handle })
      },
    })),
  },
  'getMany answers for every handle, by the handle given, in fewer requests': {
    plant: replacing((provider) => ({
      async getMany(handles, options) {
        const answers = (await provider.getMany?.(handles, options)) ?? new Map()
        return new Map([...answers].map(([handle, task]) => [{ ...handle }, task]))
      },
    })),
  },
  'getMany answers for every handle when the provider is down, and loses none': { plant: dropsFailures() },
  'getMany tells which task the provider does not know, and still answers for the others': {
    plant: dropsFailures(),
  },
  'getMany of nothing asks nothing': {
    plant: replacing((provider, { wire }) => ({
      async getMany(handles, options) {
        await wire.fetch('https://api.fake.example/renders')
        return (await provider.getMany?.(handles, options)) ?? new Map()
      },
    })),
  },
  ...Object.fromEntries(
    [...passing, ...lasting].map((row) => [
      `wait survives three looks in a row that meet ${row.title}`,
      survival(row),
    ]),
  ),
  // Its own patience ends first, and with an error of its own.
  'wait ends at its deadline, and the handle goes on': {
    plant: replacing((provider) => ({
      get(handle, options) {
        if ((options?.deadlineAt ?? 0) > provider.clock.now() + 60_000) return provider.get(handle, options)
        throw new ReelayError('ERR_CONFIG', 'A deadline like this?', { outcome: 'none', handle })
      },
    })),
  },
  'wait asks on through an unknown status, to the deadline only': statuses({ paused: 'failed' }),
  'wait ends at its deadline while the provider is down, and keeps the handle': {
    plant: misreading((error) => new TypeError(error.message)),
  },
  'wait does not insist where only its caller can help': insists,
  'an abort of wait while it sleeps is ERR_ABORTED with the reason and the handle': {
    plant: replacing(() => ({
      async get() {
        throw new TypeError('This is no task.')
      },
    })),
  },
  // One that stops by itself, for another reason than the caller's.
  'an abort of wait while it asks is ERR_ABORTED with the reason and the handle': {
    plant: replacing((provider) => ({
      get: (handle) => provider.get(handle, { abortSignal: AbortSignal.abort('enough') }),
    })),
  },
  'wait goes on from a stored handle in another instance': onlyItsOwn(),
  'generate buys once and brings the clip': {
    on: 'plain',
    plant: replacing((provider) => ({
      async submit(request, options) {
        const [first] = await Promise.all([provider.submit(request, options), provider.submit(request)])
        return first
      },
    })),
  },
  'generate says ERR_TASK_FAILED with the handle when the provider gave up': statuses({
    failed: 'succeeded',
  }),
}

function dropsFailures(): Planted['plant'] {
  return replacing((provider) => ({
    async getMany(handles, options) {
      const answers = (await provider.getMany?.(handles, options)) ?? new Map()
      return new Map([...answers].filter(([, answer]) => !ReelayError.isInstance(answer)))
    },
  }))
}
