import { describeProvider } from '../src/index.ts'
import { pairDescriptor } from './fake/pair.ts'
import { fakeDescriptor } from './fake/world.ts'

describeProvider(fakeDescriptor('keyed'))
describeProvider(fakeDescriptor('searched'))
describeProvider(fakeDescriptor('plain'))
describeProvider(fakeDescriptor('journaled'))
describeProvider(fakeDescriptor('stepped'))
describeProvider(pairDescriptor())
describeProvider({ ...fakeDescriptor('keyed', { port: true }), name: 'keyed, behind a real port' })
