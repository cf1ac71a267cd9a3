import { type RecordEntry, type ReelayError, type Submission, withDetails } from '@reelay/core'
import { validKey } from '../fake/server.ts'
import {
  freshIds,
  misjudging,
  optioning,
  type Planted,
  type PlantedFaults,
  recording,
  replacing,
  stripped,
} from './break.ts'

const withoutExternalId = ({ externalId: _, ...submission }: Submission): Submission => submission

/** Does not hear the caller's signal. */
const deaf = optioning(({ abortSignal: _, ...options }) => options)

/** Throws the bare reason, whatever was paid for. */
const throwsReason = replacing((provider) => ({
  submit: (request, options) =>
    provider.submit(request, options).catch((error: unknown) => {
      options?.abortSignal?.throwIfAborted()
      throw error
    }),
  get: (handle, options) =>
    provider.get(handle, options).catch((error: unknown) => {
      options?.abortSignal?.throwIfAborted()
      throw error
    }),
}))

/** Looks for the same task, whatever was lost. */
function adoptsTheFirst(): Planted['plant'] {
  let first: Submission | undefined
  return {
    spec: (spec) => ({
      ...spec,
      find(submission) {
        first ??= submission
        return spec.find?.(first)
      },
    }),
  }
}

/** Takes the newest task of the account for the one it lost. */
const adoptsTheNewest = replacing((provider, { wire }) => ({
  submit: (request, options) =>
    provider.submit(request, options).catch(async (error: ReelayError) => {
      if (!error.submission) throw error
      const headers = { authorization: `Bearer ${validKey}` }
      const { renders } = await (await wire.fetch('https://api.fake.example/renders', { headers })).json()
      const { startedAt, externalId: _, ...known } = error.submission
      return provider.get({ ...known, id: renders.at(-1).id, submittedAt: startedAt })
    }),
}))

/** Takes "not found" for "never made". */
const notFoundIsRejected = misjudging(async (error, provider) => {
  const result = error.submission && (await provider.find?.(error.submission))
  return result?.state === 'not-found-yet' ? withDetails(error, { outcome: 'rejected' }) : error
})

export const lostFaults: PlantedFaults = {
  'a task whose answer was lost is found, without a second POST': {
    plant: {
      spec: (spec) => ({
        ...spec,
        find: () => ({ method: 'GET', path: '/renders', query: { external_id: 'x' } }),
      }),
    },
  },
  'a create still in flight while we look for it is bought once': {
    plant: freshIds(),
  },
  'not found is not called rejected, and the task that appears later is found': { plant: notFoundIsRejected },
  'two equal submits whose answers were lost never share one task': { plant: adoptsTheFirst() },
  'a lost request is not given the task of an equal one whose answer was lost': { plant: adoptsTheNewest },
  'a lost request is not given the task of an equal one whose answer is on its way': {
    plant: adoptsTheNewest,
  },
  'after a crash, submitting again under the same key buys nothing twice': { plant: freshIds() },
  'after a crash the recorded intent is enough to find the task': {
    plant: recording(
      (record) => (entry) => record({ ...entry, submission: withoutExternalId(entry.submission) }),
    ),
  },
  'find refuses the submission of another account before any request': {
    plant: replacing((provider) => ({
      find: async (submission, options) =>
        (await provider.find?.({ ...submission, account: provider.account }, options)) ?? {
          state: 'not-found-yet',
        },
    })),
  },
  'find that cannot ask says so and leaves the verdict open': {
    plant: replacing((provider) => ({
      find: async (submission, options) =>
        (await provider.find?.(submission, options).catch(() => undefined)) ?? { state: 'not-found-yet' },
    })),
  },
  'an abort before anything was sent rethrows its reason and sends nothing': { plant: deaf },
  'an abort while the intent is being recorded rethrows its reason and sends nothing': { plant: deaf },
  'an abort after the POST left is ERR_ABORTED, with the reason, the outcome and the submission': {
    plant: throwsReason,
  },
  'an abort while a lost task is looked for keeps its submission and sends no more': { plant: deaf },
  'an abort of get is ERR_ABORTED with the reason and the handle': { plant: throwsReason },
  'a fetch that ignores its signal holds nobody up': { plant: deaf },
  'record is awaited before the paid POST leaves': {
    plant: recording((record) => async (entry) => void record(entry)),
  },
  'record is awaited after the verdict, before submit returns': {
    plant: recording((record) => async (entry) => {
      const noted = record(entry)
      if (entry.type === 'intent') await noted
    }),
  },
  'each further POST of a purchase is recorded before it leaves': {
    plant: optioning((options) => {
      let intents = 0
      const isRepeat = ({ type }: RecordEntry): boolean => type === 'intent' && ++intents > 1
      return { ...options, record: async (entry) => (isRepeat(entry) ? undefined : options.record?.(entry)) }
    }),
  },
  'a record that rejects stops the POST, and its error comes through': {
    plant: recording((record) => (entry) => record(entry).catch(() => undefined)),
  },
  'a record that fails after acceptance does not lose the handle': {
    plant: misjudging((error) => stripped(error, 'handle')),
  },
  'a record that fails after a lost answer does not hide the verdict': {
    plant: replacing((provider) => ({
      async submit(request, options) {
        let failed: unknown
        const record = async (entry: RecordEntry): Promise<void> =>
          options?.record?.(entry).catch((error: unknown) => {
            failed = error
          })
        return provider.submit(request, { ...options, record }).catch((error: ReelayError) => {
          throw failed ?? error
        })
      },
    })),
  },
  'a recorded intent holds the quote and the key, as plain JSON': {
    plant: recording((record) => (entry) => {
      const quote = { type: 'unknown', why: 'nobody asked' } as const
      return record(entry.type === 'intent' ? { ...entry, quote } : entry)
    }),
  },
}
