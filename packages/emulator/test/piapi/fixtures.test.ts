import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createRig, keyHeaders, MINUTE, type Rig, TASK, UPLOAD } from './rig.ts'

type Json = Record<string, unknown>

interface Pair {
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: Record<string, string>
    readonly body: Json | null
  }
  readonly response: { readonly status: number; readonly body: Json & { readonly data: Json | null } }
}

const folder = new URL('./fixtures/', import.meta.url)
const load = (name: string): Pair => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))

/** Keys and types; arrays by their first item. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape)
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  const entries = Object.entries(value).map(([key, inner]) => [key, shape(inner)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)))
}

/** Creates the task that a recorded answer shows, and addresses the recorded request to it. */
async function recreate(rig: Rig, { request, response }: Pair, over: Json = {}): Promise<string> {
  const { model, task_type, config, input } = response.body.data ?? {}
  const body = { model, task_type, config, input: { ...(input as Json), ...over } }
  const { data } = (await rig.post(TASK, body)).body
  return request.url.replace(/[^/]+$/, data.task_id)
}

/** A clip of 5 s that was made before. */
async function ended(rig: Rig): Promise<string> {
  const id = await rig.createTask()
  rig.control.advance(2 * MINUTE)
  return id
}

type Preparation = (rig: Rig, pair: Pair) => Promise<Partial<Pair['request']> | undefined>

const asked =
  (wait: number, over: Json = {}): Preparation =>
  async (rig, pair) => {
    const url = await recreate(rig, pair, over)
    rig.control.advance(wait)
    return { url }
  }

/** What has to happen before a recorded request can draw its recorded answer. */
const preparations: Readonly<Record<string, Preparation>> = {
  cancel_task_single: async (rig) => ({ url: `${TASK}/${await rig.createTask()}` }),
  get_task_pending: asked(0),
  get_task_processing: asked(5000),
  get_task_completed_works: asked(2 * MINUTE),
  get_task_completed_image_to_video: asked(2 * MINUTE),
  get_task_completed_v3_video_string: asked(2 * MINUTE),
  get_task_completed_omni_images: asked(5 * MINUTE),
  get_task_completed_v4: asked(5 * MINUTE),
  get_task_completed_elements: asked(2 * MINUTE),
  get_task_completed_try_on: asked(2 * MINUTE),
  // It speaks in a clip of the account's own.
  create_lip_sync_tts_origin: async (rig, { request }) => ({
    body: { ...request.body, input: { ...(request.body?.input as Json), origin_task_id: await ended(rig) } },
  }),
  get_task_completed_lip_sync: async (rig, pair) =>
    asked(2 * MINUTE, { origin_task_id: await ended(rig) })(rig, pair),
  get_task_failed_no_face: async (rig, pair) => {
    const origin_task_id = await ended(rig)
    rig.control.failNext({ provider: 'piapi', message: 'identify failed: status 609' })
    return asked(2 * MINUTE, { origin_task_id })(rig, pair)
  },
  account_active_tasks_busy: async (rig) => {
    await rig.createTask()
    rig.control.advance(5000)
    return undefined
  },
  // Two tasks that have ended, one of them failed.
  task_histories: async (rig, { request }) => {
    rig.control.failNext({ provider: 'piapi' })
    await rig.createTask()
    await rig.createTask()
    rig.control.advance(2 * MINUTE)
    return { url: request.url.replace(/&start_time.*/, '') }
  },
  get_task_failed: async (rig, pair) => {
    rig.control.failNext({ provider: 'piapi', message: 'submit task failed: 500, service busy' })
    return asked(2 * MINUTE)(rig, pair)
  },
  error_insufficient_credits: async (rig) => void rig.control.setBalance(0, { provider: 'piapi' }),
  error_service_busy_on_create: async (rig) => {
    rig.control.fault({ on: 'create', kind: 'status', status: 500 })
    return undefined
  },
  // The recorded data is a placeholder and no base64.
  upload_ephemeral_resource: async () => ({
    url: UPLOAD,
    body: { file_name: 'start.jpg', file_data: 'aGk=' },
  }),
}

/** Whose body is the recorded one to the last character. */
const exact = [
  'cancel_task_single',
  'cancel_tasks_bulk',
  'error_auth',
  'error_bad_request',
  'error_insufficient_credits',
  'error_service_busy_on_create',
  'error_task_not_found',
]

// Other providers of the account stand beside kling in the recorded counts.
const kept: Readonly<Record<string, (body: Json) => Json>> = {
  account_active_tasks_busy: ({ data, ...rest }) => ({ ...rest, data: { kling: (data as Json).kling } }),
}

/** Values that a client may rely on, wherever both sides have a task. */
const telling = (data: Json | null): Json => {
  const { model, task_type, status, config, input, meta } = data ?? {}
  const { usage, is_using_private_pool } = (meta ?? {}) as Json
  // The earlier task is the rig's own.
  const { origin_task_id: _earlier, ...said } = (input ?? {}) as Json
  return { model, task_type, status, config, input: said, usage, is_using_private_pool }
}

describe('PiAPI recorded pairs', () => {
  // Its echo and its bill are constructed, and contradict the sample of 2025-12: omni.test.ts has what matters of it.
  // Ids of earlier tasks are the rig's own: extend-video.test.ts has both.
  const elsewhere = ['create_turbo_start_end_names', 'create_extend_video', 'get_task_completed_extend']
  const names = readdirSync(folder)
    .map((file) => file.replace('.json', ''))
    .filter((name) => !elsewhere.includes(name))

  it.each(names)('%s has the recorded status, code and shape', async (name) => {
    const pair = load(name)
    const rig = createRig()
    const request = { ...pair.request, ...(await preparations[name]?.(rig, pair)) }
    const key = request.headers['x-api-key'] === 'TEST_PIAPI_KEY' ? keyHeaders : { 'x-api-key': 'WRONG_KEY' }
    const { status, body } = await rig.send(request.url, {
      method: request.method,
      headers: { ...request.headers, ...key },
      ...(request.body ? { body: JSON.stringify(request.body) } : {}),
    })
    const { response } = pair
    // That client's answer was without it; the family has it.
    if (name === 'get_task_completed_lip_sync') Reflect.deleteProperty(body.data.output, 'video_url')
    expect([status, body.code, body.message]).toEqual([
      response.status,
      response.body.code,
      response.body.message,
    ])
    expect(shape(body)).toEqual(shape(kept[name]?.(response.body) ?? response.body))
    if (exact.includes(name)) expect(body).toEqual(response.body)
    else expect(telling(body.data as unknown as Json)).toEqual(telling(response.body.data))
  })

  it('keeps the recorded order of keys', async () => {
    const pair = load('get_task_completed_works')
    const rig = createRig()
    const { body } = await rig.get(await recreate(rig, pair))
    expect(Object.keys(body)).toEqual(Object.keys(pair.response.body))
    expect(Object.keys(body.data)).toEqual(Object.keys(pair.response.body.data ?? {}))
    expect(Object.keys(body.data.input)).toEqual(Object.keys(pair.response.body.data?.input ?? {}))
  })
})
