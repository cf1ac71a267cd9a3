import { generate, type Kind, type SucceededTask, wait } from '@reelay/core'
import { rigFor } from '@reelay/rig'
import { describeProvider } from '@reelay/testing'
import { expect, test } from 'vitest'
import type { FalOptions } from '../src/index.ts'
import * as door from '../src/kinds/index.ts'
import { createFalWith, falVideo } from '../src/kinds/index.ts'
import { kinds } from '../src/spec.ts'
import { apiKey, boat, createRig, seller } from './world.ts'

const createClips = (options?: FalOptions) => createFalWith({ kinds: [falVideo], ...options })

const clipsRig = rigFor({
  ...seller,
  create: createClips,
  manifest: {
    ...seller.manifest,
    create: 'createFalWith',
    kinds: ['text-to-video', 'image-to-video'],
    can: { ...seller.manifest.can, usage: false, account: false },
  },
})

describeProvider({
  name: 'fal with the clips of words and images alone',
  manifest: clipsRig.manifest,
  world: () => clipsRig.createWorld(),
})

const other = { kind: 'text-to-image', prompt: 'A paper boat' } as const

/** The emulated fal, the provider with all kinds, and beside it one that sells clips alone. */
function setup() {
  const rig = createRig()
  const { emulator, clock } = rig
  return { ...rig, clips: createClips({ apiKey, fetch: clock.track(emulator.fetch), clock }) }
}

test('every kind that createFal sells is behind the door, and all of them together are its catalogue', () => {
  const rooms = Object.entries(door).flatMap(([name, one]) => (name.startsWith('create') ? [] : [one]))
  expect(new Set<unknown>(rooms)).toEqual(new Set(kinds))
  expect(createFalWith({ kinds }).catalog).toEqual(setup().fal.catalog)
})

test('what it sells it asks for in the same words, at the same price', () => {
  const { fal, clips } = setup()
  expect(clips.encode?.(boat)).toEqual(fal.encode?.(boat))
  expect(clips.appraise(boat)).toEqual(fal.appraise(boat))
  const sold: readonly ('text-to-video' | 'image-to-video')[] = clips.catalog.offers.map(({ kind }) => kind)
  expect(new Set<Kind>(sold)).toEqual(new Set(['text-to-video', 'image-to-video']))
})

test('a kind that it was made without is refused before any request, naming who sells it', async () => {
  const { clips, requests } = setup()
  const [problem] = clips.check(other)
  expect(problem).toMatchObject({
    field: 'kind',
    message: `This fal was made without ${other.kind}.`,
    fix: expect.stringContaining('createFal of @reelay/fal sells it too.'),
  })
  await expect(clips.submit(other)).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED', outcome: 'none' })
  expect(requests('create')).toEqual([])
})

test('tasks of such a kind are read and waited for, whoever bought them', async () => {
  const { fal, clips } = setup()
  const bought = await Promise.all([fal.submit(other), fal.submit(boat)])
  const handles = bought.map(({ handle }) => handle)
  const tasks = await Promise.all(handles.map((handle) => wait(clips, handle)))
  for (const [at, handle] of handles.entries()) {
    const same = (await fal.get(handle)) as SucceededTask
    expect(tasks[at]).toMatchObject({ status: 'succeeded', outputs: same.outputs })
  }
  const many = await clips.getMany(handles)
  expect(handles.map((handle) => many.get(handle))).toMatchObject(
    handles.map(() => ({ status: 'succeeded' })),
  )
})

test('it renders', async () => {
  const { clips } = setup()
  expect((await generate(clips, boat)).outputs).toMatchObject([{ kind: 'video' }])
})
