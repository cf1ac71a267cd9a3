import { generate, type Kind, type SucceededTask, wait } from '@reelay/core'
import { rigFor } from '@reelay/rig'
import { describeProvider } from '@reelay/testing'
import { expect, test } from 'vitest'
import type { PiapiOptions } from '../src/index.ts'
import * as door from '../src/kinds/index.ts'
import { createPiapiWith, piapiVideo } from '../src/kinds/index.ts'
import { kinds } from '../src/spec.ts'
import { apiKey, boat, createRig, seller } from './world.ts'

const createClips = (options?: PiapiOptions) => createPiapiWith({ kinds: [piapiVideo], ...options })

const clipsRig = rigFor({
  ...seller,
  create: createClips,
  manifest: {
    ...seller.manifest,
    create: 'createPiapiWith',
    kinds: ['text-to-video', 'image-to-video'],
    can: { ...seller.manifest.can, usage: false, account: false },
  },
})

describeProvider({
  name: 'piapi with the clips of words and images alone',
  manifest: clipsRig.manifest,
  world: () => clipsRig.createWorld(),
})

const other = {
  kind: 'virtual-try-on',
  personImage: 'https://example.com/person.jpg',
  garmentImage: 'https://example.com/shirt.jpg',
} as const

/** The emulated piapi, the provider with all kinds, and beside it one that sells clips alone. */
function setup() {
  const rig = createRig()
  const { emulator, clock } = rig
  return { ...rig, clips: createClips({ apiKey, fetch: clock.track(emulator.fetch), clock }) }
}

test('every kind that createPiapi sells is behind the door, and all of them together are its catalogue', () => {
  const rooms = Object.entries(door).flatMap(([name, one]) => (name.startsWith('create') ? [] : [one]))
  expect(new Set<unknown>(rooms)).toEqual(new Set(kinds))
  expect(createPiapiWith({ kinds }).catalog).toEqual(setup().piapi.catalog)
})

test('what it sells it asks for in the same words, at the same price', () => {
  const { piapi, clips } = setup()
  expect(clips.encode?.(boat)).toEqual(piapi.encode?.(boat))
  expect(clips.appraise(boat)).toEqual(piapi.appraise(boat))
  const sold: readonly ('text-to-video' | 'image-to-video')[] = clips.catalog.offers.map(({ kind }) => kind)
  expect(new Set<Kind>(sold)).toEqual(new Set(['text-to-video', 'image-to-video']))
})

test('a kind that it was made without is refused before any request, naming who sells it', async () => {
  const { clips, requests } = setup()
  const [problem] = clips.check(other)
  expect(problem).toMatchObject({
    field: 'kind',
    message: `This piapi was made without ${other.kind}.`,
    fix: expect.stringContaining('createPiapi of @reelay/piapi sells it too.'),
  })
  await expect(clips.submit(other)).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED', outcome: 'none' })
  expect(requests('create')).toEqual([])
})

test('tasks of such a kind are read and waited for, whoever bought them', async () => {
  const { piapi, clips } = setup()
  const bought = await Promise.all([piapi.submit(other), piapi.submit(boat)])
  const handles = bought.map(({ handle }) => handle)
  const tasks = await Promise.all(handles.map((handle) => wait(clips, handle)))
  for (const [at, handle] of handles.entries()) {
    const same = (await piapi.get(handle)) as SucceededTask
    expect(tasks[at]).toMatchObject({ status: 'succeeded', outputs: same.outputs })
  }
})

test('it renders', async () => {
  const { clips } = setup()
  expect((await generate(clips, boat)).outputs).toMatchObject([{ kind: 'video' }])
})
