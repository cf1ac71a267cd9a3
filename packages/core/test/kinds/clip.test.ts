import { asSchema } from 'ai'
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import {
  type ClipLimits,
  type ClipRef,
  clipOf,
  isClipRef,
  type MediaRule,
  type Output,
  ReelayError,
  type SucceededTask,
} from '../../src/index.ts'
import { type ClipTypes, withClipNames } from '../../src/kinds/clip.ts'
import { clipField, clipFiles, clipIn, clipRule } from '../../src/kinds/clip-rule.ts'
import type { Case } from '../../src/kinds/kind.ts'

type ClipCase = Case<ClipTypes>
const dayMs = 86_400_000
const ended = Date.parse('2026-11-01T12:00:00Z')
const files: MediaRule = { forms: ['url'], mediaTypes: ['video/mp4'], maxBytes: 100_000_000 }

const finished = (outputs: readonly Output[], handle: object = {}): SucceededTask => ({
  id: 't-1',
  status: 'succeeded',
  nativeStatus: 'succeed',
  warnings: [],
  updatedAt: ended,
  handle: {
    v: 1,
    provider: 'kling',
    account: 'default',
    id: 't-1',
    kind: 'text-to-video',
    model: 'kling-v1-6',
    mode: 'std',
    route: 'text2video',
    submittedAt: ended - 60_000,
    idempotencyKey: 'k',
    requestHash: 'h',
    ...handle,
  },
  outputs: outputs as SucceededTask['outputs'],
})

const output: Output = {
  kind: 'video',
  url: 'https://cdn.example.com/boat.mp4?sign=1',
  mediaType: 'video/mp4',
  duration: 5.1,
  id: 'v-1',
  expiresAt: ended + 30 * dayMs,
}
const clip = clipOf(finished([output]))
const byId: ClipLimits = {
  by: ['output-id'],
  media: false,
  heldMs: 30 * dayMs,
  source: 'test',
  asOf: '2026-11-27',
}
const byEither: ClipLimits = { ...byId, by: ['output-id', 'media'], media: files }
const owner = { provider: 'kling', account: 'default' }

function caseOf(
  video: ClipCase['request']['video'],
  limits: ClipLimits,
  edit: Partial<ClipCase> = {},
): ClipCase {
  const limited = { clip: limits }
  const row = { provider: 'kling', model: 'kling-v1-6', mode: 'std', limits: limited } as ClipCase['offer']
  return {
    request: { video },
    limits: { clip: limits },
    offer: row,
    offers: [row],
    name: 'kling-v1-6 std',
    owner,
    now: ended + dayMs,
    ...edit,
  }
}
const found = (...args: Parameters<typeof caseOf>) => clipRule(caseOf(...args)).filter((one) => !!one)
const said = (...args: Parameters<typeof caseOf>) =>
  found(...args).map(({ rule, message, fix }) => `${rule}: ${message} ${fix}`)

describe('a reference to a clip', () => {
  it('is plain JSON with whose it is, its ids, what made it, and how long it is held', () => {
    expect(JSON.parse(JSON.stringify(clip))).toEqual({
      provider: 'kling',
      account: 'default',
      taskId: 't-1',
      outputId: 'v-1',
      url: 'https://cdn.example.com/boat.mp4?sign=1',
      kind: 'text-to-video',
      model: 'kling-v1-6',
      mode: 'std',
      duration: 5.1,
      endedAt: ended,
      expiresAt: ended + 30 * dayMs,
    })
    expect(isClipRef(JSON.parse(JSON.stringify(clip)))).toBe(true)
  })

  it('names the relay that made it, and leaves out what nobody said', () => {
    const bare: Output = { kind: 'video', url: 'https://cdn.example.com/b.mp4', mediaType: 'video/mp4' }
    const made = clipOf(finished([output, bare], { host: 'relay.example.com' }), 1)
    expect(made).toMatchObject({ host: 'relay.example.com', url: bare.url })
    expect(Object.keys(made)).not.toContain('outputId')
    expect(Object.keys(made)).not.toContain('duration')
  })

  it('is refused of what is no clip, before anything is bought', () => {
    const picture: Output = { kind: 'image', url: 'https://cdn.example.com/b.png', mediaType: 'image/png' }
    for (const take of [() => clipOf(finished([picture])), () => clipOf(finished([output]), 3)]) {
      let error: unknown
      try {
        take()
      } catch (thrown) {
        error = thrown
      }
      expect(error).toBeInstanceOf(ReelayError)
      expect(error).toMatchObject({ code: 'ERR_INVALID_REQUEST', outcome: 'none' })
    }
  })

  it('is told from everything else by its shape', () => {
    const { taskId: _, ...without } = clip
    for (const value of [
      without,
      { ...clip, outputId: 7 },
      { ...clip, duration: Number.NaN },
      { ...clip, model: '' },
      'https://example.com/a.mp4',
      null,
      new Uint8Array(3),
    ]) {
      expect(isClipRef(value)).toBe(false)
    }
    expect(isClipRef({ ...clip, addedLater: true })).toBe(true)
  })

  it('stays the same clip when its address is signed anew', () => {
    const nameOf = (video: unknown) => withClipNames({ kind: 'extend', video })
    expect(nameOf({ ...clip, url: 'https://cdn.example.com/boat.mp4?sign=2', expiresAt: 0 })).toEqual(
      nameOf(clip),
    )
    expect(nameOf({ ...clip, outputId: 'v-2' })).not.toEqual(nameOf(clip))
    expect(nameOf({ ...clip, host: 'relay' })).not.toEqual(nameOf(clip))
    expect(nameOf('https://cdn.example.com/boat.mp4')).toEqual({
      kind: 'extend',
      video: 'https://cdn.example.com/boat.mp4',
    })
  })
})

describe('a field that takes a clip', () => {
  const schema = z.strictObject({ video: clipField('What to extend.') })

  it('takes a reference, an address or bytes, and nothing else', () => {
    for (const video of [clip, 'https://example.com/a.mp4', new Uint8Array([1])]) {
      expect(z.safeParse(schema, { video }).success).toBe(true)
    }
    for (const video of [undefined, '', 7, {}, { ...clip, taskId: undefined }]) {
      expect(z.safeParse(schema, { video }).success).toBe(false)
    }
  })

  it('tells a model what it takes', async () => {
    const { properties } = (await asSchema(schema as never).jsonSchema) as {
      properties: Record<string, { description: string; anyOf: readonly { required?: string[] }[] }>
    }
    expect(properties.video?.description).toContain('What to extend.')
    expect(properties.video?.anyOf.map((one) => one.required)).toEqual([
      undefined,
      ['provider', 'account', 'taskId', 'kind', 'model', 'mode'],
    ])
  })
})

describe('whether a row takes a clip', () => {
  it('its own goes by its id, and by no file', () => {
    expect(said(clip, byId)).toEqual([])
    expect(clipFiles({ video: clip }, { clip: byEither }, owner)).toEqual([])
    const draft = { request: { video: clip }, offer: { limits: { clip: byEither } }, media: {} }
    expect(clipIn(draft)).toEqual({ by: 'output-id', id: 'v-1' })
    const byTask = { ...draft, offer: { limits: { clip: { ...byId, by: ['task-id'] as const } } } }
    expect(clipIn(byTask)).toEqual({ by: 'task-id', id: 't-1' })
  })

  it('one without the id that is asked for says so', () => {
    const { outputId: _, ...without } = clip
    expect(said(without, byId)).toEqual([
      'required: The clip of task t-1 has no outputId, which kling knows it by. Read its task again, and pass clipOf(task).',
    ])
  })

  const foreign: readonly (readonly [whose: string, video: ClipRef, maker: string])[] = [
    ['another provider', { ...clip, provider: 'piapi' }, 'piapi (account default)'],
    ['another account', { ...clip, account: 'studio' }, 'kling (account studio)'],
    [
      'a relay',
      { ...clip, host: 'relay.example.com' },
      'kling (account default, at the relay relay.example.com)',
    ],
  ]
  for (const [whose, video, maker] of foreign) {
    it(`the clip of ${whose} goes by its address alone`, () => {
      expect(said(video, byId)).toEqual([
        `unsupported: The clip was made by ${maker}; kling (account default) knows the ids of its own clips only. Ask ${maker}.`,
      ])
      expect(said(video, byEither)).toEqual([])
      expect(clipFiles({ video }, { clip: byEither }, owner)).toEqual([{ path: 'video', media: clip.url }])
      const { url: _, ...without } = video
      expect(said(without, byEither)).toEqual([
        `unsupported: The clip was made by ${maker}; kling (account default) knows the ids of its own clips only. Ask ${maker}. Or pass its file, or its address.`,
      ])
    })
  }

  it('a file is refused where ids alone are taken', () => {
    expect(said('https://example.com/a.mp4', byId)).toEqual([
      'unsupported: kling takes no file for kling-v1-6 std: it knows the clips that it made itself by their ids. Pass clipOf(task) of a clip that kling (account default) made.',
    ])
    expect(said('https://example.com/a.mp4', byEither)).toEqual([])
    const value = 'https://example.com/a.mp4'
    const media = { video: { form: 'url', value, content: value } } as const
    const draft = { request: { video: value }, offer: { limits: { clip: byEither } }, media }
    expect(clipIn(draft)).toEqual({ by: 'media', value })
  })

  it('an id ends with its days', () => {
    expect(found(clip, byId, { now: ended + 30 * dayMs - 1 })).toEqual([])
    expect(said(clip, byId, { now: ended + 30 * dayMs })).toEqual([
      'unreachable: The clip is of 2026-11-01, and kling takes the ids of its clips for 30 days. Render the clip again.',
    ])
    // Nobody said when it ended, or for how long ids are taken.
    const { endedAt: _, ...ageless } = clip
    expect(found(ageless, byId, { now: ended + 99 * dayMs })).toEqual([])
    const { heldMs: __, ...forever } = byId
    expect(found(clip, forever, { now: ended + 99 * dayMs })).toEqual([])
  })

  it('an address that outlives the id is offered in its place', () => {
    const lasting = { ...clip, expiresAt: ended + 90 * dayMs }
    const [old] = found(lasting, byEither, { now: ended + 31 * dayMs })
    expect(old?.ways).toEqual([
      { patch: { video: clip.url }, cost: 4, fix: 'Pass its address, which is still alive.' },
    ])
  })

  it('a dead address is refused', () => {
    expect(said({ ...clip, provider: 'fal' }, byEither, { now: ended + 30 * dayMs })).toEqual([
      "unreachable: The clip's address has been dead since 2026-12-01. Pass the file that you stored, or render the clip again.",
    ])
  })

  it('its length counts in whole seconds, where it is known', () => {
    const limits: ClipLimits = { ...byId, seconds: [2, 5] }
    expect(said(clip, limits)).toEqual([])
    expect(said({ ...clip, duration: 5.6 }, limits)).toEqual([
      'range: The clip lasts 5.6 s; kling-v1-6 std takes 2 to 5 s. Pass another clip.',
    ])
    expect(said({ ...clip, duration: 1.2 }, limits)).toHaveLength(1)
    const { duration: _, ...unknown } = clip
    expect(said(unknown, limits)).toEqual([])
  })

  it('what made it counts for its id, not for its file', () => {
    const limits: ClipLimits = {
      ...byEither,
      madeBy: { kinds: ['text-to-video'], models: ['kling-v1', 'kling-v1-5'] },
    }
    expect(said(clip, limits)).toEqual([
      'unsupported: kling takes clips of kling-v1 or kling-v1-5 here, not of kling-v1-6 std. Pass another clip.',
    ])
    expect(said({ ...clip, kind: 'image-to-video', model: 'kling-v1' }, limits)).toEqual([
      'unsupported: kling-v1-6 std takes clips of text-to-video, not of image-to-video. Pass another clip.',
    ])
    expect(said({ ...clip, provider: 'fal' }, limits)).toEqual([])
  })
})
