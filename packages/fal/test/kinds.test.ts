import { describeKindsDoor } from '@reelay/rig/kinds-door'
import { expect, test } from 'vitest'
import * as door from '../src/kinds/index.ts'
import { createFalWith, falVideo } from '../src/kinds/index.ts'
import { kinds } from '../src/spec.ts'
import { seller } from './world.ts'

describeKindsDoor({
  ...{ seller, door, kinds, video: falVideo },
  names: ['createFal', 'createFalWith'],
  createWith: createFalWith,
  other: { kind: 'text-to-image', prompt: 'A paper boat' },
})

test('its catalogue has the kinds that it was made with, in the type too', () => {
  const { offers } = createFalWith({ kinds: [falVideo] }).catalog
  const sold: readonly ('text-to-video' | 'image-to-video')[] = offers.map(({ kind }) => kind)
  expect(new Set(sold)).toEqual(new Set(['text-to-video', 'image-to-video']))
})
