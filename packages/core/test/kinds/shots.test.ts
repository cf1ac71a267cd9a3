import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'
import { describe, expect, it } from 'vitest'
import { applySuggestion, type RenderRequest, type VideoProvider } from '../../src/index.ts'

const dawn = { prompt: 'Sunrise over a ridge', duration: 4 }
const bird = { prompt: 'A bird crosses the sky', duration: 3 }
const film: RenderRequest = {
  kind: 'text-to-video',
  prompt: '',
  model: 'kling-v3',
  duration: 7,
  shots: [dawn, bird],
}

type Make = (fetch: typeof globalThis.fetch) => VideoProvider
const providers: Readonly<Record<string, Make>> = {
  kling: (fetch) => createKling({ apiKey: 'a-key', fetch }),
  fal: (fetch) => createFal({ apiKey: 'id:secret', fetch }),
  piapi: (fetch) => createPiapi({ apiKey: 'a-key', fetch }),
  replicate: (fetch) => createReplicate({ apiKey: 'a-token', fetch }),
}
const silent: Make = () => {
  throw new Error('not asked')
}
const make = (id: string, fetch: typeof globalThis.fetch = fetchNothing): VideoProvider =>
  (providers[id] ?? silent)(fetch)
async function fetchNothing(): Promise<Response> {
  throw new Error('nothing is to be sent')
}

/** The body of the create call. */
async function sentBy(id: string, request: RenderRequest): Promise<Readonly<Record<string, unknown>>> {
  let body: unknown
  const stop = new AbortController()
  const provider = make(id, async (input, init) => {
    if ((init?.method ?? (input as Request).method) === 'POST') {
      body ??= JSON.parse(
        typeof init?.body === 'string'
          ? init.body
          : await new Response(init?.body ?? (input as Request).body).text(),
      )
    }
    // The answer is of no interest, nor is a search for what was never made.
    stop.abort()
    return Response.json({}, { status: 500 })
  })
  await provider.submit(request, { abortSignal: stop.signal }).catch(() => undefined)
  const { input } = body as { input?: object }
  return (input ?? body) as Readonly<Record<string, unknown>>
}

const fields = (id: string, edit: object): readonly string[] =>
  make(id)
    .check({ ...film, ...edit } as RenderRequest)
    .map(({ field, rule }) => `${field} ${rule}`)

/** The same shots in each provider's own words. */
const ownWords: Readonly<Record<string, { readonly key: string; readonly options: object }>> = {
  kling: {
    key: 'multi_prompt',
    options: {
      multi_shot: true,
      shot_type: 'customize',
      multi_prompt: [dawn, bird].map(({ prompt, duration }, at) => ({
        index: at + 1,
        prompt,
        duration: `${duration}`,
      })),
    },
  },
  fal: {
    key: 'multi_prompt',
    options: {
      multi_prompt: [dawn, bird].map(({ prompt, duration }) => ({ prompt, duration: `${duration}` })),
    },
  },
  piapi: { key: 'multi_shots', options: { multi_shots: [dawn, bird] } },
  replicate: { key: 'multi_prompt', options: { multi_prompt: [dawn, bird] } },
}

it.each(Object.entries(ownWords))(
  'in the words of %s add up to the clip by the same rule',
  (id, { key, options }) => {
    const own = {
      ...film,
      model: id === 'replicate' ? 'kling-v3-omni' : 'kling-v3',
      prompt: id === 'replicate' ? 'A ridge' : '',
      shots: undefined,
      providerOptions: { [id]: options },
    } as unknown as RenderRequest
    expect(make(id).check(own)).toEqual([])
    expect(make(id).check({ ...own, duration: 8 } as RenderRequest)).toEqual([
      expect.objectContaining({
        field: `providerOptions.${id}.${key}`,
        rule: 'conflict',
        message: 'The shots add up to 7 s, the clip to 8 s.',
        fix: 'Use a duration of 7, or change the shots.',
      }),
    ])
  },
)

describe('shots', () => {
  it.each([
    [
      'kling',
      {
        multi_shot: true,
        shot_type: 'customize',
        multi_prompt: [
          { index: 1, prompt: dawn.prompt, duration: '4' },
          { index: 2, prompt: bird.prompt, duration: '3' },
        ],
        duration: '7',
      },
      ['prompt'],
    ],
    [
      'fal',
      {
        multi_prompt: [
          { prompt: dawn.prompt, duration: '4' },
          { prompt: bird.prompt, duration: '3' },
        ],
        duration: '7',
      },
      ['prompt'],
    ],
    ['piapi', { multi_shots: [dawn, bird] }, ['prompt', 'duration']],
    ['replicate', { multi_prompt: JSON.stringify([dawn, bird]), duration: 7, prompt: 'A morning' }, []],
  ])('are sent to %s in its own words', async (id, wanted, absent) => {
    const prompt = id === 'replicate' ? 'A morning' : ''
    const sent = await sentBy(id, {
      ...film,
      prompt,
      ...(id === 'replicate' && { model: 'kling-v3-omni' }),
    } as RenderRequest)
    expect(sent).toMatchObject(wanted)
    for (const key of absent) expect(sent).not.toHaveProperty(key)
  })

  it.each(['kling', 'fal', 'piapi'])(
    'need no prompt beside them at %s, and say that it is not sent',
    (id) => {
      expect(fields(id, {})).toEqual([])
      const { warnings } = make(id).appraise({ ...film, prompt: 'A morning' } as RenderRequest)
      expect(warnings.map(({ field }) => field)).toContain('prompt')
    },
  )

  it.each<[string, object, readonly string[]]>([
    ['a sum that is not the clip', { duration: 8 }, ['shots conflict']],
    ['none at all', { shots: [] }, ['shots range']],
    [
      'seven',
      { shots: Array.from({ length: 7 }, () => ({ prompt: 'A boat', duration: 1 })) },
      ['shots range'],
    ],
    ['one without words', { shots: [dawn, { ...bird, prompt: ' ' }] }, ['shots.1.prompt required']],
    ['half a second', { shots: [dawn, { ...bird, duration: 2.5 }] }, ['shots.1.duration range']],
    [
      'half a character',
      { shots: [dawn, { ...bird, prompt: 'A bird \ud83c' }] },
      ['shots.1.prompt malformed'],
    ],
    ['a field nobody knows', { shots: [dawn, { ...bird, camera: 'up' }] }, ['shots.1.camera unknown-field']],
    ['a model without them', { model: 'kling-v2-6', duration: 5 }, ['prompt required', 'shots unsupported']],
  ])('are checked by one rule: %s', (_, edit, wanted) => {
    expect(fields('kling', edit)).toEqual(wanted)
  })

  it.each([
    ['kling', 'multi_prompt'],
    ['fal', 'multi_prompt'],
    ['piapi', 'multi_shots'],
  ])('are said once: not beside %s’s own %s', (id, key) => {
    const providerOptions = { [id]: { [key]: [dawn, bird] } }
    expect(fields(id, { providerOptions })).toContain(`providerOptions.${id}.${key} conflict`)
  })

  it('come with the length that makes them pass', () => {
    const request = { ...film, duration: 8 } as RenderRequest
    const [found] = make('kling').check(request)
    expect(found?.suggestion).toEqual({ duration: 7 })
    expect(make('kling').check(applySuggestion(request, found?.suggestion ?? {}))).toEqual([])
  })
})
