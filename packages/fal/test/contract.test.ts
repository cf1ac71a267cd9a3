import { describeProvider } from '@reelay/testing'
import { createWorld, manifest } from './support/world.ts'

describeProvider({ name: 'fal', manifest, world: createWorld })
