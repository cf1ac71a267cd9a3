import {
  clipOf,
  failover,
  generate,
  journaled,
  type Kind,
  type LipSyncRequest,
  memoryJournal,
  resume,
  type Submission,
  type SucceededTask,
  wait,
} from '@reelay/core'
import { rigFor } from '@reelay/rig'
import { describeProvider } from '@reelay/testing'
import { describe, expect, test } from 'vitest'
import type { KlingOptions } from '../src/index.ts'
import * as door from '../src/kinds/index.ts'
import { createKlingWith, klingExtend, klingLipSync, klingVideo } from '../src/kinds/index.ts'
import { kinds } from '../src/spec.ts'
import { createRig, schemes, seller } from './world.ts'

const createClips = (options?: KlingOptions) => createKlingWith({ kinds: [klingVideo], ...options })

const clipsRig = rigFor({
  ...seller,
  steps: [],
  create: createClips,
  manifest: {
    ...seller.manifest,
    create: 'createKlingWith',
    kinds: ['text-to-video', 'image-to-video'],
    can: { ...seller.manifest.can, usage: false, account: false },
  },
})

describeProvider({
  name: 'kling with the clips of words and images alone',
  manifest: clipsRig.manifest,
  world: () => clipsRig.createWorld({ ...schemes['an API key'], emulated: { unverifiedModels: 'accept' } }),
})

const boat = { kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v2-6', duration: 5 } as const
const personImage = 'https://example.com/person.jpg'
const garmentImage = 'https://example.com/shirt.jpg'
const image = { kind: 'text-to-image', prompt: 'A paper boat' } as const
const tryOn = { kind: 'virtual-try-on', personImage, garmentImage } as const
const key = { idempotencyKey: 'order-1' }

/** An emulated Kling, the provider with all kinds, and beside it one that sells clips alone. */
function setup() {
  const { apiKey } = schemes['an API key']?.valid ?? {}
  const rig = createRig({ apiKey })
  const { emulator, clock } = rig
  const clips = createClips({ apiKey, fetch: clock.track(emulator.fetch), clock })
  return { ...rig, clips, charges: () => emulator.control.ledger().length }
}

test('every kind that createKling sells is behind the door, and all of them together are its catalogue', () => {
  const rooms = Object.values(door).filter((one) => typeof one === 'object')
  expect(new Set(rooms)).toEqual(new Set(kinds))
  expect(createKlingWith({ kinds }).catalog).toEqual(setup().kling.catalog)
})

test('what it sells it asks for in the same words, at the same price', () => {
  const { kling, clips } = setup()
  for (const request of [boat, { ...boat, kind: 'image-to-video', startImage: personImage } as const]) {
    expect(clips.encode?.(request)).toEqual(kling.encode?.(request))
    expect(clips.appraise(request)).toEqual(kling.appraise(request))
  }
})

test('its catalogue has the rows of its kinds, in the type too', () => {
  const seconds: readonly number[] = createClips().catalog.offers.flatMap(({ limits }) => limits.durations)
  expect(Math.max(...seconds)).toBe(15)
  const sold = createKlingWith({ kinds: [klingVideo, klingLipSync] }).catalog.offers.map(({ kind }) => kind)
  const typed: readonly ('text-to-video' | 'image-to-video' | 'lip-sync')[] = sold
  expect(new Set<Kind>(typed)).toEqual(new Set(['text-to-video', 'image-to-video', 'lip-sync']))
})

describe('a kind that it was made without', () => {
  test('is refused before any request, naming who sells it', async () => {
    const { clips, requests } = setup()
    const [problem] = clips.check(image)
    expect(problem).toMatchObject({
      field: 'kind',
      rule: 'unsupported',
      message: 'This kling was made without text-to-image.',
      fix: expect.stringMatching(
        /^It sells text-to-video, image-to-video\. createKling of @reelay\/kling sells it too\. fal sells/,
      ),
    })
    await expect(clips.submit(image)).rejects.toMatchObject({ code: 'ERR_UNSUPPORTED', outcome: 'none' })
    expect(requests('create')).toEqual([])
  })

  test('is read, waited for and counted, whoever bought it', async () => {
    const { kling, clips } = setup()
    const bought = await Promise.all([kling.submit(image), kling.submit(tryOn), kling.submit(boat)])
    const handles = bought.map(({ handle }) => handle)
    for (const handle of handles) {
      expect(clips.owns(handle)).toBe(true)
      const task = (await wait(clips, handle)) as SucceededTask
      const same = (await kling.get(handle)) as SucceededTask
      expect(task.status).toBe('succeeded')
      expect(task.outputs).toEqual(same.outputs)
      expect(task.cost?.native).toEqual(same.cost?.native)
    }
    const many = await clips.getMany(handles)
    expect(handles.map((handle) => many.get(handle))).toMatchObject(
      handles.map(() => ({ status: 'succeeded' })),
    )
  })

  test('is found by its submission', async () => {
    const { kling, clips } = setup()
    let submission: Submission | undefined
    const task = await kling.submit(image, {
      record: async (entry) => {
        submission = entry.submission
      },
    })
    expect(await clips.find(submission ?? expect.fail())).toMatchObject({
      state: 'found',
      task: { id: task.id },
    })
  })

  test('is resumed out of a journal, and handed back under its key, paid once', async () => {
    const { kling, clips, charges } = setup()
    const source = await generate(kling, boat)
    const request: LipSyncRequest = {
      kind: 'lip-sync',
      video: clipOf(source),
      text: 'The boats go out at six.',
      voice: 'uk_man2',
    }
    const journal = memoryJournal()
    const bought = await journaled(kling, journal).submit(request, key)
    const paid = charges()
    const small = journaled(clips, journal)
    const ended: string[] = []
    for await (const item of resume(journal, [small])) {
      if (item.state !== 'task') expect.fail(item.state)
      ended.push((await wait(item.provider, item.handle)).id)
    }
    expect(ended).toEqual([bought.id])
    expect(await small.submit(request, key)).toMatchObject({ id: bought.id })
    expect(charges()).toBe(paid)
    await expect(small.submit(request, { idempotencyKey: 'order-2' })).rejects.toMatchObject({
      code: 'ERR_UNSUPPORTED',
      outcome: 'none',
    })
  })

  test('is left to another by failover', async () => {
    const { clips, clock, emulator } = setup()
    const other = createKlingWith({
      kinds: [door.klingTextToImage],
      ...schemes['an API key']?.valid,
      account: 'pictures',
      fetch: clock.track(emulator.fetch),
      clock,
    })
    const either = failover([clips, other])
    expect((await generate(either, image)).handle.account).toBe('pictures')
    expect((await generate(either, boat)).handle.account).toBe('default')
  })
})

test('a relay has of its kinds those that relays have', () => {
  const relay = { baseURL: 'https://gateway.example', apiKey: 'relay-key', relay: 'gateway' } as const
  const sold = (one: { readonly catalog: { readonly offers: readonly { readonly kind: Kind }[] } }) => [
    ...new Set(one.catalog.offers.map(({ kind }) => kind)),
  ]
  expect(sold(createClips(relay))).toEqual(['text-to-video', 'image-to-video'])
  expect(sold(createKlingWith({ kinds: [klingLipSync, klingExtend], ...relay }))).toEqual([])
  expect(createClips(relay).check(image)[0]?.message).toBe('kling does not sell text-to-image.')
})

test.each([[[]], [undefined], [['text-to-video']]])('kinds: %j sells nothing, and says so', (none) => {
  expect(() => createKlingWith({ kinds: none as unknown as readonly door.KlingKind[] })).toThrow(
    expect.objectContaining({ code: 'ERR_CONFIG', outcome: 'none' }),
  )
})
