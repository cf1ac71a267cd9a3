import { journaled, memoryJournal, type VideoProvider } from '@reelay/core'
import { contractCases, type Descriptor, runCase } from '@reelay/testing'
import { describe, it } from 'vitest'
import { manifest as falManifest, createWorld as falWorld } from '../../../fal/test/support/world.ts'
import {
  manifest as klingManifest,
  createWorld as klingWorld,
  schemes,
} from '../../../kling/test/support/world.ts'

/** What a journal changes on purpose, and where that is proved instead. */
const changed: Readonly<Record<string, string>> = {
  'the same key never brings back another request’s clip': 'it is refused: see journaled.test.ts',
}

/** Without an id of ours a bare provider sends a key's purchase again; a journal does not. */
const changedWithoutId: Readonly<Record<string, string>> = {
  ...changed,
  ...Object.fromEntries(
    [
      'the same key and request buy once, however often they are submitted',
      'the same key and request buy once, even at the same time',
      'after a crash, submitting again under the same key buys nothing twice',
    ].map((name) => [name, 'nothing is sent the second time: see journaled.test.ts']),
  ),
}

/** A journal of its own for each provider, as the contract's providers are strangers to each other. */
function withJournal(descriptor: Descriptor): Descriptor {
  return {
    ...descriptor,
    async world() {
      const world = await descriptor.world()
      const createProvider = (...setup: Parameters<typeof world.createProvider>): VideoProvider =>
        journaled(world.createProvider(...setup), memoryJournal())
      return { ...world, createProvider }
    },
  }
}

function describeJournaled(inner: Descriptor, exceptions: Readonly<Record<string, string>>): void {
  const descriptor = withJournal(inner)
  describe(`the contract of ${descriptor.name}`, { concurrent: false }, () => {
    for (const one of contractCases) {
      it(`[${one.rule}] ${one.name}`, async (context) => {
        const exception = exceptions[one.name]
        if (exception) return context.skip(exception)
        const result = await runCase(one, descriptor)
        if (result.state === 'skipped') context.skip(result.reason)
      })
    }
  })
}

const scheme = schemes['an API key'] ?? { valid: {}, wrong: {} }
describeJournaled(
  { name: 'journaled(kling)', manifest: klingManifest, world: () => klingWorld(scheme) },
  changed,
)
describeJournaled({ name: 'journaled(fal)', manifest: falManifest, world: falWorld }, changedWithoutId)
