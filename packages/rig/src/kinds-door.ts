import {
  generate,
  type Kind,
  type ProviderOptionsBase,
  type RenderRequest,
  type VideoProvider,
  wait,
} from '@reelay/core'
import { describeProvider } from '@reelay/testing'
import { expect, test } from 'vitest'
import { rigFor } from './rig-for.ts'
import type { Seller } from './seller.ts'

/** A door of kinds, beside the provider with all of them. */
export interface KindsDoor<Id extends string, Options extends ProviderOptionsBase, Sold> {
  readonly seller: Seller<Id, Options, VideoProvider>
  /** What the door exports. */
  readonly door: Readonly<Record<string, unknown>>
  /** Every kind that the whole provider sells. */
  readonly kinds: readonly Sold[]
  /** The kind of clips from words and images. */
  readonly video: Sold
  /** The names of the two functions: `createFal`, `createFalWith`. */
  readonly names: readonly [whole: string, some: `create${string}`]
  readonly createWith: (options: { readonly kinds: readonly Sold[] } & Options) => VideoProvider
  /** Of a kind that is not among the clips. */
  readonly other: RenderRequest
}

/** Holds a door of kinds to what it promises: the same provider, which reads tasks of every kind and sells its own. */
export function describeKindsDoor<Id extends string, Options extends ProviderOptionsBase, Sold>({
  seller,
  door,
  kinds,
  video,
  names: [wholeName, someName],
  createWith,
  other,
}: KindsDoor<Id, Options, Sold>): void {
  const { id, boat, manifest } = seller
  const createClips = (options?: Options): VideoProvider =>
    createWith({ kinds: [video], ...(options as Options) })
  const clipsRig = rigFor({
    ...seller,
    create: createClips,
    manifest: {
      ...manifest,
      create: someName,
      kinds: ['text-to-video', 'image-to-video'],
      can: { ...manifest.can, usage: false, account: false },
    },
  })

  describeProvider({
    name: `${id} with the clips of words and images alone`,
    manifest: clipsRig.manifest,
    world: () => clipsRig.createWorld(),
  })

  /** The emulated provider with all kinds, and beside it one that sells clips alone. */
  function setup() {
    const rig = rigFor(seller).createRig()
    const { emulator, clock } = rig
    const options = { ...seller.keys, fetch: clock.track(emulator.fetch), clock } as unknown as Options
    return { ...rig, whole: seller.create(options), clips: createClips(options) }
  }

  test(`every kind that ${wholeName} sells is behind the door, and all of them together are its catalogue`, () => {
    const rooms = Object.entries(door).flatMap(([name, one]) => (name.startsWith('create') ? [] : [one]))
    expect(new Set<unknown>(rooms)).toEqual(new Set(kinds))
    expect(createWith({ kinds, ...({} as Options) }).catalog).toEqual(setup().whole.catalog)
  })

  test('what it sells it asks for in the same words, at the same price', () => {
    const { whole, clips } = setup()
    expect(clips.encode?.(boat)).toEqual(whole.encode?.(boat))
    expect(clips.appraise(boat)).toEqual(whole.appraise(boat))
    const sold = clips.catalog.offers.map(({ kind }) => kind)
    expect(new Set<Kind>(sold)).toEqual(new Set(['text-to-video', 'image-to-video']))
  })

  test('a kind that it was made without is refused before any request, naming who sells it', async () => {
    const { clips, requests } = setup()
    const [problem] = clips.check(other)
    expect(problem).toMatchObject({
      field: 'kind',
      message: `This ${id} was made without ${other.kind}.`,
      fix: expect.stringContaining(`${wholeName} of @reelay/${id} sells it too.`),
    })
    await expect(clips.submit(other)).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED', outcome: 'none' })
    expect(requests('create')).toEqual([])
  })

  test('tasks of such a kind are read and waited for, whoever bought them', async () => {
    const { whole, clips } = setup()
    const bought = await Promise.all([whole.submit(other), whole.submit(boat)])
    const handles = bought.map(({ handle }) => handle)
    const tasks = await Promise.all(handles.map((handle) => wait(clips, handle)))
    for (const [at, handle] of handles.entries()) {
      const same = await whole.get(handle)
      if (same.status !== 'succeeded') expect.fail(same.status)
      expect(tasks[at]).toMatchObject({ status: 'succeeded', outputs: same.outputs })
    }
    expect(clips.getMany === undefined).toBe(whole.getMany === undefined)
    if (!whole.getMany) return
    const many = await clips.getMany?.(handles)
    expect(handles.map((handle) => many?.get(handle))).toMatchObject(
      handles.map(() => ({ status: 'succeeded' })),
    )
  })

  test('it renders', async () => {
    const { clips } = setup()
    expect((await generate(clips, boat)).outputs).toMatchObject([{ kind: 'video' }])
  })
}
