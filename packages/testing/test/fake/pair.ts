import {
  type CallOptions,
  ReelayError,
  type RenderRequest,
  type Submission,
  type TaskHandle,
  type VideoProvider,
} from '@reelay/core'
import type { Descriptor, Manifest } from '../../src/index.ts'
import { fakeDescriptor } from './world.ts'

/** A composition is no adapter: it has no manifest of its own. */
const withoutAdapter = ({ adapter: _, ...manifest }: Manifest): Manifest => manifest

/** The smallest composition: the second leaf serves what the first does not sell. */
function createPair(first: VideoProvider, second: VideoProvider): VideoProvider {
  const leaves = [first, second]

  function leafOf(of: TaskHandle | Submission): VideoProvider {
    const leaf = leaves.find(({ id, account }) => id === of.provider && account === of.account)
    if (leaf) return leaf
    const what = 'id' in of ? { handle: of, outcome: 'none' } : { submission: of, outcome: 'unknown' }
    const message = `Neither leaf is ${of.provider} (account ${of.account}).`
    throw new ReelayError('ERR_INVALID_REQUEST', message, { ...what } as { outcome: 'none' | 'unknown' })
  }

  const able = (request: RenderRequest): VideoProvider =>
    leaves.find((leaf) => leaf.appraise(request).problems.length === 0) ?? first

  const unsupported = (id: string): never => {
    throw new ReelayError('ERR_UNSUPPORTED', `${id} cannot do that.`, { outcome: 'none' })
  }

  return Object.freeze({
    ...first,
    id: 'pair',
    catalog: {
      defaultModel: first.catalog.defaultModel,
      offers: leaves.flatMap(({ catalog }) => catalog.offers),
    },
    owns: (handle: TaskHandle) => leaves.some((leaf) => leaf.owns(handle)),
    appraise: (request) => able(request).appraise(request),
    check: (request) => able(request).check(request),
    quote: (request) => able(request).quote(request),
    submit: (request, options) => able(request).submit(request, options),
    get: async (handle, options) => leafOf(handle).get(handle, options),
    async getMany(handles: readonly TaskHandle[], options?: CallOptions) {
      const groups = [...Map.groupBy(handles, leafOf)]
      const answers = groups.map(([leaf, some]) => leaf.getMany?.(some, options) ?? unsupported(leaf.id))
      return new Map((await Promise.all(answers)).flatMap((answer) => [...answer]))
    },
    async find(submission: Submission, options?: CallOptions) {
      const leaf = leafOf(submission)
      return leaf.find?.(submission, options) ?? unsupported(leaf.id)
    },
    async cancel(handle: TaskHandle, options?: CallOptions) {
      const leaf = leafOf(handle)
      return leaf.cancel?.(handle, options) ?? unsupported(leaf.id)
    },
  } satisfies VideoProvider)
}

/** Two providers as one; the contract holds for compositions as well. */
export function pairDescriptor(): Descriptor {
  const [keyed, plain] = [fakeDescriptor('keyed'), fakeDescriptor('plain')]
  return {
    name: 'a pair',
    manifest: {
      ...withoutAdapter(keyed.manifest),
      reservedOptions: { keyed: ['external_id'], plain: ['external_id'] },
    },
    async world() {
      const [world, spare] = [await keyed.world(), await plain.world()]
      return {
        ...world,
        createProvider: (setup) => createPair(world.createProvider(setup), spare.createProvider(setup)),
      }
    },
  }
}
