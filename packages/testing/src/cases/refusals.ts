import { equal, ok } from '../assert.ts'
import type { ContractCase } from '../case.ts'
import { attempt, balanced, errorOf } from '../probe/attempt.ts'
import { plant } from '../probe/plant.ts'
import { refusals } from './trouble.ts'

/** A create that the provider refuses, in words that prove nothing was made. */
export const refusalCases: readonly ContractCase[] = [
  ...refusals.map(
    ({ title, fault, code }): ContractCase => ({
      name: `a create refused for ${title} is rejected as ${code} and not sent again`,
      rule: 'money 2',
      async run(world, { idempotency }) {
        const provider = world.createProvider()
        plant(world, fault, { times: Number.POSITIVE_INFINITY })
        const refused = await attempt(world, provider)
        const error = errorOf(refused)
        equal([error.code, error.outcome], [code, 'rejected'], 'code and outcome')
        equal([refused.tasks, refused.charges], [0, 0], 'tasks and charges')
        // New credentials may go once more where an id of ours makes that safe.
        const most = fault === 'unauthorized' && idempotency === 'external-id' ? 2 : 1
        ok(refused.posts <= most, `${refused.posts} paid POSTs left for a refused request`)
        ok(error.httpStatus !== undefined, 'the error tells the HTTP status')
        balanced(refused)
      },
    }),
  ),
  {
    name: 'a rate limit tells how long to wait, and submit leaves the waiting to its caller',
    rule: 'money 2',
    async run(world) {
      const provider = world.createProvider()
      plant(world, 'rate-limit', { retryAfter: 7 })
      const refused = await attempt(world, provider)
      const error = errorOf(refused)
      equal([error.retryable, error.retryAfterMs], [true, 7_000], 'retryable and retryAfterMs')
      equal([refused.posts, refused.elapsedMs], [1, 0], 'paid POSTs and milliseconds')
    },
  },
]
