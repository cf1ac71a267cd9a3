import { describeProvider } from '@reelay/testing'
import { createWorld, manifest, schemes } from './world.ts'

for (const [name, scheme] of Object.entries(schemes)) {
  describeProvider({ name: `kling with ${name}`, manifest, world: () => createWorld(scheme) })
}
