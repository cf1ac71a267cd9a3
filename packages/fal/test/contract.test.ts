import { describeProvider } from '@reelay/testing'
import { createWorld, manifest } from './world.ts'

describeProvider({ name: 'fal', manifest, world: () => createWorld() })

// Where the history lists running requests, and nobody else buys on the account, lost tasks are found as anywhere.
describeProvider({
  name: 'fal, soleSubmitter',
  manifest: { ...manifest, find: true },
  world: () => createWorld({ historyOfRunning: true, queuedMs: 0 }, { soleSubmitter: true }),
})
