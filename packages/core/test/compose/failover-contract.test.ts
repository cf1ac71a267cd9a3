import { describeProvider, type World } from '@reelay/testing'
import { expect, it } from 'vitest'
import { manifest as fal, createWorld as falWorld } from '../../../fal/test/world.ts'
import { manifest as kling } from '../../../kling/test/world.ts'
import { manifest as piapi } from '../../../piapi/test/world.ts'
import { manifest as replicate, createWorld as replicateWorld } from '../../../replicate/test/world.ts'
import { failover } from '../../src/index.ts'
import { both, type Compose, composed, klingWith, piapiWith, unpriced } from './composed.ts'

const alone: Compose = (world, setup) => failover([world.createProvider(setup)])

/** The first leaf has no key, so that whatever the second one serves is served by moving on. */
const afterKeyless: Compose = (world, setup) =>
  failover([
    world.createProvider({
      ...setup,
      account: `${setup?.account ?? 'default'}-without-key`,
      credentials: 'missing',
    }),
    world.createProvider(setup),
  ])

/** The second leaf may not be moved on to without leave, since nobody knows its price. */
const beforeUnpriced =
  (createSpare: () => World): Compose =>
  (world, setup) =>
    failover([world.createProvider(setup), unpriced(createSpare, world, setup)])

describeProvider(composed('failover([kling])', kling, klingWith, alone))
describeProvider(composed('failover([piapi])', piapi, piapiWith, alone))
describeProvider(composed('failover([fal])', fal, falWorld, alone))
describeProvider(composed('failover([kling without a key, kling])', kling, klingWith, afterKeyless))
describeProvider(
  composed('failover([replicate without a key, replicate])', replicate, replicateWorld, afterKeyless),
)
describeProvider(
  composed(
    'failover([kling, an unpriced replicate])',
    both(kling, replicate),
    klingWith,
    beforeUnpriced(replicateWorld),
  ),
)
describeProvider(
  composed(
    'failover([replicate, an unpriced fal])',
    both(replicate, fal),
    replicateWorld,
    beforeUnpriced(falWorld),
  ),
)

it.each([
  ['kling', klingWith],
  ['piapi', piapiWith],
])('nothing of %s is passed over here for want of a price', (_id, createOne) => {
  const { offers } = createOne().createProvider().catalog
  const unpriced = offers.filter(
    ({ state, price }) => state !== 'discontinued' && Object.keys(price.rates).length === 0,
  )
  expect(unpriced.map(({ kind, model, mode }) => `${kind} ${model} ${mode}`)).toEqual([])
})
