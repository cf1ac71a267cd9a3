import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import { sell } from '../../src/adapter.ts'
import {
  failover,
  generate,
  type RenderRequest,
  taskWith,
  textToVideo,
  type VideoProvider,
} from '../../src/index.ts'
import { defineProvider } from '../../src/provider/define.ts'
import { handle, scripted, task } from '../fakes.ts'

const kling = createKling({ apiKey: 'a-key' })
const fal = createFal({ apiKey: 'id:secret' })
const boat: RenderRequest = { kind: 'text-to-video', prompt: 'A paper boat' }

describe('appraise', () => {
  it.each<[Partial<RenderRequest>, string, string]>([
    [
      {},
      'kling-v3 std',
      'You named no model, and kling-v3 is the default, which every provider sells; std is its cheapest mode.',
    ],
    [
      { mode: 'pro' },
      'kling-v3 pro',
      'You named no model, and kling-v3 is the default, which every provider sells; you asked for this mode.',
    ],
    [{ model: 'kling-v2-6' }, 'kling-v2-6 std', 'You asked for this model; std is its cheapest mode.'],
    [{ model: 'kling-v2-master' }, 'kling-v2-master pro', 'You asked for this model; pro is its only mode.'],
    [{ model: 'kling-v2-6', mode: 'pro' }, 'kling-v2-6 pro', 'You asked for this model and this mode.'],
  ])('says for %j that it is %s, and why', (edit, what, why) => {
    const { offer, chosen, problems } = kling.appraise({ ...boat, ...edit } as RenderRequest)
    expect(problems).toEqual([])
    expect(`${offer?.model} ${offer?.mode}`).toBe(what)
    expect([`${chosen?.model} ${chosen?.mode}`, chosen?.why]).toEqual([what, why])
  })

  it('names the row of a request that has problems, and no price and no warning for it', () => {
    const { offer, problems, quote, warnings } = kling.appraise({ ...boat, duration: 86_400 })
    expect([offer?.model, problems.length, quote.type, warnings]).toEqual(['kling-v3', 1, 'unknown', []])
    expect(kling.appraise({ ...boat, kind: 'hologram' } as never).offer).toBeUndefined()
  })

  it('has the warnings that the task will carry', () => {
    const startImage = 'https://example.com/boat.png'
    const { warnings } = kling.appraise({
      kind: 'image-to-video',
      startImage,
      prompt: 'x',
      aspectRatio: '1:1',
    })
    expect(warnings.map(({ field }) => field)).toEqual(['aspectRatio'])
  })

  it('is computed once for a submit, and handed down', async () => {
    let asked = 0
    const provider = defineProvider({
      id: 'kling',
      kinds: [
        sell([textToVideo], {
          rows: [],
          encode: () => ({ method: 'POST', path: '/x', json: {} }),
          check() {
            asked += 1
            return []
          },
        }),
      ],
      catalog: kling.catalog,
      routes: { 'text-to-video': { path: '/x', idempotency: 'none', find: 'none' } },
      statuses: { queued: 'queued' },
      providerOptions: { free: [], reserved: {} },
      refusal: () => undefined,
      created: () => ({ id: 'task-1', status: 'queued', raw: {} }),
      query: () => ({ method: 'GET', url: 'https://api.example.com/x' }),
      task: () => undefined,
      failure: () => ({ reason: 'unknown', message: '', retryable: false }),
    })({
      auth: { secrets: () => [], authorize: () => undefined },
      hosts: { api: 'https://api.example.com' },
      host: { name: 'api.example.com', standing: 'official' } as never,
      fetch: async () => Response.json({ id: 'task-1' }),
    })
    const { chosen } = await provider.submit(boat)
    expect(asked).toBe(1)
    expect(chosen).toEqual(provider.appraise(boat).chosen)
  })
})

describe('what was chosen', () => {
  const clock = createVirtualClock()
  const chosen = { model: 'kling-v3', mode: 'std', why: 'Because.' } as const

  it('stays on the clip that generate answers with', async () => {
    const plain = scripted(clock, [() => task('succeeded', handle(0))])
    const provider: VideoProvider = {
      ...plain,
      submit: async () => taskWith(task('queued', handle(0)), { chosen }),
    }
    expect((await generate(provider, boat)).chosen).toEqual(chosen)
  })

  it('is the caller’s reason in a failover, which names the model to each leaf itself', () => {
    expect(failover([kling, fal]).appraise(boat).chosen?.why).toContain('You named no model')
  })

  it('keeps a raw reply out of sight when a task is changed', () => {
    const raw = Object.defineProperty(task('queued', handle(0)), 'raw', { value: { secret: 1 } })
    const changed = taskWith(raw, { chosen })
    expect([changed.raw, JSON.stringify(changed).includes('secret')]).toEqual([{ secret: 1 }, false])
  })
})
