import { describeKindsDoor } from '@reelay/rig/kinds-door'
import { expect, test } from 'vitest'
import * as door from '../src/kinds/index.ts'
import { createReplicateWith, replicateVideo } from '../src/kinds/index.ts'
import { kinds } from '../src/spec.ts'
import { seller } from './world.ts'

describeKindsDoor({
  ...{ seller, door, kinds, video: replicateVideo },
  names: ['createReplicate', 'createReplicateWith'],
  createWith: createReplicateWith,
  other: {
    kind: 'lip-sync',
    video: 'https://example.com/boat.mp4',
    text: 'The boats go out at six.',
    voice: 'uk_man2',
  },
})

test('its catalogue has the kinds that it was made with, in the type too', () => {
  const { offers } = createReplicateWith({ kinds: [replicateVideo] }).catalog
  const sold: readonly ('text-to-video' | 'image-to-video')[] = offers.map(({ kind }) => kind)
  expect(new Set(sold)).toEqual(new Set(['text-to-video', 'image-to-video']))
})
