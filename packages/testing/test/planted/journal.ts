import { withDetails } from '@reelay/core'
import { misjudging, optioning, type PlantedFaults, replacing } from './break.ts'
import { remembers } from './submit.ts'

const freshKeys = optioning((options) => ({ ...options, idempotencyKey: crypto.randomUUID() }))

/** Buys another task when the one that the key stands for has failed. */
const replacesFailed = replacing((provider) => ({
  async submit(request, options) {
    const task = await provider.submit(request, options)
    return task.status === 'failed' ? provider.submit(request) : task
  },
}))

/** Faults that the cases about keys must notice in a provider with a journal. */
export const journalFaults: PlantedFaults = {
  'the same key and request buy once, however often they are submitted': {
    on: 'journaled',
    plant: replacesFailed,
  },
  'the same key and request buy once, even at the same time': { on: 'journaled', plant: freshKeys },
  'the same key never brings back another request’s clip': {
    on: 'journaled',
    plant: remembers((_, key) => key),
  },
  'after a crash, submitting again under the same key buys nothing twice': {
    on: 'journaled',
    plant: misjudging((error) => withDetails(error, { outcome: 'rejected' })),
  },
}
