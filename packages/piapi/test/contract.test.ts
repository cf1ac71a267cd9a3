import { describeProvider } from '@reelay/testing'
import { createWorld, manifest } from './world.ts'

describeProvider({ name: 'piapi', manifest, world: createWorld })
