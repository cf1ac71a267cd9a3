import { describeKindsDoor } from '@reelay/rig/kinds-door'
import { expect, test } from 'vitest'
import * as door from '../src/kinds/index.ts'
import { createPiapiWith, piapiVideo } from '../src/kinds/index.ts'
import { kinds } from '../src/spec.ts'
import { seller } from './world.ts'

describeKindsDoor({
  ...{ seller, door, kinds, video: piapiVideo },
  names: ['createPiapi', 'createPiapiWith'],
  createWith: createPiapiWith,
  other: {
    kind: 'virtual-try-on',
    personImage: 'https://example.com/person.jpg',
    garmentImage: 'https://example.com/shirt.jpg',
  },
})

test('its catalogue has the kinds that it was made with, in the type too', () => {
  const { offers } = createPiapiWith({ kinds: [piapiVideo] }).catalog
  const sold: readonly ('text-to-video' | 'image-to-video')[] = offers.map(({ kind }) => kind)
  expect(new Set(sold)).toEqual(new Set(['text-to-video', 'image-to-video']))
})
