import { ReelayError, type RenderRequest } from '@reelay/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { creators, type Rig, rig } from './rig.ts'

const half = '🎬'.slice(0, 1)
const text: RenderRequest = { kind: 'text-to-video', prompt: 'A paper boat' }
const image: RenderRequest = {
  kind: 'image-to-video',
  prompt: 'It drifts',
  startImage: 'https://example.com/a.png',
}

async function refusal(work: Promise<unknown>): Promise<ReelayError> {
  const error = await work.catch((reason: unknown) => reason)
  if (!ReelayError.isInstance(error)) throw new Error(`expected a ReelayError, got ${error}`)
  return error
}

/** Refused by check and by submit, and nothing left. */
async function refused({ provider, sent }: Rig, request: RenderRequest, field: string, rule: string) {
  const problems = provider.check(request)
  const found = problems.find((one) => one.field === field && one.rule === rule)
  expect(found, JSON.stringify(problems)).toBeDefined()
  expect(await refusal(provider.submit(request))).toMatchObject({ outcome: 'none', problems })
  expect(sent).toEqual([])
  return found
}

/** Refused by submit for one of its options, and nothing left. */
async function refusedOption({ provider, sent }: Rig, options: object, field: string, rule: string) {
  const error = await refusal(provider.submit(text, options))
  expect(error).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
  expect(error.problems).toEqual([expect.objectContaining({ field, rule })])
  expect(sent).toEqual([])
}

// What only this machine or its network can reach, in all its spellings; the browser's parser is the judge of those.
const inside = [
  'http://localhost:3000/a.png',
  'https://LOCALHOST./a.png',
  'http://app.localhost/a.png',
  'http://127.0.0.1:8188/view?filename=a.png',
  'http://127.1/a.png',
  'http://0x7f000001/a.png',
  'http://017700000001/a.png',
  'http://2130706433/a.png',
  'http://0.0.0.0:8000/a.png',
  'http://10.1.2.3/a.png',
  'http://172.31.0.1/a.png',
  'http://192.168.2.3:8188/a.png',
  'http://0300.0250.2.3/a.png',
  'http://169.254.169.254/latest',
  'http://100.64.0.7/a.png',
  'http://api:5001/files/a.png',
  'https://minio/a.png',
  'http://host.docker.internal:8188/a.png',
  'https://files.svc.cluster.local/a.png',
  'https://nas.home.arpa/a.png',
  'https://nas.lan/a.png',
  'http://[::1]:3000/a.png',
  'http://[fd00::1]/a.png',
  'http://[fe80::1]/a.png',
  'http://[::ffff:192.168.0.1]/a.png',
]
const outside = [
  'https://example.com/a.png',
  'http://203.0.114.9/a.png',
  'https://[2606:4700::1]/a.png',
  'https://localhost.example.com/a.png',
  'https://10.example.com/a.png',
]
const local = 'http://127.0.0.1:4000'

describe.each(Object.keys(creators))('%s', (name) => {
  describe('half a character', () => {
    it.each([
      ['prompt', { ...text, prompt: `A boat ${half}` }],
      ['prompt', { ...text, prompt: `\udfa5 a boat` }],
      ['prompt', { ...text, prompt: `A boat ${half} at dusk` }],
      ['negativePrompt', { ...text, negativePrompt: `people ${half}` }],
      [`providerOptions.${name}.seed`, { ...text, providerOptions: { [name]: { seed: half } } }],
      [
        `providerOptions.${name}.shots.1.prompt`,
        { ...text, providerOptions: { [name]: { shots: [{ prompt: 'a' }, { prompt: half }] } } },
      ],
      [`providerOptions.${name}.more`, { ...text, providerOptions: { [name]: { more: { [half]: 1 } } } }],
    ] as [string, RenderRequest][])('in %s is a problem', async (field, request) => {
      await refused(rig(name), request, field, 'malformed')
    })

    it('in a name of the purchase or the address of a callback is one too', async () => {
      await refusedOption(rig(name), { idempotencyKey: `order-${half}` }, 'idempotencyKey', 'malformed')
      const webhookUrl = `https://example.com/${half}`
      await refusedOption(rig(name), { webhookUrl }, 'webhookUrl', 'malformed')
    })

    it('in the name of a model is no purchase', () => {
      expect(rig(name).provider.check({ ...text, model: `kling-v3${half}` })).not.toEqual([])
    })

    it('never passes, and whole texts always do', () => {
      const { provider } = rig(name)
      const unit = fc.array(fc.integer({ min: 0x20, max: 0xffff }), { minLength: 1, maxLength: 40 })
      fc.assert(
        fc.property(unit, (units) => {
          const prompt = `boat ${String.fromCharCode(...units)}`
          const bad = !prompt.isWellFormed() || prompt.includes('\x7f')
          expect(provider.check({ ...text, prompt }).length > 0).toBe(bad)
        }),
      )
    })
  })

  it('says where the half stands, as a person counts', async () => {
    const found = await refused(rig(name), { ...text, prompt: `👨‍👩‍👧‍👦${half}` }, 'prompt', 'malformed')
    expect(found?.message).toContain('character 2')
    expect(found?.message).toContain('\\ud83c')
  })

  it.each(['\0', '\x1b[31m', '\x07', '\x7f'])('a control character is a problem: %j', async (control) => {
    await refused(rig(name), { ...text, prompt: `A boat${control}` }, 'prompt', 'malformed')
  })

  it.each(['', '  ', '\n\t', '\u200b\u200b', '\ufeff', '\u3164', '\u2800'])(
    'a prompt of %j is none',
    async (prompt) => {
      await refused(rig(name), { ...text, prompt }, 'prompt', 'required')
    },
  )

  it('line breaks, tabs and joined emoji are texts', () => {
    expect(rig(name).provider.check({ ...text, prompt: 'A\tboat\r\n👨‍👩‍👧‍👦 é' })).toEqual([])
  })

  it.each(inside)('a picture at %s is a problem before it is paid', async (startImage) => {
    const found = await refused(rig(name), { ...image, startImage }, 'startImage', 'unreachable')
    expect(found?.fix).toContain('Uint8Array')
    await refused(rig(name), { ...image, startImage: new URL(startImage) }, 'startImage', 'unreachable')
  })

  it.each(inside)('so is a callback to %s, and a picture among the options', async (address) => {
    const webhookUrl = address.replace(/^http:/, 'https:')
    await refusedOption(rig(name), { webhookUrl }, 'webhookUrl', 'unreachable')
    const providerOptions = { [name]: { some: [{ image_url: address }] } }
    await refused(
      rig(name),
      { ...text, providerOptions },
      `providerOptions.${name}.some.0.image_url`,
      'unreachable',
    )
  })

  it.each(outside)('a picture at %s is none', (startImage) => {
    expect(rig(name).provider.check({ ...image, startImage })).toEqual([])
  })

  it.each([local, 'http://192.168.7.7:8080', 'http://relay:3000'])(
    'a provider that stands at %s reaches what the caller reaches',
    async (baseURL) => {
      const { provider, sent } = rig(name, baseURL)
      const request = { ...image, startImage: 'http://localhost:3000/a.png' }
      expect(provider.check(request)).toEqual([])
      await refusal(provider.submit(request, { webhookUrl: 'http://localhost:3000/hook' }))
      expect(sent).not.toEqual([])
    },
  )

  it.each([
    ['https://u:p@example.com/hook', 'type'],
    ['https://example.com/my hook', 'type'],
    ['file:///hook', 'type'],
    ['/hook', 'type'],
    ['', 'type'],
  ])('a callback to %j is a problem', async (webhookUrl, rule) => {
    await refusedOption(rig(name), { webhookUrl }, 'webhookUrl', rule)
  })

  it.each(['klingai', 'Kling', 'fal-ai', 'fal.ai', 'FAL', 'replicat', 'pi-api', 'official', 'runway'])(
    'nobody reads providerOptions.%s',
    async (unknown) => {
      const providerOptions = { [unknown]: { seed: 7 } }
      const found = await refused(
        rig(name),
        { ...text, providerOptions },
        `providerOptions.${unknown}`,
        'unknown-field',
      )
      expect(found?.fix).toContain('kling, piapi, fal, replicate')
    },
  )

  it('says which name was probably meant', async () => {
    for (const [unknown, meant] of Object.entries({
      klingai: 'kling',
      Kling: 'kling',
      'fal-ai': 'fal',
      'fal.ai': 'fal',
      'replicate.com': 'replicate',
    })) {
      const providerOptions = { [unknown]: {} }
      const found = await refused(
        rig(name),
        { ...text, providerOptions },
        `providerOptions.${unknown}`,
        'unknown-field',
      )
      expect(found?.fix).toContain(`Did you mean ${meant}?`)
    }
  })

  it('a request may carry settings for several providers', () => {
    const others = { kling: {}, piapi: {}, fal: {}, replicate: {} }
    expect(rig(name).provider.check({ ...text, providerOptions: others })).toEqual([])
  })
})

it('a callback must be https where the provider says so', async () => {
  const webhookUrl = 'http://example.com/hook'
  await refusedOption(rig('fal'), { webhookUrl }, 'webhookUrl', 'type')
  await refusedOption(rig('replicate'), { webhookUrl }, 'webhookUrl', 'type')
  for (const name of ['kling', 'piapi']) {
    const { provider, sent } = rig(name)
    await refusal(provider.submit(text, { webhookUrl }))
    expect(sent).not.toEqual([])
  }
})
