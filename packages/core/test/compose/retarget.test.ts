import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  applySuggestion,
  cheapest,
  type EncodedRequest,
  type FieldRetarget,
  failover,
  govern,
  guard,
  isVideoOffer,
  journaled,
  memoryJournal,
  mostOf,
  type RenderRequest,
  retarget,
  type VideoProvider,
} from '../../src/index.ts'
import { leaf } from './failover-leaves.ts'

let stop = new AbortController()
/** Everything that left; nothing is answered. */
const sent: { readonly provider: string; readonly path: string; readonly body: unknown }[] = []
const fetchOf =
  (provider: string): typeof fetch =>
  async (input, init) => {
    const request = new Request(input, init)
    sent.push({ provider, path: new URL(request.url).pathname, body: await request.json() })
    // Seen enough: nobody waits for an answer, or looks for a task.
    stop.abort()
    throw new TypeError('fetch failed')
  }
const baseURL = 'http://127.0.0.1:9'
const apiKey = 'key-id:key-secret'
const all: readonly VideoProvider[] = [
  createKling({ apiKey, baseURL, fetch: fetchOf('kling') }),
  createPiapi({ apiKey, baseURL, fetch: fetchOf('piapi') }),
  createFal({ apiKey, baseURL, fetch: fetchOf('fal') }),
  createReplicate({ apiKey, baseURL, fetch: fetchOf('replicate') }),
]
const named = (id: string): VideoProvider => all.find((one) => one.id === id) as VideoProvider

const clip = (more: Partial<RenderRequest> = {}): RenderRequest =>
  ({ kind: 'text-to-video', prompt: 'A paper boat', ...more }) as RenderRequest

const of = (fields: readonly FieldRetarget[], field: string): FieldRetarget | undefined =>
  fields.find((one) => one.field === field)

function valueAt({ path, query, headers, json }: EncodedRequest, at: string): unknown {
  const tree = { path, query, headers, body: json }
  return at
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], tree)
}

describe('a field is', () => {
  const request = clip({
    model: 'kling-v3',
    mode: 'pro',
    duration: 10,
    aspectRatio: '9:16',
    negativePrompt: 'blur',
    generateAudio: true,
  })

  it.each<[provider: string, field: string, expected: Partial<Record<'how' | 'at' | 'to', unknown>>]>([
    ['kling', 'prompt', { how: 'same', at: 'body.prompt' }],
    ['kling', 'mode', { how: 'same', at: 'body.mode' }],
    ['kling', 'model', { how: 'renamed', at: 'body.model_name' }],
    ['kling', 'duration', { how: 'converted', at: 'body.duration', to: '10' }],
    ['kling', 'aspectRatio', { how: 'renamed', at: 'body.aspect_ratio' }],
    ['kling', 'generateAudio', { how: 'converted', at: 'body.sound', to: 'on' }],
    ['piapi', 'prompt', { how: 'same', at: 'body.input.prompt' }],
    ['piapi', 'duration', { how: 'same', at: 'body.input.duration' }],
    ['piapi', 'model', { how: 'converted', at: 'body.input.version', to: '3.0' }],
    ['piapi', 'generateAudio', { how: 'renamed', at: 'body.input.enable_audio' }],
    ['kling', 'kind', { how: 'converted', at: 'path' }],
    ['fal', 'kind', { how: 'converted', at: 'path' }],
    ['fal', 'duration', { how: 'converted', at: 'body.duration', to: '10' }],
    ['fal', 'mode', { how: 'converted', at: 'path' }],
    ['fal', 'model', { how: 'converted', at: 'path' }],
    ['fal', 'generateAudio', { how: 'renamed', at: 'body.generate_audio' }],
    ['replicate', 'duration', { how: 'same', at: 'body.input.duration' }],
    ['replicate', 'model', { how: 'converted', at: 'path' }],
    ['replicate', 'negativePrompt', { how: 'renamed', at: 'body.input.negative_prompt' }],
  ])('at %s: %s', (provider, field, expected) => {
    const { fields, cannot } = retarget(request, named(provider))
    expect(cannot).toBeUndefined()
    expect(of(fields, field)).toMatchObject(expected)
  })

  it('a picture: an address stays, bytes become what the provider takes', () => {
    const png = new Uint8Array(64)
    png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52])
    new DataView(png.buffer).setUint32(16, 800)
    new DataView(png.buffer).setUint32(20, 800)
    const forms = all.map((provider) => {
      const at = (startImage: unknown) =>
        of(
          retarget({ kind: 'image-to-video', prompt: 'It drifts', startImage } as RenderRequest, provider)
            .fields,
          'startImage',
        )
      return [provider.id, at('https://example.com/boat.png'), at(png)]
    })
    expect(forms).toMatchObject([
      [
        'kling',
        { how: 'renamed', at: 'body.image' },
        { how: 'converted', from: '64 bytes', to: '<startImage in base64>' },
      ],
      ['piapi', { how: 'renamed' }, { how: 'converted', to: '<address of the uploaded startImage>' }],
      ['fal', { how: 'renamed' }, { how: 'converted', to: 'data:image/png;base64,<startImage>' }],
      ['replicate', { how: 'renamed', at: 'body.input.start_image' }, { how: 'converted' }],
    ])
  })

  it('lost, with the provider’s own warning', () => {
    const request = {
      kind: 'image-to-video',
      prompt: 'It drifts',
      startImage: 'https://example.com/boat.png',
      aspectRatio: '9:16',
      model: 'kling-v3',
    } as const
    const lost = of(retarget(request, named('kling')).fields, 'aspectRatio')
    expect(lost).toMatchObject({ how: 'lost', warning: { field: 'aspectRatio' } })
  })

  it('lost or changed where the provider cannot serve it as it is, and says why', () => {
    const request = clip({ model: 'kling-v2-6', mode: 'std', duration: 7 })
    const { fields } = retarget(request, named('kling'))
    expect(of(fields, 'duration')).toMatchObject({ how: 'converted', from: 7, at: 'body.duration' })
    expect(of(fields, 'duration')).toHaveProperty('why', expect.stringContaining('not 7 s'))
  })

  it('one provider’s setting, and nothing at another', () => {
    const request = clip({ model: 'kling-v3', providerOptions: { fal: { shot_type: 'customize' } } })
    expect(of(retarget(request, named('fal')).fields, 'providerOptions.fal.shot_type')).toMatchObject({
      how: 'same',
      at: 'body.shot_type',
    })
    expect(of(retarget(request, named('kling')).fields, 'providerOptions.fal.shot_type')).toMatchObject({
      how: 'lost',
      why: 'It is for fal.',
    })
  })
})

describe('what cannot be said', () => {
  it('is said so: not sold, and a provider that does not tell', () => {
    expect(retarget(clip({ model: 'kling-v3-turbo' }), named('kling'))).toMatchObject({ fields: [] })
    expect(retarget(clip({ model: 'kling-v3-turbo' }), named('kling')).cannot).toContain('does not sell')
    expect(retarget(clip(), leaf('plain', [])).cannot).toBe('plain does not say what it would send.')
  })
})

describe('compositions', () => {
  const kling = named('kling')
  const one = clip({ model: 'kling-v3', mode: 'std', duration: 5 })
  const { fields } = retarget(one, kling)

  it.each<[string, VideoProvider]>([
    ['guard', guard(kling, { maxCostPerTask: 1_000_000 })],
    ['govern', govern(kling, { concurrency: 2 })],
    ['journaled', journaled(kling, memoryJournal())],
    ['failover', failover([kling, named('fal')])],
    [
      'a stack',
      journaled(guard(failover([kling, named('replicate')]), { maxCostPerTask: 1_000_000 }), memoryJournal()),
    ],
  ])('%s says what the provider inside it does', (_, composed) => {
    expect(retarget(one, composed).fields).toEqual(fields)
  })

  it('cheapest says what the winner does', () => {
    const least = cheapest(all)
    const why = least.appraise(one).chosen?.why ?? ''
    const winner = all.find(({ id }) => why.includes(`${id} is the cheapest`))
    expect(retarget(one, least).fields).toEqual(winner && retarget(one, winner).fields)
  })

  it('cheapest says so of any request, though other values would be cheaper elsewhere', () => {
    const least = cheapest(all)
    fc.assert(
      fc.property(fc.constantFrom(...all).chain(requests), (request) => {
        if (least.check(request).length > 0) return
        const { model, mode } = least.appraise(request).chosen ?? {}
        const pinned = { ...request, model, mode } as RenderRequest
        const able = all.filter((provider) => provider.check(pinned).length === 0)
        const price = (provider: VideoProvider) => mostOf(provider.quote(pinned)) ?? Number.POSITIVE_INFINITY
        const winner = able.reduce<VideoProvider | undefined>(
          (best, provider) => (best && price(best) <= price(provider) ? best : provider),
          undefined,
        )
        if (!winner || !Number.isFinite(price(winner))) return
        const named = new Set(Object.keys(request))
        const expected = retarget(pinned, winner).fields.filter(({ field }) => named.has(field))
        expect(retarget(request, least).fields).toEqual(expected)
      }),
      { numRuns: 150, seed: 12 },
    )
  })

  it('have no such member where nobody inside has', () => {
    expect(failover([leaf('plain', [])]).encode).toBeUndefined()
    expect(cheapest([leaf('plain', [])]).encode).toBeUndefined()
  })
})

const word = (name: string) => fc.integer({ min: 100_000, max: 999_999 }).map((number) => `${name} ${number}`)
const some = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined })

/** Requests of which every text, address and number is recognised wherever it turns up. */
const requests = (provider: VideoProvider) =>
  fc
    .record({
      row: fc.constantFrom(...provider.catalog.offers.filter(isVideoOffer)),
      prompt: word('boat'),
      negativePrompt: some(word('blur')),
      length: some(fc.nat()),
      generateAudio: some(fc.boolean()),
      aspectRatio: some(fc.constantFrom('16:9', '9:16', '1:1')),
      cfgScale: some(fc.constantFrom(0.37, 0.61)),
      camera: some(fc.constantFrom('simple', 'down_back')),
      shots: fc.boolean(),
      start: word('start'),
      end: some(word('end')),
      names: fc.constantFrom('both', 'model', 'none'),
    })
    .map(({ row, prompt, negativePrompt, length, generateAudio, aspectRatio, cfgScale, camera, ...rest }) => {
      const { durations } = row.limits
      const duration = length === undefined ? undefined : durations[length % durations.length]
      const total = duration ?? 5
      const picture = (name: string) => `https://example.com/${name.replace(' ', '-')}.png`
      const request = {
        kind: row.kind,
        prompt,
        ...(rest.names !== 'none' && { model: row.model }),
        ...(rest.names === 'both' && { mode: row.mode }),
        ...(negativePrompt !== undefined && { negativePrompt }),
        ...(duration !== undefined && { duration }),
        ...(generateAudio !== undefined && { generateAudio }),
        ...(aspectRatio !== undefined && { aspectRatio }),
        ...(cfgScale !== undefined && { cfgScale }),
        ...(camera === 'simple' && { cameraControl: { type: camera, config: { zoom: 5 } } }),
        ...(camera === 'down_back' && { cameraControl: { type: camera } }),
        ...(rest.shots && {
          shots: [
            { prompt: 'shot one', duration: 2 },
            { prompt: 'two', duration: total - 2 },
          ],
        }),
        ...(row.kind === 'image-to-video' && {
          startImage: picture(rest.start),
          ...(rest.end !== undefined && { endImage: picture(rest.end) }),
        }),
      }
      return request as RenderRequest
    })

/** Other values of a field, of which none may show in a call that has lost it. */
const others: Readonly<Record<string, readonly unknown[]>> = {
  prompt: ['something else'],
  negativePrompt: ['something else', undefined],
  aspectRatio: ['1:1', '16:9', undefined],
  cfgScale: [0.42, undefined],
  generateAudio: [true, false, undefined],
  duration: [3, 10, undefined],
  cameraControl: [undefined],
  shots: [undefined],
  startImage: [undefined, 'https://example.com/other.png'],
  endImage: [undefined, 'https://example.com/other.png'],
  mode: ['std', 'pro', '4k'],
}

describe.each(all.map((provider) => [provider.id, provider] as const))('proved at %s', (id, provider) => {
  it('what is said of each field is what the adapter encodes', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(requests(provider), (request) => {
        const { fields, call, cannot } = retarget(request, provider)
        if (cannot !== undefined || !call) return
        const change = provider.check(request)[0]?.suggestion
        const served = change ? applySuggestion(request, change) : request
        expect(call).toEqual(provider.encode?.(served))
        expect(fields.map(({ field }) => field)).toEqual(Object.keys(request))
        for (const field of fields) {
          const { field: name, how } = field
          seen.add(how)
          const value = (request as unknown as Record<string, unknown>)[name]
          if (how === 'lost') {
            const text = JSON.stringify(call)
            if (typeof value === 'string' && /\d{6}/.test(value)) expect(text).not.toContain(value)
            for (const other of others[name] ?? []) {
              if (!(name in served)) continue
              const changed = provider.encode?.({ ...served, [name]: other } as RenderRequest)
              // Of a mode that is not sold there is no call.
              if (changed) expect([name, changed]).toEqual([name, call])
            }
            expect(field.why).not.toBe('')
            continue
          }
          const there = valueAt(call, field.at)
          if (how === 'converted') expect([name, there]).toEqual([name, field.to])
          else expect([name, there]).toEqual([name, value])
          if (how === 'same') expect(field.at.split('.').at(-1)).toBe(name)
          if (how === 'renamed') expect(field.at.split('.').at(-1)).not.toBe(name)
        }
      }),
      { numRuns: 400, seed: 12 },
    )
    expect([...seen].sort()).toEqual(
      id === 'piapi' ? [...seen].sort() : ['converted', 'lost', 'renamed', 'same'],
    )
    expect(seen.size).toBeGreaterThanOrEqual(3)
  })

  it('and what the adapter encodes is what a submit sends', async () => {
    const samples = fc.sample(requests(provider), { numRuns: 60, seed: 7 }).map((request) => {
      const change = provider.check(request)[0]?.suggestion
      return change ? applySuggestion(request, change) : request
    })
    const fit = samples.filter((request) => provider.check(request).length === 0)
    expect(fit.length).toBeGreaterThan(10)
    for (const request of fit) {
      sent.length = 0
      stop = new AbortController()
      await provider.submit(request, { abortSignal: stop.signal }).catch(() => undefined)
      const { path, json } = provider.encode?.(request) ?? {}
      const [first] = sent
      const { external_task_id: _ours, ...body } = (first?.body ?? {}) as Record<string, unknown>
      expect(first?.path.endsWith(path ?? 'nowhere')).toBe(true)
      expect(body).toEqual(json)
    }
  })

  it('sends nothing to say so', () => {
    sent.length = 0
    for (const request of fc.sample(requests(provider), { numRuns: 20, seed: 3 })) retarget(request, provider)
    expect(sent).toEqual([])
  })
})
