import { describeProvider } from '../src/index.ts'
import { fakeDescriptor } from './fake/world.ts'

describeProvider(fakeDescriptor('keyed'))
describeProvider(fakeDescriptor('plain'))
