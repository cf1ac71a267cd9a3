import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'
import { describe, expect, it } from 'vitest'
import { applySuggestion, type ClipRef, type ExtendRequest, type VideoProvider } from '../../src/index.ts'

const dayMs = 86_400_000
let now = Date.parse('2026-11-27T12:00:00Z')
const clock = { now: () => now, monotonic: () => now, sleep: async () => {} }
const keys = { apiKey: 'a-key', clock }
const kling = createKling(keys)
const piapi = createPiapi(keys)
const clip: ClipRef = {
  provider: 'kling',
  account: 'default',
  taskId: '831922345719280301',
  outputId: '1f2e3d4c-0000-4000-8000-000000000301',
  url: 'https://cdn.klingai.com/in.mp4',
  kind: 'text-to-video',
  model: 'kling-v1-6',
  mode: 'std',
  duration: 5.1,
  endedAt: now - 2 * dayMs,
}
const longer: ExtendRequest = { kind: 'extend', model: 'kling-v1-6', video: clip, prompt: 'The boat sinks' }
const said = (provider: VideoProvider, request: ExtendRequest): readonly string[] =>
  provider.check(request).map(({ field, rule, message, fix }) => `${field} ${rule}: ${message} ${fix}`)

describe('a longer clip', () => {
  it('is bought by the id of the clip, with a word of warning, at a price that nobody knows', () => {
    const { problems, quote, warnings, chosen } = kling.appraise(longer)
    expect(problems).toEqual([])
    expect(chosen).toMatchObject({ model: 'kling-v1-6', mode: 'std' })
    expect(quote).toMatchObject({ type: 'unknown', why: expect.stringContaining('has left the price page') })
    expect(warnings).toEqual([{ field: 'model', message: expect.stringContaining('is unverified') }])
  })

  it('has a price where one is given', () => {
    const given = createKling({ ...keys, prices: [{ kind: 'extend', mode: 'std', per: 'clip', usd: 0.28 }] })
    expect(given.quote(longer)).toMatchObject({ type: 'exact', microUsd: 280_000, basis: 'yours' })
    expect(given.quote({ ...longer, mode: 'pro', video: { ...clip, mode: 'pro' } }).type).toBe('unknown')
    const bySecond = createKling({ ...keys, prices: [{ kind: 'extend', per: 'second', usd: 0.1 }] })
    expect(bySecond.quote(longer)).toMatchObject({ type: 'bounded', min: 910_000, max: 1_010_000 })
  })

  it('needs the model named', () => {
    const { model: _, ...without } = longer
    expect(said(kling, without)).toEqual([
      'model required: Whether kling still sells extend is unverified, so no model is chosen for you. Name one of kling-v1, kling-v1-5, kling-v1-6, if you want to try.',
    ])
  })

  it('is made by the model and in the mode of the clip', () => {
    expect(said(kling, { ...longer, mode: 'pro' })).toEqual([
      "mode conflict: The clip is of kling-v1-6 std, which kling-v1-6 pro does not take. Use model: 'kling-v1-6' and mode: 'std'.",
    ])
    const wrong: ExtendRequest = { ...longer, model: 'kling-v1-5' }
    const [problem] = kling.check(wrong)
    expect(problem).toMatchObject({ field: 'model', rule: 'conflict' })
    const mended = applySuggestion(wrong, problem?.suggestion ?? {})
    expect(mended).toMatchObject({ model: 'kling-v1-6', mode: 'std' })
    expect(kling.check(mended)).toEqual([])
  })

  it('cannot be had of a clip by a newer model', () => {
    expect(said(kling, { ...longer, video: { ...clip, model: 'kling-v3' } })).toEqual([
      'video unsupported: kling takes clips of kling-v1, kling-v1-5 or kling-v1-6 here, not of kling-v3 std. Pass another clip.',
    ])
  })

  it('cannot be had of a clip that is too old, too long, or somebody else’s', () => {
    expect(said(kling, { ...longer, video: { ...clip, endedAt: now - 30 * dayMs } })).toEqual([
      'video unreachable: The clip is of 2026-10-28, and kling takes the ids of its clips for 30 days. Render the clip again.',
    ])
    expect(said(kling, { ...longer, video: { ...clip, duration: 176 } })).toHaveLength(1)
    expect(said(kling, { ...longer, video: { ...clip, account: 'studio' } })).toEqual([
      'video unsupported: The clip was made by kling (account studio); kling (account default) knows the ids of its own clips only. Ask kling (account studio).',
    ])
    expect(said(kling, { ...longer, video: 'https://example.com/a.mp4' })).toEqual([
      'video unsupported: kling takes no file for kling-v1-6 std: it knows the clips that it made itself by their ids. Pass clipOf(task) of a clip that kling (account default) made.',
    ])
    expect(said(piapi, longer).map((text) => text.split(':')[0])).toEqual([
      'video unsupported',
      'prompt unsupported',
    ])
  })

  it('ends with the days of its source, as time goes by', () => {
    expect(kling.check(longer)).toEqual([])
    const before = now
    now += 28 * dayMs
    expect(kling.check(longer)).toHaveLength(1)
    now = before
  })

  it('of V1 hears neither of what to keep out nor how closely to follow', () => {
    const video: ClipRef = { ...clip, model: 'kling-v1' }
    const deaf: ExtendRequest = { ...longer, model: 'kling-v1', video, negativePrompt: 'rain', cfgScale: 0.3 }
    expect(said(kling, deaf).map((text) => text.split(':')[0])).toEqual([
      'negativePrompt unsupported',
      'cfgScale unsupported',
    ])
    expect(kling.check(applySuggestion(deaf, kling.check(deaf)[0]?.suggestion ?? {}))).toEqual([])
  })

  it('takes words as long as they may be', () => {
    expect(kling.check({ ...longer, prompt: 'a'.repeat(2_500) })).toEqual([])
    expect(kling.check({ ...longer, prompt: 'a'.repeat(2_501) })).toMatchObject([
      { field: 'prompt', rule: 'length' },
    ])
    expect(kling.check({ ...longer, cfgScale: 2 })).toMatchObject([{ field: 'cfgScale', rule: 'range' }])
  })

  it('takes a watermark, and none of the other paths’ settings', () => {
    const watermark_info = { enabled: true }
    expect(kling.check({ ...longer, providerOptions: { kling: { watermark_info } } })).toEqual([])
    expect(kling.check({ ...longer, providerOptions: { kling: { multi_shot: true } } })).toMatchObject([
      { field: 'providerOptions.kling.multi_shot', rule: 'unsupported' },
    ])
  })

  it('is told of those who sell it by those who do not', () => {
    for (const provider of [createFal({ apiKey: 'id:secret' }), createReplicate({ apiKey: 'a-token' })]) {
      const [{ rule, fix } = { rule: '', fix: '' }] = provider.check(longer)
      expect(rule).toBe('unsupported')
      expect(fix).toContain('kling and piapi sell extend.')
    }
  })

  it('is not sold by a relay', () => {
    const relayed = createKling({ ...keys, baseURL: 'https://relay.example.com/kling' })
    expect(relayed.catalog.offers.some(({ kind }) => kind === 'extend')).toBe(false)
    expect(relayed.check(longer)).toMatchObject([{ field: 'kind', rule: 'unsupported' }])
  })

  it('is told what is no clip', () => {
    const broken = { ...longer, video: { ...clip, taskId: '' } }
    expect(kling.check(broken)).toMatchObject([
      { field: 'video', rule: 'type', fix: expect.stringContaining('clipOf(task)') },
    ])
  })
})
