import process from 'node:process'
import { type CallOptions, ReelayError, systemClock, type TaskHandle, withDetails } from '@reelay/core'
import { validKey } from '../fake/server.ts'
import type { Plant } from '../fake/world.ts'
import {
  fetching,
  follows,
  misjudging,
  misreading,
  type Planted,
  type PlantedFaults,
  recording,
  refusing,
  replacing,
  stripped,
} from './break.ts'

const keyAtImport = process.env.FAKE_API_KEY

/** Knows of no secret, so removes none. */
const redactsNothing: Planted = { plant: { auth: (auth) => ({ ...auth, secrets: () => [] }) } }

/** Sends whatever it has, also when that is nothing. */
const sendsWithoutKey: Planted = {
  plant: {
    auth: (auth) => ({
      ...auth,
      async authorize(headers) {
        try {
          await auth.authorize(headers)
        } catch {
          headers.set('authorization', 'Bearer undefined')
        }
      },
    }),
  },
}

/** Adds the headers of a call where nobody sees them. */
function sendsHeadersBehindItsBack(): Plant {
  let hidden: Readonly<Record<string, string>> = {}
  return {
    provider: (provider) =>
      Object.freeze({
        ...provider,
        get(handle: TaskHandle, { headers = {}, ...options }: CallOptions = {}) {
          hidden = headers
          return provider.get(handle, options)
        },
      }),
    fetch: (fetch) => (input, init) => {
      const request = new Request(input, init)
      for (const [name, value] of Object.entries(hidden)) request.headers.set(name, value)
      return fetch(request)
    },
  }
}

/** Takes the caller's headers out of a reply before anybody has read it. */
const redactsTooEarly: Plant = fetching(async (send, request) => {
  const values = [request.headers.get('x-gateway-token'), request.headers.get('x-environment')]
  const response = await send(request)
  let text = await response.text()
  for (const value of values) if (value && value.length >= 8) text = text.replaceAll(value, '[redacted]')
  return new Response(text, response)
})

/** Leaves the last task where everybody can see it. */
export const globalName = 'lastFakeTask'

export const secretFaults: PlantedFaults = {
  'missing credentials are an error of configuration before any request, naming the variables to set':
    sendsWithoutKey,
  'credentials are read from the environment when they are needed, not at import': {
    plant: {
      auth: (auth, { credentials }) => ({
        ...auth,
        authorize(headers) {
          if (credentials !== 'environment') return auth.authorize(headers)
          if (keyAtImport === undefined) {
            throw new ReelayError('ERR_CONFIG', 'Set FAKE_API_KEY.', { outcome: 'none' })
          }
          headers.set('authorization', `Bearer ${keyAtImport}`)
        },
      }),
    },
  },
  'credentials that the provider does not know are rejected as ERR_AUTH': {
    plant: refusing((refusal) =>
      refusal?.code === 'ERR_AUTH' ? { ...refusal, code: 'ERR_FORBIDDEN' } : refusal,
    ),
  },
  'credentials go only where they are configured to go, whatever a redirect says': { plant: follows },
  'extra headers reach the provider, but cannot take the place of credentials': {
    plant: {
      auth: (auth) => ({
        ...auth,
        authorize: (headers) => (headers.has('authorization') ? undefined : auth.authorize(headers)),
      }),
    },
  },
  'no secret shows in a provider, a task, a handle or a raw reply': {
    plant: { provider: (provider) => Object.freeze({ ...provider, options: { apiKey: validKey } }) },
  },
  'no secret shows in what is recorded and what is reported': {
    plant: recording((record) => (entry) => {
      const from = { url: `https://api.fake.example/renders?key=${encodeURIComponent(validKey)}` }
      return record(Object.defineProperty({ ...entry }, 'request', { value: from }))
    }),
  },
  'no secret shows in any error of a create, even when the answer repeats the credentials': redactsNothing,
  'no secret shows in any error of a read, even when the answer repeats the credentials': redactsNothing,
  'wrong credentials do not show in the error that refuses them': {
    plant: {
      spec: (spec) => spec,
      provider: (provider, { secrets }) =>
        Object.freeze({
          ...provider,
          submit: (...args: Parameters<typeof provider.submit>) =>
            provider.submit(...args).catch((error: ReelayError) => {
              throw new ReelayError(error.code, `The key ${secrets[1]} was refused.`, { ...error })
            }),
        }),
    },
  },
  'no secret shows in an error, however the answer spells it': {
    // As a client that takes out the plain text only.
    plant: misreading(
      (error) =>
        new ReelayError(
          error.code,
          `${error.message} ${validKey.replaceAll('-', '&#45;')} ${btoa(validKey)}`,
          {
            ...error,
          },
        ),
    ),
  },
  'a credential in a header of the call is a secret too, with and without its scheme': {
    plant: sendsHeadersBehindItsBack(),
  },
  'ids, status words and addresses of results stay whole, also when a secret stands in them': {
    plant: redactsTooEarly,
  },
  'no error carries what the fetch threw': {
    plant: misjudging((error) => withDetails(error, { cause: new TypeError('fetch failed') })),
  },
  'every error is a ReelayError with a known code, one of four outcomes and a message': {
    plant: misreading((error) => new Error(error.message)),
  },
  'an error that leaves money open carries what the task can be found by': {
    on: 'plain',
    plant: misjudging((error) => stripped(error, 'submission')),
  },
  'an error is plain JSON for a log, and recognised across copies of the library': {
    plant: misreading((error) => Object.defineProperty(error, 'toJSON', { value: () => error.message })),
  },
  'nothing is rejected where nobody hears it': {
    // Looks ahead, and forgets about it.
    plant: replacing((provider) => ({
      get(handle, options) {
        void provider.get(handle, options)
        return provider.get(handle, options)
      },
    })),
  },
  'the optional methods are those that the manifest promises': {
    on: 'plain',
    plant: replacing((provider) => ({
      find: async () => {
        throw new ReelayError('ERR_UNSUPPORTED', `${provider.id} cannot look.`, { outcome: 'none' })
      },
    })),
  },
  'a provider is frozen': { plant: { provider: (provider) => ({ ...provider }) } },
  'a provider says who it is': {
    plant: { spec: (spec) => ({ ...spec, catalog: { ...spec.catalog, offers: [] } }) },
  },
  'a provider leaves no trace in the global scope, nor any state between instances': {
    plant: replacing((provider) => ({
      async submit(request, options) {
        const task = await provider.submit(request, options)
        Reflect.set(globalThis, globalName, task)
        return task
      },
    })),
  },
  'a provider lives by the clock it was given': { plant: replacing(() => ({ clock: systemClock })) },
}
