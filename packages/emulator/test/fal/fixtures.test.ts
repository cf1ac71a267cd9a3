import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { demoCredentials } from '../../src/index.ts'
import { filmOf } from '../recordings.ts'
import { createRig, I2V, prompt, type Rig, upload } from './rig.ts'

interface Pair {
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: Record<string, string>
    readonly body?: unknown
  }
  readonly response: {
    readonly status: number
    readonly headers: Record<string, string>
    readonly body?: unknown
    readonly sse?: readonly { readonly data: { readonly status: string } }[]
  }
}

const folder = new URL('./fixtures/', import.meta.url)
const load = (name: string): Pair => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
const RECORDED_ID = '01a0c3b2-7d10-7c4e-9a55-3f2f6a1b9c01'

/** Keys and types, arrays by their first item. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape)
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  const entries = Object.entries(value).map(([key, inner]) => [key, shape(inner)] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)))
}

const running = async (rig: Rig): Promise<string> => {
  const id = await rig.create()
  rig.control.advance(4000)
  return id
}
const ended =
  (endpoint?: string, input?: Record<string, unknown>) =>
  async (rig: Rig): Promise<string> => {
    const id = await rig.create(endpoint, input)
    rig.control.advance(600_000)
    return id
  }
/** What the request of another pair came to. */
const endedOf = (pair: string, over?: object) => {
  const { url, body } = load(pair).request
  return ended(url.replace('https://queue.fal.run/', ''), { ...(body as object), ...over })
}
const failing = (name: string) => (rig: Rig) => {
  rig.control.failNext({ provider: 'fal', message: name })
  return ended()(rig)
}
const tiny = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'

/** What has to happen before a recorded request can draw its recorded answer; it gives the request's id. */
const preparations: Readonly<Record<string, (rig: Rig) => Promise<string | undefined>>> = {
  cancel_in_queue_200: (rig) => rig.create(),
  cancel_in_progress_202: running,
  cancel_completed_400: ended(),
  locked_403_exhausted_balance: async (rig) => void rig.control.setBalance(0, { provider: 'fal' }),
  not_found_404_path: ended('fal-ai/kling-video/v9/pro/text-to-video'),
  result_not_ready: running,
  result_downstream_500: failing('downstream_service_error'),
  result_validation_422: ended(undefined, { prompt, duration: '5s' }),
  result_validation_422_missing: ended(undefined, { duration: '5' }),
  result_image_too_small_422: ended(I2V, { prompt, image_url: tiny }),
  result_start_timeout_504: async (rig) => {
    const { body } = await rig.submit(undefined, undefined, {
      headers: { authorization: `Key ${demoCredentials.fal.key}`, 'x-fal-request-timeout': '2' },
    })
    rig.control.advance(60_000)
    return body.request_id
  },
  result_text_to_image_v3: ended('fal-ai/kling-image/v3/text-to-image', { prompt, num_images: 2 }),
  result_image_to_image_o3: ended('fal-ai/kling-image/o3/image-to-image', {
    prompt,
    image_urls: ['https://assets.example.test/jar.png', 'https://assets.example.test/label.png'],
    output_format: 'jpeg',
  }),
  // Its clip lasts 7.2 s.
  result_lipsync_audio: async (rig) =>
    endedOf('submit_lipsync_audio', { video_url: await upload(rig, filmOf(7.2), 'video/mp4') })(rig),
  result_lipsync_text: endedOf('submit_lipsync_text'),
  result_lipsync_face_422: endedOf('submit_lipsync_audio', {
    video_url: 'https://assets.example.test/no-face.mp4',
  }),
  result_reference_elements_v16: endedOf('submit_reference_elements_v16'),
  result_reference_o3: endedOf('submit_reference_o3'),
  result_reference_v4_video: endedOf('submit_reference_v4_video'),
  result_video_reference_o3: endedOf('submit_video_reference_o3'),
  result_virtual_try_on: endedOf('submit_virtual_try_on'),
  status_completed: ended(),
  status_completed_with_error: failing('request_timeout'),
  status_in_progress: running,
  status_in_progress_no_logs: running,
}

// The CDN's part of an upload is in uploads.test.ts, the books in books.test.ts, the stream below; a foreign file address has no counterpart.
const elsewhere = [
  'billing_events',
  'billing_events_403_scope',
  'kling-endpoints',
  'status_stream',
  'upload_multipart_complete',
  'upload_multipart_part',
  'result_video_url_only',
]
// Of an error's item `url` may be missing.
const withoutAddress = ['result_lipsync_face_422']
const exact = [
  'auth_401_bad_key',
  'cancel_completed_400',
  'cancel_in_progress_202',
  'cancel_in_queue_200',
  'cancel_not_found_404',
  'locked_403_exhausted_balance',
  'not_found_404_app',
  'not_found_404_path',
  'result_not_ready',
  'result_start_timeout_504',
  'result_validation_422',
  'result_validation_422_missing',
]

const keyOf = (name: string, sent: string): string =>
  name === 'auth_401_bad_key' ? sent : sent.replace('test-key-id:test-key-secret', demoCredentials.fal.key)

describe('fal recorded pairs', () => {
  const names = readdirSync(folder)
    .map((file) => file.replace('.json', ''))
    .filter((name) => !elsewhere.includes(name))

  it.each(names)('%s has the recorded status, headers and shape', async (name) => {
    const { request, response } = load(name)
    const rig = createRig()
    const recorded = response.headers['x-fal-request-id'] ?? RECORDED_ID
    const id = (await preparations[name]?.(rig)) ?? recorded
    const headers = { ...request.headers, authorization: keyOf(name, request.headers.authorization ?? '') }
    const answer = await rig.send(request.url.replace(recorded, id), {
      method: request.method,
      headers,
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    })
    expect(answer.status).toBe(response.status)
    if (withoutAddress.includes(name)) Reflect.deleteProperty(answer.body.detail[0], 'url')
    expect(shape(answer.body)).toEqual(shape(response.body))
    if (exact.includes(name)) expect(answer.body).toEqual(response.body)
    for (const [header, value] of Object.entries(response.headers)) {
      // A create names an id of its own.
      const named = name.startsWith('submit_') ? answer.body.request_id : id
      expect(answer.headers.get(header)).toBe(value.replace(recorded, String(named)))
    }
  })

  it('status_stream has an event of the recorded shape for each status', async () => {
    const { request, response } = load('status_stream')
    const rig = createRig()
    const id = await rig.create()
    const stream = await rig.emulator.fetch(request.url.replace(RECORDED_ID, id), {
      headers: { ...request.headers, authorization: `Key ${demoCredentials.fal.key}` },
    })
    expect(stream.headers.get('content-type')).toBe(response.headers['content-type'])
    const reading = stream.text()
    for (let step = 0; step < 30; step += 1) {
      rig.control.advance(5000)
      await new Promise((resolve) => setImmediate(resolve))
    }
    const events = (await reading)
      .split('\n\n')
      .filter((event) => event !== '')
      .map((event) => JSON.parse(event.replace(/^data: /, '')) as { status: string; logs?: unknown })
    const byStatus = (list: readonly { status: string; logs?: unknown }[]): Record<string, unknown> =>
      Object.fromEntries(
        list.map((data) => [data.status, shape('logs' in data ? { ...data, logs: [] } : data)]),
      )
    expect(byStatus(events)).toEqual(byStatus((response.sse ?? []).map(({ data }) => data)))
  })
})
