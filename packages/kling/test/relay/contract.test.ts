import type { KlingRelayOptions } from '@reelay/emulator'
import { describeProvider } from '@reelay/testing'
import { createRelayWorld, manifest } from './world.ts'

const wires: Readonly<Record<string, KlingRelayOptions>> = {
  'K in seconds, after Kling’s codes': { form: 'K', times: 's', errors: 'codes' },
  'O and W': { form: { create: 'O', read: 'W' } },
  'K+ and F': { form: { create: 'K+', read: 'F' } },
  B: { form: 'B' },
}

for (const [name, relay] of Object.entries(wires)) {
  describeProvider({
    name: `kling at a relay that answers ${name}`,
    manifest,
    world: () => createRelayWorld(relay),
  })
}
