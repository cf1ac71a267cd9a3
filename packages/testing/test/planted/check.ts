import { type Catalog, type Quote, ReelayError, type TaskHandle } from '@reelay/core'
import { problem } from '@reelay/core/adapter'
import { mistaking, type Planted, type PlantedFaults, replacing } from './break.ts'

/** Checks, but then sends what it makes of the request. */
const sendsAnyway: Planted = {
  plant: replacing((provider) => ({
    submit: (request, options) =>
      provider.submit({ kind: 'text-to-video', prompt: request.prompt ?? '' }, options),
  })),
}

const wrong = [
  'a field nobody knows',
  'a duration nobody sells',
  'a duration that is not a number',
  'a model nobody sells',
  'a mode nobody sells',
  'a kind nobody renders',
  'a scale out of range',
  'a setting for nobody',
]

const quoting = (edit: (quote: Quote) => Quote): Planted => ({
  plant: replacing((provider) => ({ quote: (request) => edit(provider.quote(request)) })),
})

const cataloguing = (edit: (catalog: Catalog) => Catalog): Planted => ({
  plant: { spec: (spec) => ({ ...spec, catalog: edit(spec.catalog) }) },
})

const handing = (edit: (handle: TaskHandle) => TaskHandle): Planted => ({
  plant: mistaking((task) => ({ ...task, handle: edit(task.handle) })),
})

const free: Quote = { type: 'exact', microUsd: 0, basis: 'list', asOf: '2026-11-24', source: 'made up' }

const mine = (handle: TaskHandle, { id, account }: { id: string; account: string }): TaskHandle => ({
  ...handle,
  provider: id,
  account,
})

/** The account that was named last; every instance goes by it. */
function sharedAccount(): Planted {
  let latest: string | undefined
  return {
    plant: replacing((provider) => {
      latest = provider.account
      return { owns: (handle) => handle.provider === provider.id && handle.account === latest }
    }),
  }
}

export const checkFaults: PlantedFaults = {
  'check finds nothing wrong with a valid request, sends nothing and changes nothing': {
    // Asks the provider whether it would take the request.
    plant: replacing((provider, { wire }) => ({
      check(request) {
        void wire.fetch('https://api.fake.example/renders').catch(() => undefined)
        return provider.check(request)
      },
    })),
  },
  ...Object.fromEntries(
    wrong.map((what) => [`${what} is refused before any request, with what to do about it`, sendsAnyway]),
  ),
  'half a character is refused before any request, with what to do about it': {
    plant: replacing((provider) => ({
      check: (request) => provider.check(request).filter(({ rule }) => rule !== 'malformed'),
    })),
  },
  'nonsense in place of a request is refused, not a crash': {
    plant: replacing((provider) => ({
      check: (request) => (typeof request === 'object' && request ? provider.check(request) : []),
    })),
  },
  'a discontinued row is refused before any request': {
    plant: replacing((provider) => ({
      check: (request) => provider.check(request).filter(({ rule }) => rule !== 'discontinued'),
    })),
  },
  'a reserved option is refused, with what to use instead': {
    plant: {
      spec: (spec) => ({ ...spec, providerOptions: { free: ['seed', 'external_id'], reserved: {} } }),
    },
  },
  'a field that the provider ignores is a warning on the task, not an error': {
    plant: {
      spec: (spec) => ({
        ...spec,
        kinds: spec.kinds.map((sold) => ({
          ...sold,
          check: ({ request }) =>
            request.kind === 'image-to-video' && request.aspectRatio !== undefined
              ? [problem('aspectRatio', 'unsupported', 'The picture decides.', 'Leave it out.')]
              : [],
        })),
      }),
    },
  },
  'what a row does not offer is refused before any request, naming the field': {
    plant: replacing((provider) => ({
      check: (request) => provider.check(request).filter(({ field }) => field !== 'generateAudio'),
    })),
  },
  'an image that is none is refused before any request': {
    // Takes whatever it is given for a PNG.
    plant: replacing((provider) => ({
      check: (request) => provider.check(request).filter(({ rule }) => rule !== 'media-type'),
    })),
  },
  'a quote is the same each time, in whole micro-USD with its source and date, and sends nothing': quoting(
    (quote) => (quote.type === 'exact' ? { ...quote, microUsd: quote.microUsd / 1_000_000 } : quote),
  ),
  'check and quote are the short forms of appraise, which says what was chosen and why': {
    // As a composition that forwards what it was told once and evaluates what it is asked.
    plant: replacing((provider) => ({
      appraise(request) {
        const { chosen: _chosen, ...appraisal } = provider.appraise(request)
        return appraisal
      },
    })),
  },
  'a request that cannot be served has an unknown price': quoting((quote) =>
    quote.type === 'unknown' ? free : quote,
  ),
  'an option that the catalogue does not know makes the price unknown': {
    plant: {
      spec: (spec) => ({
        ...spec,
        providerOptions: { ...spec.providerOptions, free: ['seed', 'no_such_option'] },
      }),
    },
  },
  'every row that is sold can be checked and quoted': cataloguing((catalog) => ({
    ...catalog,
    offers: catalog.offers.map((offer) => ({
      ...offer,
      price: { ...offer.price, rates: { silent: Number.NaN } },
    })),
  })),
  'every row of the catalogue is complete, and its default model is sold': cataloguing((catalog) => ({
    ...catalog,
    defaultModel: 'kling-v1',
  })),
  'a handle is plain JSON, from which another instance can go on': handing(
    (handle) => ({ ...handle, submittedAt: new Date(handle.submittedAt) }) as unknown as TaskHandle,
  ),
  'a handle holds no address': handing((handle) => ({
    ...handle,
    pollUrl: `https://api.fake.example/renders/${handle.id}`,
  })),
  'a handle tells what was bought, when, under which key and account': handing((handle) => ({
    ...handle,
    account: 'default',
  })),
  'owns tells whose a handle is': {
    plant: replacing(({ id }) => ({ owns: ({ provider }) => provider === id })),
  },
  'get refuses a foreign handle before any request': {
    plant: replacing((provider) => ({
      get: (handle, options) => provider.get(mine(handle, provider), options),
    })),
  },
  'getMany refuses a foreign handle before any request': {
    plant: replacing((provider) => ({
      getMany: async (handles, options) =>
        (await provider.getMany?.(
          handles.map((handle) => mine(handle, provider)),
          options,
        )) ?? new Map(),
    })),
  },
  'cancel refuses a foreign handle before any request': {
    plant: replacing((provider) => ({
      cancel: async (handle, options) =>
        (await provider.cancel?.(mine(handle, provider), options)) ?? 'too-late',
    })),
  },
  'two accounts beside each other do not mix': sharedAccount(),
  'cancel says what came of it, and the task can still be read': {
    // Says that it did, and did not.
    plant: replacing(() => ({ cancel: async () => 'canceled' })),
  },
  'cancel that fails keeps the handle': {
    plant: replacing((provider) => ({
      cancel: async (handle, options) =>
        (await provider.cancel?.(handle, options).catch(() => undefined)) ??
        Promise.reject(
          new ReelayError('ERR_UNAVAILABLE', 'The task was not stopped.', { outcome: 'accepted' }),
        ),
    })),
  },
  'giving up never stops the task upstream': {
    plant: replacing((provider) => ({
      get: (handle, options) =>
        provider.get(handle, options).catch(async (error: unknown) => {
          if (options?.abortSignal?.aborted) await provider.cancel?.(handle)
          throw error
        }),
    })),
  },
}
