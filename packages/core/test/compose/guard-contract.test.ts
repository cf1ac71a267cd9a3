import { describeProvider } from '@reelay/testing'
import { guard, usd } from '../../src/index.ts'
import { around, descriptors } from './guard-worlds.ts'

const options = {
  maxCostPerTask: usd(50),
  budget: { amount: usd(1_000), windowMs: 3_600_000 },
  confirm: async () => true,
  // Some kinds are sold at prices that nobody knows.
  allowUnknownPrice: true,
}

for (const descriptor of descriptors) {
  describeProvider(around(descriptor, 'guard', (provider) => guard(provider, options)))
}
