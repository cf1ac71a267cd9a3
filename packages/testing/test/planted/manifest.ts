import type { PlantedFaults } from './break.ts'

/** Manifests that say something else than their provider does, and a secret that the adapter forgets. */
export const manifestFaults: PlantedFaults = {
  'an instance is what the manifest says: id, methods, hosts, kinds and forms of images': {
    plant: { manifest: (manifest) => ({ ...manifest, kinds: ['text-to-video'] }) },
  },
  'a callback address leaves with the request exactly where the manifest speaks of callbacks': {
    plant: { manifest: ({ webhooks: _, ...manifest }) => manifest },
  },
  'each variable that the manifest names is read when no option is given': {
    plant: {
      manifest: (manifest) => ({
        ...manifest,
        options: {
          ...manifest.options,
          apiKey: { type: 'text', secret: true, env: ['FAKE_API_KEY', 'FAKE_OLD_KEY'], doc: 'The key.' },
        },
      }),
    },
  },
  'each option that the manifest names is taken: what it cannot mean is refused before any request': {
    plant: {
      manifest: (manifest) => ({
        ...manifest,
        options: { ...manifest.options, stream: { type: 'boolean', doc: 'An option that nobody takes.' } },
      }),
    },
  },
  'what the manifest calls a secret shows in no error, however it was given': {
    plant: { auth: (auth) => ({ ...auth, secrets: () => [] }) },
  },
}
