import { contractCases, describeProvider, runCase } from '@reelay/testing'
import { describe, expect, it } from 'vitest'
import { govern } from '../../src/index.ts'
import { around, descriptors } from './guard-worlds.ts'

// What govern is for: these refusals it sits out instead of passing them on.
const satOut = new Map([
  ['a create refused for too many requests is rejected as ERR_RATE_LIMIT and not sent again', 'rate-limit'],
  [
    'a create refused for too many tasks at a time is rejected as ERR_CONCURRENCY and not sent again',
    'concurrency',
  ],
  ['a rate limit tells how long to wait, and submit leaves the waiting to its caller', 'rate-limit'],
])

for (const descriptor of descriptors) {
  const options = { concurrency: 50, rate: { perMinute: 600 } }
  // Told not to wait, it keeps every promise.
  describeProvider(
    around(descriptor, 'impatient govern', (inner) => govern(inner, { ...options, maxWaitMs: 0 })),
  )

  const patient = around(descriptor, 'govern', (inner) => govern(inner, options))
  describe(`the contract of ${patient.name}`, { concurrent: false }, () => {
    it.each(contractCases.filter(({ name }) => !satOut.has(name)))('$name', async (one) => {
      // What the wire cannot simulate is reported by the other run.
      await runCase(one, patient)
    })

    it.each([...satOut])('not here: %s', async (name, fault) => {
      expect(contractCases.map((one) => one.name)).toContain(name)
      const world = await patient.world()
      world.wire.fault(fault as 'rate-limit', { times: 3 })
      const task = await world.createProvider().submit(world.request)
      expect(task.status).toBe('queued')
      expect([world.wire.posts(), world.wire.tasks()]).toEqual([4, 1])
      await world.close?.()
    })
  })
}
