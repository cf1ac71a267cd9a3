import {
  generate,
  guard,
  journaled,
  memoryJournal,
  openPurchases,
  ReelayError,
  reconcile,
  resume,
  type SucceededTask,
  usd,
} from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { createKlingElements, type KlingElementsOptions } from '../src/elements.ts'
import { apiKey, createRig, pair, png } from './world.ts'

const address = 'https://example.com/mara.png'
const mara = {
  name: 'Mara',
  description: 'A young cellist with short dark hair',
  images: [address, 'https://example.com/mara-side.png'],
} as const
const narrator = { name: 'narrator', audio: 'https://example.com/clean.wav' } as const
const key = { idempotencyKey: 'cast-1' }
const caught = (promise: Promise<unknown>): Promise<ReelayError> =>
  promise.then(
    () => Promise.reject(new Error('It passed.')),
    (error: unknown) => (ReelayError.isInstance(error) ? error : Promise.reject(error)),
  )

function setup(more: KlingElementsOptions = {}, emulated = {}) {
  const rig = createRig({}, emulated)
  const { clock, emulator } = rig
  const shared = { fetch: clock.track(emulator.fetch), clock, apiKey }
  const open = (options: KlingElementsOptions = {}) => createKlingElements({ ...shared, ...more, ...options })
  const creates = (op: string): number => rig.emulator.control.tasks().filter((task) => task.op === op).length
  const posts = (): number =>
    rig.emulator.control.requests().filter(({ method, op }) => method === 'POST' && op === 'create').length
  return { ...rig, open, ...open(), creates, posts }
}

async function all<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const list: Item[] = []
  for await (const item of items) list.push(item)
  return list
}

describe('an element', () => {
  test('costs nothing, is quoted so, and is named in a clip by an id that no number holds', async () => {
    const { elements, kling, emulator } = setup({}, { unknownIds: 'refuse' })
    expect(elements.quote(mara)).toMatchObject({
      type: 'exact',
      microUsd: 0,
      native: { amount: 0, unit: 'unit' },
    })
    const task = await elements.create(mara, key)
    expect(task).toMatchObject({
      status: 'queued',
      handle: { kind: 'element', route: 'advanced-custom-elements' },
    })
    const element = await elements.wait(task.handle)
    expect(element).toMatchObject({
      name: 'Mara',
      images: mara.images,
      ownedBy: '1000000001',
      deleted: false,
    })
    expect(Number.isSafeInteger(Number(element.id))).toBe(false)
    expect(String(BigInt(Number(element.id)))).not.toBe(element.id)
    expect(JSON.parse(JSON.stringify(element))).toEqual(element)
    const clip = {
      kind: 'reference-to-video',
      prompt: 'Mara walks through the rain',
      references: { mara: { element: element.id } },
      duration: 5,
    } as const
    const { outputs } = await generate(kling, clip)
    expect(outputs).toMatchObject([{ kind: 'video' }])
    expect(emulator.control.ledger().map(({ microUsd }) => microUsd)).toEqual([0, 420_000])
    const rounded = { ...clip, references: { mara: { element: String(BigInt(Number(element.id))) } } }
    expect(await caught(kling.submit(rounded))).toMatchObject({ outcome: 'rejected', nativeCode: '1201' })
  })

  test('goes into image-to-video as the text it is, and leaves as the long that Kling documents', async () => {
    const { elements, kling } = setup({}, { unknownIds: 'refuse' })
    const { id } = await elements.createAndWait(mara)
    const clip = {
      kind: 'image-to-video',
      model: 'kling-v3',
      startImage: address,
      prompt: '<<<element_1>>> waits',
      providerOptions: { kling: { element_list: [{ element_id: id }] } },
    } as const
    expect(await generate(kling, clip)).toMatchObject({ status: 'succeeded' })
  })

  test.each([
    ['text-to-image', {}],
    ['image-to-image', { image: address }],
  ])('goes into %s in Kling’s own spelling, and leaves as a long', async (kind, more) => {
    const { kling } = setup()
    const own = { kling: { element_list: [{ element_id: '831' }] } }
    const request = { kind, model: 'kling-v3-omni', prompt: 'She waits', ...more, providerOptions: own }
    const encoded = await kling.encode?.(request as never)
    expect(encoded).toMatchObject({ json: { element_list: [{ element_id: 831 }] } })
  })

  test('of a clip, with a voice: what was asked for comes back', async () => {
    const { elements, voices } = setup({}, { unknownIds: 'refuse' })
    const voice = await voices.createAndWait(narrator)
    const otto = await elements.createAndWait({
      name: 'Otto',
      description: 'baker',
      video: 'https://example.com/otto.mp4',
      voice: voice.id,
      tags: ['character', 'costume'],
    })
    expect(otto).toMatchObject({ video: 'https://example.com/otto.mp4', images: [], voice })
    expect(otto.tags.map(({ id, name }) => [id, name])).toEqual([
      ['o_102', 'Character'],
      ['o_105', 'Costume'],
    ])
  })

  test('bytes go in as they do into clips', async () => {
    const { elements } = setup()
    const made = await elements.createAndWait({ ...mara, images: [png(400, 300), png(300, 400)] })
    expect(made.images).toHaveLength(2)
  })

  test('is listed, deleted once, and taken by no render afterwards', async () => {
    const { elements, kling } = setup()
    const [one, other] = [await elements.createAndWait(mara), await elements.createAndWait(mara, key)]
    expect((await all(elements.list())).map(({ id }) => id).sort()).toEqual([one.id, other.id].sort())
    expect(await elements.delete(one.id)).toBe('deleted')
    expect(await elements.delete(one.id)).toBe('gone')
    const listed = await all(elements.list({ pageSize: 1 }))
    expect(listed.map(({ id, deleted }) => [id, deleted]).sort()).toEqual(
      [
        [one.id, true],
        [other.id, false],
      ].sort(),
    )
    const clip = {
      kind: 'reference-to-video',
      prompt: 'Mara walks',
      references: { mara: { element: one.id } },
    } as const
    expect(await caught(kling.submit(clip))).toMatchObject({ outcome: 'rejected' })
    const strange = await caught(elements.delete('829836802793406551'))
    expect(strange).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none', nativeCode: '1201' })
  })

  test('a delete whose answer was lost is repeated, and comes to the same', async () => {
    const { elements, emulator } = setup()
    const made = await elements.createAndWait(mara)
    const match = ({ path }: { readonly path: string }): boolean => path.includes('delete')
    emulator.control.fault({ provider: 'kling', on: 'any', kind: 'reset-mid-answer', match })
    expect(await elements.delete(made.id)).toBe('gone')
    expect((await all(elements.list())).map(({ deleted }) => deleted)).toEqual([true])
  })

  test('presets need no create', async () => {
    const { elements, voices, posts } = setup()
    expect(await all(elements.presets())).toMatchObject([{ id: '160', name: 'Grace', ownedBy: 'kling' }, {}])
    expect((await all(voices.presets({ pageSize: 2 }))).map(({ id }) => id)).toEqual([
      '829836802793406551',
      '829836802793406553',
      '829836802793406555',
    ])
    expect(posts()).toBe(0)
  })

  test.each([
    ['nothing to make it of', { name: 'a', description: 'b' }, 'images', 'required'],
    ['both', { ...mara, video: 'https://example.com/a.mp4' }, 'video', 'conflict'],
    ['one picture', { ...mara, images: [address] }, 'images', 'range'],
    ['five pictures', { ...mara, images: Array(5).fill(address) }, 'images', 'range'],
    ['a long name', { ...mara, name: 'x'.repeat(21) }, 'name', 'length'],
    ['a long description', { ...mara, description: 'x'.repeat(101) }, 'description', 'length'],
    ['an empty name', { ...mara, name: '' }, 'name', 'range'],
    ['half an emoji', { ...mara, name: '\ud83d' }, 'name', 'malformed'],
    ['a voice of speech', { ...mara, voice: 'oversea_male1' }, 'voice', 'type'],
    ['a tag of nobody', { ...mara, tags: ['robot'] }, 'tags.0', 'one-of'],
    ['a field of nobody', { ...mara, colour: 'red' }, 'colour', 'unknown-field'],
    [
      'a picture on this machine',
      { ...mara, images: [address, 'http://localhost/a.png'] },
      'images.1',
      'unreachable',
    ],
    ['a video as bytes', { name: 'a', description: 'b', video: new Uint8Array(9) }, 'video', 'media-type'],
  ] as const)('%s is refused before anything is sent', async (_name, request, field, rule) => {
    const { elements, emulator } = setup({ baseURL: 'https://api-singapore.klingai.com' })
    expect(elements.check(request as never)).toMatchObject([{ field, rule }])
    expect(await caught(elements.create(request as never))).toMatchObject({ outcome: 'none' })
    expect(emulator.control.requests()).toEqual([])
  })
})

describe('a voice', () => {
  test('is charged 0.05 units, as quoted', async () => {
    const { voices, emulator } = setup()
    expect(voices.quote(narrator)).toMatchObject({ type: 'exact', microUsd: 7_000, basis: 'list' })
    const task = await voices.create(narrator)
    const voice = await voices.wait(task.handle)
    expect(voice).toMatchObject({ name: 'narrator', ownedBy: '1000000001', sampleUrl: expect.any(String) })
    expect(emulator.control.ledger()).toMatchObject([{ microUsd: 7_000 }])
    const ended = await voices.get(task.handle)
    expect(ended).toMatchObject({ status: 'succeeded', made: voice, cost: { microUsd: 7_000 } })
    expect(ended.raw).toBeDefined()
    expect(Object.keys(ended)).not.toContain('raw')
    const sample = await emulator.fetch(voice.sampleUrl ?? '')
    expect([sample.status, sample.headers.get('content-type')]).toEqual([200, 'audio/mpeg'])
  })

  test('of a clip that speaks', async () => {
    const { voices, kling } = setup()
    const clip = (await generate(kling, {
      kind: 'text-to-video',
      model: 'kling-v2-6',
      mode: 'pro',
      generateAudio: true,
      prompt: 'A sailor sings',
      duration: 5,
    })) as SucceededTask
    const [{ id: outputId = '' }] = clip.outputs
    expect(await voices.createAndWait({ name: 'sailor', outputId })).toMatchObject({ name: 'sailor' })
    const silent = (await generate(kling, {
      kind: 'text-to-video',
      prompt: 'Rain',
      duration: 5,
    })) as SucceededTask
    const refused = voices.create({ name: 'rain', outputId: silent.outputs[0].id ?? '' })
    expect(await caught(refused)).toMatchObject({ outcome: 'rejected' })
  })

  test.each([
    ['nothing', { name: 'a' }, 'audio', 'required'],
    ['two things', { ...narrator, outputId: 'x' }, 'outputId', 'conflict'],
    ['an empty id', { name: 'a', outputId: ' ' }, 'outputId', 'length'],
    ['a long name', { ...narrator, name: 'x'.repeat(21) }, 'name', 'length'],
  ] as const)('of %s is refused before anything is sent', (_name, request, field, rule) => {
    expect(setup().voices.check(request as never)).toMatchObject([{ field, rule }])
  })
})

describe('an element of the old library', () => {
  const { tags: _tags, ...mug } = { ...mara, name: 'Mug', tags: [] }

  test('is made at once, listed, and deleted', async () => {
    const { formerElements } = setup()
    expect(formerElements.quote(mug)).toMatchObject({ type: 'unknown' })
    expect(formerElements.check(mug)).toEqual([])
    const task = await formerElements.create({ ...mug, tags: ['item'] }, key)
    expect(task).toMatchObject({ status: 'succeeded', made: { name: 'Mug', images: mara.images } })
    if (task.status !== 'succeeded') throw new Error('It is not there.')
    expect(task.warnings).toMatchObject([{ field: 'model' }])
    expect(await all(formerElements.list())).toEqual([task.made])
    expect(await formerElements.get(task.handle)).toMatchObject({ made: task.made })
    expect(await formerElements.wait(task.handle)).toEqual(task.made)
    expect(await all(formerElements.presets())).toMatchObject([{ id: '152', ownedBy: 'kling' }])
    expect(await formerElements.delete(task.made.id)).toBe('deleted')
    expect(await caught(formerElements.get(task.handle))).toMatchObject({
      code: 'ERR_NOT_FOUND',
      handle: task.handle,
    })
  })

  test('a lost answer stays unknown, and nothing is sent again', async () => {
    const journal = memoryJournal()
    const { open, emulator, creates } = setup()
    const { formerElements } = open({ compose: (provider) => journaled(provider, journal) })
    emulator.control.fault({ provider: 'kling', on: 'step', kind: 'lost-after-create' })
    for (const _time of [1, 2]) {
      const error = await caught(formerElements.create(mug, key))
      expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
    }
    expect(creates('custom-elements')).toBe(1)
    expect(await all(formerElements.list())).toHaveLength(1)
  })

  test('through a journal: the same key brings the first', async () => {
    const journal = memoryJournal()
    const { open, creates } = setup()
    const once = () => open({ compose: (provider) => journaled(provider, journal) }).formerElements
    const first = await once().createAndWait(mug, key)
    expect(await once().createAndWait(mug, key)).toEqual(first)
    expect(creates('custom-elements')).toBe(1)
  })
})

describe('money', () => {
  test('a lost answer: found by its id, and no second POST', async () => {
    const { voices, emulator, posts } = setup()
    emulator.control.fault({ provider: 'kling', on: 'create', kind: 'lost-after-create' })
    const voice = await voices.createAndWait(narrator, key)
    expect(voice.name).toBe('narrator')
    expect(posts()).toBe(1)
    expect(emulator.control.ledger()).toHaveLength(1)
  })

  test('an answer that stays lost is unknown, with a submission that finds it later', async () => {
    const { voices, open, emulator, creates } = setup({ resend: false })
    emulator.control.fault({ provider: 'kling', on: 'create', kind: 'lost-after-create' })
    emulator.control.fault({ provider: 'kling', on: 'query', kind: 'status', status: 500, times: 3 })
    const error = await caught(voices.create(narrator, key))
    expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
    expect(creates('custom-voices')).toBe(1)
    const { submission } = error
    if (!submission) throw new Error('There is no submission.')
    const task = await open().voices.find?.(submission)
    expect(task?.handle.route).toBe('custom-voices')
    expect(creates('custom-voices')).toBe(1)
  })

  test.each(['funds', 'rate', 'concurrency', 'unauthorized'] as const)(
    'refused for %s: rejected, and one POST',
    async (as) => {
      const { voices, emulator, posts } = setup()
      emulator.control.fault({ provider: 'kling', on: 'create', kind: 'refuse', as })
      expect(await caught(voices.create(narrator))).toMatchObject({ outcome: 'rejected' })
      expect(posts()).toBe(1)
    },
  )

  test('through a journal: the same key brings the first, in another process too', async () => {
    const journal = memoryJournal()
    const compose: KlingElementsOptions['compose'] = (provider) => journaled(provider, journal)
    const { open, posts } = setup()
    const first = await open({ compose }).voices.createAndWait(narrator, key)
    expect(await open({ compose }).voices.createAndWait(narrator, key)).toEqual(first)
    expect(posts()).toBe(1)
    const other = caught(open({ compose }).voices.create({ ...narrator, name: 'other' }, key))
    expect(await other).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
    expect(await openPurchases(journal)).toEqual([])
    expect(await reconcile(journal)).toMatchObject({
      purchases: 1,
      billedMicroUsd: 7_000,
      quotedMicroUsd: 7_000,
      drifts: [],
    })
  })

  test('killed after the POST: whoever resumes the journal finds it, the provider of renders too', async () => {
    for (const which of ['library', 'renders'] as const) {
      const journal = memoryJournal()
      const compose: KlingElementsOptions['compose'] = (provider) => journaled(provider, journal)
      const { open, kling, emulator, creates } = setup()
      emulator.control.fault({ provider: 'kling', on: 'create', kind: 'lost-after-create' })
      const record = async (entry: { readonly type: string }): Promise<void> => {
        if (entry.type === 'verdict') await new Promise(() => {})
      }
      void open({ compose }).voices.create(narrator, { ...key, record })
      await expect.poll(() => creates('custom-voices')).toBe(1)
      const { provider, voices } = open()
      const found = await all(resume(journal, which === 'library' ? [provider] : [kling]))
      expect(found).toMatchObject([{ state: 'task', handle: { route: 'custom-voices' } }])
      const [item] = found
      if (item?.state !== 'task') throw new Error('There is no task.')
      expect(await voices.wait(item.handle)).toMatchObject({ name: 'narrator' })
      // Renders of the same account are not its own.
      expect([item.handle, { ...item.handle, route: 'text2video' }].map(provider.owns)).toEqual([true, false])
      expect(creates('custom-voices')).toBe(1)
    }
  })

  test('a budget and a person are asked', async () => {
    const { open, posts } = setup()
    const poor = open({
      compose: (provider) => guard(provider, { budget: { amount: usd(0.006), windowMs: 3_600_000 } }),
    })
    expect(await caught(poor.voices.create(narrator))).toMatchObject({ code: 'ERR_BUDGET', outcome: 'none' })
    await poor.elements.createAndWait(mara)
    const declined = open({ compose: (provider) => guard(provider, { confirm: async () => false }) })
    expect(await caught(declined.voices.create(narrator))).toMatchObject({ code: 'ERR_DECLINED' })
    expect(posts()).toBe(1)
  })

  test('a failed one costs nothing, and says why', async () => {
    const { voices, emulator } = setup()
    const error = await caught(voices.createAndWait({ ...narrator, name: 'forbidden-async' }))
    expect(error).toMatchObject({ code: 'ERR_TASK_FAILED', outcome: 'accepted' })
    const task = await voices.create({ ...narrator, name: 'forbidden-async' })
    expect(await caught(voices.wait(task.handle))).toMatchObject({
      code: 'ERR_TASK_FAILED',
      handle: task.handle,
      task: { failure: { reason: 'content', free: true } },
    })
    expect(emulator.control.ledger().every(({ refunded }) => refunded)).toBe(true)
  })

  test('a key pair signs for them too', async () => {
    const { open, emulator } = setup()
    const { voices } = open({ apiKey: undefined, ...pair })
    expect(await voices.createAndWait(narrator)).toMatchObject({ name: 'narrator' })
    expect(emulator.control.ledger()).toHaveLength(1)
  })

  test('at a relay nothing is promised: no price, no id that finds it, one POST', async () => {
    const sent: string[] = []
    const library = createKlingElements({
      apiKey: 'relay-key-0123456789',
      baseURL: 'https://relay.example',
      fetch: async (_url, init) => {
        sent.push(String(init?.method))
        return new Response('no', { status: 502 })
      },
    })
    expect(library.voices.quote(narrator)).toMatchObject({ type: 'unknown' })
    expect(library.voices.find).toBeUndefined()
    expect(await caught(library.voices.create(narrator))).toMatchObject({ outcome: 'unknown' })
    expect(sent).toEqual(['POST'])
  })

  test('no key is in any error', async () => {
    const { voices } = setup({ apiKey: 'secret-key-0123456789abcdef' })
    const error = await caught(voices.create(narrator))
    expect(error).toMatchObject({ code: 'ERR_AUTH', outcome: 'rejected' })
    expect(JSON.stringify(error) + String(error) + error.stack).not.toContain('secret-key')
  })
})
