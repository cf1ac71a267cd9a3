import { describe, expect, it } from 'vitest'
import { demoCredentials } from '../../src/index.ts'
import { type Answer, createRig, I2V, keyHeaders, type Rig } from './rig.ts'

const api = 'https://api-singapore.klingai.com'
const ELEMENTS = `${api}/v1/general/advanced-custom-elements`
const VOICES = `${api}/v1/general/custom-voices`
const FORMER = `${api}/v1/general/custom-elements`
const OMNI = `${api}/v1/videos/omni-video`
const remove = (name: string): string => `${api}/v1/general/${name}`

const link = 'https://example.com/mara.png'
const element = {
  element_name: 'Mara',
  element_description: 'young cellist',
  reference_type: 'image_refer',
  element_image_list: { frontal_image: link, refer_images: [{ image_url: link }] },
}
const voice = { voice_name: 'narrator', voice_url: 'https://example.com/clean.wav' }
const clip = {
  model_name: 'kling-v3-omni',
  prompt: '<<<element_1>>> walks',
  aspect_ratio: '16:9',
  duration: '5',
}

/** The text of an answer: numbers in it may be longer than a double holds. */
async function textOf({ emulator }: Rig, url: string): Promise<string> {
  return (await emulator.fetch(url, { headers: keyHeaders })).text()
}

async function made(rig: Rig, url: string, body: object, field: string): Promise<string> {
  const answer = await rig.post(url, body)
  expect(answer.body.code).toBe(0)
  rig.control.advance(60_000)
  const text = await textOf(rig, `${url}/${answer.body.data.task_id}`)
  return new RegExp(`"${field}":"?(\\d+)`).exec(text)?.[1] ?? ''
}

/** A render with these elements, their ids as they are. */
const render = (rig: Rig, ...ids: string[]): Promise<Answer> =>
  rig.post(
    OMNI,
    JSON.stringify({ ...clip, element_list: [] }).replace(
      '"element_list":[]',
      `"element_list":[${ids.map((id) => `{"element_id":${id}}`).join(',')}]`,
    ),
  )

describe('elements and voices of the emulated Kling', () => {
  it('an element is there after 5 s, for nothing, under a number that no double holds', async () => {
    const rig = createRig()
    const { body } = await rig.post(ELEMENTS, element)
    const url = `${ELEMENTS}/${body.data.task_id}`
    rig.control.advance(4_999)
    expect((await rig.get(url)).body.data.task_status).toBe('processing')
    rig.control.advance(1)
    const text = await textOf(rig, url)
    const [, id = ''] = /"element_id":(\d+),/.exec(text) ?? []
    expect(id).toHaveLength(18)
    expect(String(BigInt(Number(id)))).not.toBe(id)
    expect(JSON.parse(text).data).toMatchObject({ task_status: 'succeed', final_unit_deduction: '0' })
    expect(rig.control.ledger()).toMatchObject([{ microUsd: 0 }])
  })

  it('a voice is there after 9 s, for 0.05 units, with a sample that plays', async () => {
    const rig = createRig()
    const { body } = await rig.post(VOICES, { ...voice, external_task_id: 'vo-1' })
    rig.control.advance(8_999)
    expect((await rig.get(`${VOICES}/vo-1`)).body.data.task_status).toBe('processing')
    rig.control.advance(1)
    const { data } = (await rig.get(`${VOICES}/${body.data.task_id}`)).body as never as {
      data: {
        task_result: { voices: [{ voice_id: string; trial_url: string }] }
        final_unit_deduction: string
      }
    }
    expect(data.final_unit_deduction).toBe('0.05')
    const [{ trial_url }] = data.task_result.voices
    const sample = await rig.emulator.fetch(trial_url)
    expect([sample.status, sample.headers.get('content-type')]).toEqual([200, 'audio/mpeg'])
    expect(rig.control.ledger()).toMatchObject([{ microUsd: 7_000 }])
  })

  it('an external id is taken once', async () => {
    const rig = createRig()
    await rig.post(VOICES, { ...voice, external_task_id: 'vo-1' })
    const again = await rig.post(VOICES, { ...voice, external_task_id: 'vo-1' })
    expect([again.status, again.body.message]).toEqual([400, 'External_task_id vo-1 already exists'])
    expect(rig.control.tasks()).toHaveLength(1)
  })

  it('an account without units gets no voice, and elements all the same', async () => {
    const rig = createRig()
    rig.control.setBalance(0)
    expect((await rig.post(VOICES, voice)).body.code).toBe(1102)
    expect((await rig.post(ELEMENTS, element)).body.code).toBe(0)
  })

  it.each<[string, string, object, RegExp]>([
    ['a long name', ELEMENTS, { ...element, element_name: 'x'.repeat(21) }, /element_name/],
    ['no description', ELEMENTS, { ...element, element_description: undefined }, /element_description/],
    ['a strange type', ELEMENTS, { ...element, reference_type: 'sound_refer' }, /reference_type/],
    ['no pictures', ELEMENTS, { ...element, element_image_list: {} }, /element_image_list/],
    [
      'a front alone',
      ELEMENTS,
      { ...element, element_image_list: { frontal_image: link, refer_images: [] } },
      /refer_images/,
    ],
    [
      'a data URI',
      ELEMENTS,
      {
        ...element,
        element_image_list: { ...element.element_image_list, frontal_image: 'data:image/png;base64,AA==' },
      },
      /data: prefix/,
    ],
    ['no clip', ELEMENTS, { ...element, reference_type: 'video_refer' }, /element_video_list/],
    [
      'two clips',
      ELEMENTS,
      {
        ...element,
        reference_type: 'video_refer',
        element_video_list: { refer_videos: [{ video_url: link }, { video_url: link }] },
      },
      /refer_videos/,
    ],
    ['a strange tag', ELEMENTS, { ...element, tag_list: [{ tag_id: 'o_109' }] }, /tag_id/],
    ['neither sound nor clip', VOICES, { voice_name: 'a' }, /voice_url and video_id/],
    ['both', VOICES, { ...voice, video_id: 'x' }, /voice_url and video_id/],
    ['base64', VOICES, { ...voice, voice_url: 'AAAA' }, /voice_url/],
    ['a clip of nobody', VOICES, { voice_name: 'a', video_id: 'x' }, /video x/],
    [
      'a front of the old library',
      FORMER,
      { element_name: 'a', element_description: 'b' },
      /element_frontal_image/,
    ],
  ])('%s is refused', async (_name, url, body, words) => {
    const rig = createRig()
    const answer = await rig.post(url, body)
    expect([answer.status, answer.body.code]).toEqual([400, 1201])
    expect(answer.body.message).toMatch(words)
    expect(rig.control.tasks()).toEqual([])
  })

  it('a render shows the elements that it names', async () => {
    const rig = createRig({ kling: { unknownIds: 'refuse' } })
    const id = await made(rig, ELEMENTS, element, 'element_id')
    expect((await render(rig, id)).body.code).toBe(0)
    expect((await render(rig, '160')).body.code).toBe(0)
    const rounded = await render(rig, String(BigInt(Number(id))))
    expect([rounded.status, rounded.body.code]).toEqual([400, 1201])
    expect((await render(rig, '829836802793406551')).body.code).toBe(1201)
  })

  it('strange ids pass unless told, deleted ones never', async () => {
    const rig = createRig()
    expect((await render(rig, '829836802793406551')).body.code).toBe(0)
    const id = await made(rig, ELEMENTS, element, 'element_id')
    expect((await rig.post(remove('delete-elements'), { element_id: id })).body.code).toBe(0)
    expect((await render(rig, id)).body).toMatchObject({
      code: 1201,
      message: `Element not found by id: ${id}`,
    })
    expect(await textOf(rig, ELEMENTS)).toContain('"status":"deleted"')
    const again = await rig.post(remove('delete-advanced-elements'), { element_id: id })
    expect([again.status, again.body.message]).toEqual([400, 'The element already be deleted'])
  })

  it('a deleted voice is taken by no element and no clip', async () => {
    const rig = createRig()
    const id = await made(rig, VOICES, voice, 'voice_id')
    const speaks = {
      model_name: 'kling-v2-6',
      mode: 'pro',
      sound: 'on',
      image: link,
      prompt: '<<<voice_1>>> sings',
      voice_list: [{ voice_id: id }],
    }
    expect((await rig.post(ELEMENTS, { ...element, element_voice_id: id })).body.code).toBe(0)
    expect((await rig.post(I2V, speaks)).body.code).toBe(0)
    expect((await rig.post(remove('delete-voices'), { voice_id: id })).body.code).toBe(0)
    for (const answer of [
      await rig.post(ELEMENTS, { ...element, element_voice_id: id }),
      await rig.post(I2V, speaks),
    ])
      expect(answer.body).toMatchObject({ code: 1201, message: 'Voice id not found' })
  })

  it.each([
    ['delete-elements', { element_id: '160' }],
    ['delete-elements', { element_id: '321922438904313' }],
    ['delete-elements', { element_id: 321922438904313 }],
    ['delete-voices', { voice_id: '829836802793406551' }],
    ['delete-voices', {}],
  ])('%s takes what is the account’s own: %j is not', async (name, body) => {
    expect((await createRig().post(remove(name), body)).body.code).toBe(1201)
  })

  it('accounts do not see each other’s', async () => {
    const other = { name: 'other', accessKey: 'ak-2', secretKey: 'sk-2', apiKeys: ['key-of-another'] }
    const { accessKey, secretKey, apiKey } = demoCredentials.kling
    const accounts = [{ name: 'demo', accessKey, secretKey, apiKeys: [apiKey] }, other]
    const rig = createRig({ kling: { accounts, unknownIds: 'refuse' } })
    const id = await made(rig, ELEMENTS, element, 'element_id')
    const headers = { authorization: 'Bearer key-of-another' }
    const answer = await rig.post(remove('delete-elements'), { element_id: id }, headers)
    expect(answer.body.code).toBe(1201)
  })

  it('the batch read of API 2.0 tells of both in its own words', async () => {
    const rig = createRig()
    const voiceId = await made(rig, VOICES, voice, 'voice_id')
    await made(rig, ELEMENTS, { ...element, element_voice_id: voiceId }, 'element_id')
    const [one, two] = rig.control.tasks().map(({ id }) => id)
    const { data } = (await rig.get(`${api}/tasks?task_ids=${one},${two}`)).body as never as { data: unknown }
    expect(data).toMatchObject([
      {
        status: 'succeeded',
        billing: [{ charge_type: 'unit', amount: '0.05', package_type: 'video' }],
        outputs: [{ type: 'voice', id: voiceId, name: 'narrator', status: 'succeeded' }],
      },
      {
        billing: [{ amount: '0' }],
        outputs: [
          {
            type: 'element',
            id: expect.stringMatching(/^\d{18}$/),
            element_type: 'multi_image_elements',
            references: [
              { type: 'image', role: 'frontal', url: link },
              { type: 'image', role: 'reference', url: link },
              { type: 'voice', id: voiceId },
            ],
          },
        ],
      },
    ])
  })

  it('presets are pages too, without deductions, and those of voices without task_info', async () => {
    const rig = createRig()
    const listed = (await rig.get(`${api}/v1/general/presets-voices?pageNum=2&pageSize=2`)).body.data
    expect(listed).toHaveLength(1)
    expect(listed).not.toHaveProperty('0.task_info')
    expect(listed).not.toHaveProperty('0.final_unit_deduction')
    expect((await rig.get(`${api}/v1/general/advanced-presets-elements?pageSize=501`)).body.code).toBe(1201)
    expect((await rig.get(`${api}/v1/general/presets-voices?pageSize=1000`)).body.code).toBe(0)
  })

  it('the old library: made at once, listed flat, unknown to renders of today', async () => {
    const rig = createRig({ kling: { unknownIds: 'refuse' } })
    const mug = {
      element_name: 'Mug',
      element_description: 'red mug',
      element_frontal_image: link,
      element_refer_list: [{ image_url: link }],
      tag_list: [{ tag_id: 'o_104' }],
    }
    const answer = await rig.post(FORMER, mug)
    expect(answer.body.data).toMatchObject({ element_name: 'Mug', owned_by: '1000000001' })
    const [, id = ''] = /"element_id":(\d+),/.exec(await textOf(rig, FORMER)) ?? []
    expect((await rig.get(FORMER)).body.data).toEqual([answer.body.data])
    expect((await render(rig, id)).body.code).toBe(1201)
    expect((await rig.post(remove('delete-elements'), { element_id: id })).body.code).toBe(0)
    expect((await rig.get(FORMER)).body.data).toEqual([])
    expect((await rig.get(`${api}/v1/general/presets-elements`)).body.data).toHaveLength(1)
  })
})
