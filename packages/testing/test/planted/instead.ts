import { problem } from '@reelay/core/adapter'
import { type Planted, type PlantedFaults, replacing, sendsAgain } from './break.ts'
import { secretFaults } from './secrets.ts'

const pretends = (method: 'getMany' | 'cancel'): Planted => ({
  on: 'plain',
  plant: replacing(() =>
    method === 'getMany' ? { getMany: async () => new Map() } : { cancel: async () => 'too-late' },
  ),
})

/** Faults that what happens instead must notice, by the reason for which a case does not apply. */
export const insteadFaults: PlantedFaults = {
  'the provider cannot look for a task by its submission': { on: 'plain', plant: sendsAgain },
  'the provider takes no id of ours': { on: 'plain', plant: sendsAgain },
  'the provider cannot read many tasks at once': pretends('getMany'),
  'the provider cannot stop a task': pretends('cancel'),
  'the manifest names no environment variables': {
    on: 'plain',
    plant:
      secretFaults[
        'missing credentials are an error of configuration before any request, naming the variables to set'
      ]?.plant ?? {},
  },
  'nothing that is sold is paid for in steps': {
    on: 'plain',
    plant: {
      provider: ({ catalog, ...provider }) => ({
        ...provider,
        catalog: { ...catalog, offers: catalog.offers.map((offer) => ({ ...offer, steps: {} })) },
      }),
    },
  },
  'there is no manifest of an adapter': {
    on: 'plain',
    plant: {
      spec: ({ catalog, ...spec }) => ({
        ...spec,
        catalog: { ...catalog, offers: catalog.offers.filter(({ kind }) => kind !== 'text-to-video') },
      }),
    },
  },
  'the manifest names no reserved options': {
    on: 'plain',
    plant: {
      spec: (spec) => ({
        ...spec,
        kinds: spec.kinds.map((sold) => ({
          ...sold,
          check: () => [problem('seed', 'required', 'There is no seed.', 'Set it.')],
        })),
      }),
    },
  },
}
