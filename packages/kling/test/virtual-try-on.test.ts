import { type RenderRequest, type Submission, type SubmitOptions, type TaskHandle, wait } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { readCreated, readTask } from '../src/read.ts'
import { accessKey, apiKey, createRig, fixture, pair, png, reply, secretKey, stub } from './world.ts'

const externalId = expect.stringMatching(/^reelay-[0-9a-f]{40}$/)
const personImage = 'https://example.com/person.jpg'
const garmentImage = 'https://example.com/shirt.jpg'
const tryOn = { kind: 'virtual-try-on', personImage, garmentImage } as const
const account = { name: 'demo', accessKey, secretKey, apiKeys: [apiKey] }
const kolors = { ...tryOn, model: 'kolors-virtual-try-on-v1-5' } as const

const made = {
  code: 0,
  message: 'SUCCEED',
  request_id: 'r',
  data: { task_id: '882836916432285766', status: 'submitted' },
}

async function sentFor(request: RenderRequest, options?: SubmitOptions) {
  const { kling, sent } = stub(() => ({ json: made }))
  await kling.submit(request, options)
  return { path: sent[0]?.url.pathname, body: sent[0]?.body }
}

describe('V1', () => {
  test('is encoded as its recorded pair', async () => {
    const { url, body } = fixture('v1_virtual_try_on_create').request
    expect(await sentFor(kolors)).toEqual({
      path: new URL(url).pathname,
      body: { ...body, external_task_id: externalId },
    })
  })

  test('takes bytes as base64, and its model is always named', async () => {
    const { body } = await sentFor({
      ...kolors,
      model: 'kolors-virtual-try-on-v1',
      personImage: png(400, 600),
    })
    expect(body).toMatchObject({
      model_name: 'kolors-virtual-try-on-v1',
      human_image: Buffer.from(png(400, 600)).toString('base64'),
      cloth_image: garmentImage,
    })
  })

  test('is sold in doubt, at the price of the old list, and never chosen', () => {
    const { kling } = stub(() => undefined)
    expect(kling.appraise(kolors)).toMatchObject({
      problems: [],
      quote: { type: 'exact', microUsd: 70_000, basis: 'derived' },
      warnings: [{ field: 'model', message: expect.stringContaining('unverified') }],
    })
    expect(kling.appraise(tryOn).offer?.model).toBe('kling-try-on-v3')
  })
})

describe('the Solution', () => {
  test('has contents, settings that were set, and our names among its options', async () => {
    const webhookUrl = 'https://example.com/hook'
    expect(await sentFor({ ...tryOn, keepFace: true, keepBackground: false }, { webhookUrl })).toEqual({
      path: '/solutions/virtual_try_on',
      body: {
        contents: [
          { type: 'product_image', url: garmentImage },
          { type: 'person_image', url: personImage },
        ],
        settings: { keep_face: true, keep_background: false },
        options: {
          callback_url: expect.stringContaining(`${webhookUrl}?reelay=`),
          external_task_id: externalId,
        },
      },
    })
    const { body } = await sentFor({
      ...tryOn,
      providerOptions: { kling: { watermark_info: { enabled: true } } },
    })
    expect(body).not.toHaveProperty('settings')
    expect(body).not.toHaveProperty('watermark_info')
    expect(body?.options).toEqual({ watermark: { enabled: true }, external_task_id: externalId })
  })

  test('takes pictures from a URL only, and says so before any request', () => {
    const { kling, sent } = stub(() => undefined)
    expect(kling.check({ ...tryOn, personImage: png(400, 600) })).toMatchObject([
      { field: 'personImage', rule: 'media-type', message: expect.stringContaining('URL only') },
    ])
    expect(sent).toEqual([])
  })

  test('its price is on no page that was captured', () => {
    const { kling } = stub(() => undefined)
    expect(kling.quote(tryOn)).toMatchObject({ type: 'unknown', why: expect.stringContaining('Solutions') })
  })

  test.each([
    ['id, succeeded', { id: '1', status: 'succeeded' }],
    ['task_id, succeed', { task_id: '1', status: 'succeed' }],
  ])('answers are read in either spelling: %s', (_name, data) => {
    const outputs = [
      { type: 'image', url: 'https://cdn.klingai.com/a.png', watermark_url: 'https://cdn.klingai.com/w.png' },
    ]
    for (const task of [
      readCreated(reply({ code: 0, data: { ...data, outputs } })),
      readTask(reply({ code: 0, data: [{ ...data, outputs }] })),
    ]) {
      expect(task).toMatchObject({
        id: '1',
        outputs: [{ kind: 'image', url: outputs[0]?.url, watermarkUrl: outputs[0]?.watermark_url }],
      })
    }
  })

  test('the task on a page of the cursor reads like one that was asked for', () => {
    const { body } = fixture('solutions_cursor').response
    const [task] = (body.data as { result: readonly object[] }).result
    expect(readTask(reply({ code: 0, data: [task] }))).toMatchObject({
      status: 'succeed',
      charged: { amount: 20 },
    })
  })

  test('a refusal that names a task is no proof that there is none', async () => {
    const data = { id: '882836916432285766', status: 'submitted' }
    const { kling, sent } = stub(({ method }) =>
      method === 'POST'
        ? { status: 400, json: { code: 1201, message: 'x', data } }
        : { json: { code: 0, data: [] } },
    )
    await expect(kling.submit(tryOn)).rejects.toMatchObject({
      code: 'ERR_SUBMISSION_UNKNOWN',
      outcome: 'unknown',
      candidates: [{ id: data.id }],
    })
    expect(sent.filter(({ method }) => method === 'POST').length).toBeLessThanOrEqual(2)
  })

  test('a list without the task says that there is none, which is no error of the reply', async () => {
    const { kling } = stub(({ method }) =>
      method === 'POST' ? { json: made } : { json: { code: 0, message: 'SUCCEED', data: [] } },
    )
    const { handle } = await kling.submit(tryOn)
    await expect(kling.get(handle)).rejects.toMatchObject({
      code: 'ERR_NOT_FOUND',
      outcome: 'accepted',
      handle,
    })
    const submission = {
      ...handle,
      startedAt: handle.submittedAt,
      attempt: 'a',
      externalId: 'reelay-1',
    } as Submission
    expect(await kling.find(submission)).toEqual({ state: 'not-found-yet' })
  })
})

describe('on the emulated Kling', () => {
  test.each([
    ['its own words', {}],
    ['the words of the other Solutions', { solutionWords: 'alike' }],
  ] as const)('a try-on ends with a picture of the person in the garment, in %s', async (_name, emulated) => {
    const { kling, emulator } = createRig({ apiKey }, emulated)
    const task = await kling.submit(tryOn)
    const done = await wait(kling, task.handle)
    expect(done).toMatchObject({
      status: 'succeeded',
      outputs: [{ kind: 'image', mediaType: 'image/png', url: expect.stringMatching(/\.png$/) }],
      cost: { native: { amount: 1, unit: 'unit' } },
    })
    const url = done.status === 'succeeded' ? (done.outputs[0].url ?? '') : ''
    const bytes = new Uint8Array(await (await emulator.fetch(url)).arrayBuffer())
    expect([...bytes.slice(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47])
  })

  test('V1 too, where its names still answer', async () => {
    const { kling } = createRig()
    const done = await wait(kling, (await kling.submit(kolors)).handle)
    expect(done).toMatchObject({
      status: 'succeeded',
      outputs: [{ kind: 'image' }],
      cost: { microUsd: 70_000, native: { amount: 1, unit: 'unit' } },
    })
  })

  test('a lost answer is found by our id, and nothing is bought twice', async () => {
    for (const request of [tryOn, kolors]) {
      const { kling, emulator } = createRig({ apiKey })
      emulator.control.fault({ on: 'create', kind: 'lost-after-create' })
      const task = await kling.submit(request)
      expect(emulator.control.ledger()).toHaveLength(1)
      expect(task.id).toBe(emulator.control.tasks()[0]?.id)
    }
  })

  test('45 are read in three requests, beside clips that have a list of their own', async () => {
    const { kling, requests } = createRig(
      { apiKey },
      {
        accounts: [{ ...account, concurrency: { image: 99, video: 99 } }],
      },
    )
    const handles: TaskHandle[] = []
    for (let index = 0; index < 45; index++) handles.push((await kling.submit(tryOn)).handle)
    const clip = await kling.submit({ kind: 'text-to-video', prompt: 'A boat', model: 'kling-v2-6' })
    const answers = await kling.getMany([...handles, clip.handle])
    expect(answers.size).toBe(46)
    for (const handle of handles)
      expect(answers.get(handle)).toMatchObject({ id: handle.id, status: 'queued' })
    expect(requests('list').filter(({ path }) => path.includes('/solutions?'))).toHaveLength(3)
    expect(requests('query')).toHaveLength(1)
  })

  test('a key pair, which signs for V1 only, is refused there with what to do', async () => {
    const { create } = createRig()
    const problems = create(pair).check({ ...tryOn, model: 'kling-try-on-v3' })
    expect(problems).toMatchObject([{ field: 'model', rule: 'unsupported' }])
    // The environment's, which is read with the first request.
    const late = create({ apiKey: `${accessKey}:${secretKey}` })
    await expect(late.submit(tryOn)).rejects.toMatchObject({
      code: 'ERR_AUTH',
      outcome: 'rejected',
      message: expect.stringContaining('sold to API keys only'),
    })
  })
})

test('settings about clips are refused, and a watermark where there is none', () => {
  const { kling } = stub(() => undefined)
  const fields = (request: RenderRequest) => kling.check(request).map(({ field, rule }) => [field, rule])
  const watermark = { providerOptions: { kling: { watermark_info: { enabled: true } } } }
  expect(fields({ ...tryOn, ...watermark })).toEqual([])
  expect(fields({ ...kolors, ...watermark })).toEqual([
    ['providerOptions.kling.watermark_info', 'unsupported'],
  ])
  expect(fields({ ...tryOn, providerOptions: { kling: { multi_shot: true } } })).toEqual([
    ['providerOptions.kling.multi_shot', 'unsupported'],
  ])
  expect(fields({ ...tryOn, providerOptions: { kling: { human_image: 'x' } } })).toEqual([
    ['providerOptions.kling.human_image', 'reserved'],
  ])
})
