import type { Kind } from './words.ts'

/**
 * Ids of the providers that Reelay has adapters for: names that may stand under `providerOptions`, whoever renders in the
 * end. Adapters of others add their own id by being asked.
 */
export const knownProviders: readonly string[] = ['kling', 'piapi', 'fal', 'replicate']

/**
 * Who of them sells which model under its official name, by kind: what a provider that does not sell it can say of the
 * others, which it cannot see. The catalogues decide; a test holds this table to them.
 */
export const sellers: { readonly [kind in Kind]?: Readonly<Record<string, readonly string[]>> } = {
  'text-to-video': {
    'kling-v1': ['piapi', 'fal'],
    'kling-v1-5': ['piapi', 'fal'],
    'kling-v1-6': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v2-1': ['piapi'],
    'kling-v2-1-master': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v2-5': ['piapi'],
    'kling-v2-5-turbo': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v2-6': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v2-master': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v3': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v3-omni': ['piapi', 'fal', 'replicate'],
    'kling-v3-turbo': ['fal'],
    'kling-v4': ['piapi', 'fal'],
    'kling-v4-flash': ['piapi'],
    'kling-video-o1': ['piapi', 'replicate'],
  },
  'image-to-video': {
    'kling-v1': ['piapi', 'fal'],
    'kling-v1-5': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v1-6': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v2-1': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v2-1-master': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v2-5': ['piapi'],
    'kling-v2-5-turbo': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v2-6': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v2-master': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v3': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v3-omni': ['fal', 'replicate'],
    'kling-v3-turbo': ['fal'],
    'kling-v4': ['piapi', 'fal'],
    'kling-v4-flash': ['piapi'],
    'kling-video-o1': ['fal', 'replicate'],
  },
  'reference-to-video': {
    'kling-v1-6': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v3-omni': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-v4': ['piapi', 'fal'],
    'kling-v4-flash': ['piapi'],
    'kling-video-o1': ['kling', 'piapi', 'fal', 'replicate'],
  },
  extend: {
    'kling-v1': ['kling', 'piapi'],
    'kling-v1-5': ['kling', 'piapi'],
    'kling-v1-6': ['kling', 'piapi'],
  },
  'lip-sync': {
    'kling-lip-sync': ['kling', 'piapi', 'fal', 'replicate'],
    'kling-lip-sync-2025': ['kling'],
  },
  'virtual-try-on': {
    'kling-try-on-v3': ['kling'],
    'kolors-virtual-try-on-v1': ['kling'],
    'kolors-virtual-try-on-v1-5': ['kling', 'piapi', 'fal'],
  },
  'text-to-image': {
    'kling-image-o1': ['kling'],
    'kling-v1': ['kling'],
    'kling-v1-5': ['kling'],
    'kling-v2': ['kling'],
    'kling-v2-1': ['kling'],
    'kling-v3': ['kling', 'fal'],
    'kling-v3-omni': ['kling', 'fal'],
  },
  'image-to-image': {
    'kling-image-o1': ['kling', 'fal'],
    'kling-v1': ['kling'],
    'kling-v1-5': ['kling'],
    'kling-v2': ['kling'],
    'kling-v2-1': ['kling'],
    'kling-v2-new': ['kling'],
    'kling-v3': ['kling', 'fal'],
    'kling-v3-omni': ['kling', 'fal'],
  },
}
