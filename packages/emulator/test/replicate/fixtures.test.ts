import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { signReplicateWebhook } from '../../src/index.ts'
import { API, advanceWhenHeld, createRig, MODEL, type Rig, validInput } from './rig.ts'

interface Exchanged {
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: Record<string, string>
    readonly body?: unknown
  }
  readonly response: {
    readonly status: number
    readonly headers: Record<string, string>
    readonly body: unknown
  }
  readonly secret?: string
  readonly raw_body?: string
}

const folder = new URL('./fixtures/', import.meta.url)
const load = (name: string): Exchanged => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))

/** Keys and types; null and a string are one type, for both stand for a text that may be missing. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape)
  if (value === null || typeof value === 'string') return 'text'
  if (typeof value !== 'object') return typeof value
  const entries = Object.entries(value).map(([key, inner]) => [key, shape(inner)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)))
}

const ID = '8t3q5v0k9xrmw0ct2m7b4zd1hn'
const recorded = {
  ...validInput,
  duration: 5,
  aspect_ratio: '16:9',
  generate_audio: false,
  negative_prompt: 'text',
}
const AFTER_ALL = 200_000

async function prepared(rig: Rig, advanceMs: number, headers?: Record<string, string>): Promise<string> {
  const id = await rig.createId(recorded, MODEL, headers)
  rig.control.advance(advanceMs)
  return id
}

/** What the request of another pair came to, once it has ended. */
async function endedOf(rig: Rig, pair: string, over?: Record<string, unknown>): Promise<string> {
  const { url, body } = load(pair).request
  const { input } = body as { readonly input: Record<string, unknown> }
  const { body: created } = await rig.post(url, { input: { ...input, ...over } })
  rig.control.advance(AFTER_ALL)
  return created.id
}

/** What has to happen before a recorded request can draw its recorded answer; returns the id it asks for. */
const preparations: Readonly<Record<string, (rig: Rig) => Promise<string> | undefined>> = {
  cancel_running: (rig) => prepared(rig, 5000),
  create_sync_wait_done: (rig) => void advanceWhenHeld(rig, 59_000),
  create_sync_wait_timeout: (rig) => void advanceWhenHeld(rig, 5000),
  error_402_insufficient_credit: (rig) => void rig.control.setBalance(0, { provider: 'replicate' }),
  error_413_file_too_large: (rig) => void rig.control.fault({ on: 'upload', kind: 'status', status: 413 }),
  error_429_low_credit: async (rig) => {
    rig.control.setBalance(4, { provider: 'replicate' })
    return prepared(rig, 5000)
  },
  error_500: (rig) => void rig.control.fault({ on: 'create', kind: 'status', status: 500 }),
  get_aborted: async (rig) => {
    rig.control.slowNext({ provider: 'replicate', ms: 0 })
    const id = await prepared(rig, 0, { 'cancel-after': '5' })
    rig.control.forceStatus(id, 'aborted')
    return id
  },
  get_canceled: async (rig) => {
    const id = await prepared(rig, 5000)
    await rig.post(`${API}/predictions/${id}/cancel`, '')
    return id
  },
  get_failed_platform_timeout: (rig) => {
    rig.control.failNext({ provider: 'replicate', message: 'E6716' })
    return prepared(rig, AFTER_ALL)
  },
  get_failed_sensitive: (rig) => {
    rig.control.failNext({ provider: 'replicate' })
    return prepared(rig, AFTER_ALL)
  },
  get_processing: (rig) => prepared(rig, 5000),
  get_starting: (rig) => prepared(rig, 0),
  get_failed_lip_sync_no_face: (rig) =>
    endedOf(rig, 'create_lip_sync_no_face', { video_url: 'https://assets.example.test/no-face.mp4' }),
  get_succeeded_lip_sync_audio: (rig) => endedOf(rig, 'create_lip_sync_audio'),
  get_succeeded_reference_omni: (rig) => endedOf(rig, 'create_reference_omni'),
  get_succeeded_video_reference_omni: (rig) => endedOf(rig, 'create_video_reference_omni'),
  get_succeeded_data_removed: (rig) => prepared(rig, AFTER_ALL + 3_600_000),
}

const wire = readdirSync(folder)
  .map((file) => file.replace('.json', ''))
  .filter((name) => /^(cancel|create|error|get)_/.test(name))

describe('recorded and documented answers', () => {
  it.each(wire)('%s', async (name) => {
    const { request, response } = load(name)
    // A wait of a minute has to be enough in one of them.
    const rig = createRig({ processingMs: name === 'create_sync_wait_done' ? 50_000 : 60_000 })
    const id = await preparations[name]?.(rig)
    const { body } = request
    const headers = new Headers(request.headers)
    const { authorization = '' } = request.headers
    if (authorization.includes('r8_EXAMPLE')) {
      const { env } = rig.emulator.providers('https://x.test').replicate
      headers.set('authorization', `Bearer ${env.REPLICATE_API_TOKEN}`)
    }
    const recordedId = /\/predictions\/(\w+)/.exec(request.url)?.[1] ?? ID
    const answer = await rig.send(request.url.replace(recordedId, id ?? recordedId), {
      method: request.method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    expect(answer.status).toBe(response.status)
    expect(shape(answer.body)).toEqual(shape(response.body))
    for (const key of ['status', 'title', 'detail', 'error', 'data_removed', 'version', 'invalid_fields']) {
      const value = (response.body as Record<string, unknown>)[key]
      if (value !== undefined) expect(answer.body).toHaveProperty([key], value)
    }
    const {
      'ratelimit-remaining': _remaining,
      'ratelimit-reset': _reset,
      location,
      ...kept
    } = response.headers
    expect(Object.fromEntries(answer.headers)).toMatchObject(kept)
    expect(answer.headers.has('location')).toBe(location !== undefined)
  })

  it.each(['list_page', 'list_last_page'])('%s', async (name) => {
    const rig = createRig()
    await prepared(rig, AFTER_ALL)
    for (let count = 0; count < 100; count += 1) await rig.createId(recorded)
    const first = (await rig.get(`${API}/predictions`)).body
    const page = name === 'list_page' ? first : (await rig.get(first.next ?? '')).body
    const { results: _ours, ...links } = page
    const { results: theirs, ...recordedLinks } = load(name).response.body as typeof page
    const nulls = (value: object): unknown[] => Object.entries(value).map(([key, url]) => [key, url === null])
    expect(nulls(links).sort()).toEqual(nulls(recordedLinks).sort())
    const done = (await rig.get(first.next ?? '')).body.results[0]
    const recordedDone = theirs.find(({ status }) => status === 'succeeded')
    if (recordedDone) expect(shape(done)).toEqual(shape(recordedDone))
  })

  it('files_get and files_delete', async () => {
    const rig = createRig()
    const form = new FormData()
    form.append('content', new Blob(['hello'], { type: 'image/png' }), 'kite-first.png')
    const { env } = rig.emulator.providers('https://x.test').replicate
    const headers = { authorization: `Bearer ${env.REPLICATE_API_TOKEN}` }
    const { body } = await rig.send(`${API}/files`, { method: 'POST', headers, body: form })
    const wanted = load('files_get').response
    const got = await rig.get(body.urls.get)
    expect(shape(got.body)).toEqual(shape(wanted.body))
    expect(got.body).toMatchObject({ name: 'kite-first.png', size: 5, metadata: {} })
    const deleted = await rig.send(body.urls.get, { method: 'DELETE', headers })
    const { status, headers: sent } = load('files_delete').response
    expect([deleted.status, deleted.headers.get('content-type')]).toEqual([status, sent['content-type']])
  })
})

describe('webhooks', () => {
  it.each(['webhook_signature_test_vector', 'webhook_start_signed', 'webhook_completed_signed'])(
    'are signed as %s',
    async (name) => {
      const { request, secret = '', raw_body: body = '' } = load(name)
      const { 'webhook-id': id = '', 'webhook-timestamp': timestamp } = request.headers
      expect(await signReplicateWebhook(body, { id, timestamp: Number(timestamp), secret })).toEqual(
        request.headers,
      )
    },
  )

  it('have a secret', async () => {
    const { body } = await createRig().get(`${API}/webhooks/default/secret`)
    expect(shape(body)).toEqual(shape(load('webhooks_default_secret').response.body))
  })
})

describe('model cards', () => {
  interface Card {
    readonly input: { readonly required: string[]; readonly properties: Record<string, object> }
    readonly output: object
  }
  const { models } = JSON.parse(readFileSync(new URL('kling-inputs.json', folder), 'utf8')) as {
    models: Record<string, Card>
  }
  const served = Object.keys(models).filter((name) => !/motion-control|lip-sync|avatar/.test(name))

  it.each(served)('%s has the fields that were collected', async (name) => {
    const { status, body } = await createRig().get(`${API}/models/${name}`)
    expect([status, `${Reflect.get(body, 'owner')}/${Reflect.get(body, 'name')}`]).toEqual([200, name])
    const version = Reflect.get(body, 'latest_version') as {
      openapi_schema: { components: { schemas: { Input: Card['input']; Output: object } } }
    }
    const { Input, Output } = version.openapi_schema.components.schemas
    const collected = models[name]
    expect([...Input.required].sort()).toEqual([...(collected?.input.required ?? [])].sort())
    const withoutWords = Object.fromEntries(
      Object.entries(collected?.input.properties ?? {}).map(([key, field]) => {
        const { description: _description, ...rest } = field as Record<string, unknown>
        return [key, rest]
      }),
    )
    expect(Input.properties).toEqual(withoutWords)
    expect(Output).toMatchObject(collected?.output ?? {})
  })

  it('are not there for the others', async () => {
    expect((await createRig().get(`${API}/models/kwaivgi/kling-avatar-v2`)).status).toBe(404)
  })
})
