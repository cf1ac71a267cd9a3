import { createEmulator, demoCredentials, type Emulator, type FalEmulatorOptions } from '../../src/index.ts'

export const QUEUE = 'https://queue.fal.run'
export const REST = 'https://rest.fal.ai'
export const KLING = 'fal-ai/kling-video'
export const T2V = `${KLING}/v2.5-turbo/pro/text-to-video`
export const I2V = `${KLING}/v2.5-turbo/pro/image-to-video`
export const keyHeaders = { authorization: `Key ${demoCredentials.fal.key}` }
export const prompt = 'A paper boat drifts along a rain gutter'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** As the documentation promises it; each test says which part it expects. */
  readonly body: {
    readonly status: string
    readonly request_id: string
    readonly queue_position: number
    readonly response_url: string
    readonly status_url: string
    readonly cancel_url: string
    readonly logs: readonly { readonly message: string; readonly level: string }[] | null
    readonly metrics: { readonly inference_time: number }
    readonly error: string
    readonly error_type: string
    readonly video: {
      readonly url: string
      readonly file_size: number
      readonly content_type: string
      readonly file_name: string
    }
    readonly detail: readonly [
      { readonly type: string; readonly loc: readonly unknown[]; readonly ctx: unknown },
    ]
  }
}

/** Uploads a file; gives its address. */
export async function upload(rig: Rig, bytes: Uint8Array<ArrayBuffer>, type: string): Promise<string> {
  const { body } = await rig.send(`${REST}/storage/upload/initiate?storage_type=fal-cdn-v3`, {
    method: 'POST',
    headers: { ...keyHeaders, 'content-type': 'application/json' },
    body: JSON.stringify({ content_type: type, file_name: `file.${type.slice(6)}` }),
  })
  const place = body as unknown as { readonly upload_url: string; readonly file_url: string }
  await rig.emulator.fetch(place.upload_url, {
    method: 'PUT',
    body: bytes,
    headers: { 'content-type': type },
  })
  return place.file_url
}

export interface Rig {
  readonly emulator: Emulator
  readonly control: Emulator['control']
  send(url: string, init?: RequestInit): Promise<Answer>
  submit(
    endpoint?: string,
    input?: unknown,
    init?: { headers?: Record<string, string>; query?: string },
  ): Promise<Answer>
  /** A valid submit; returns the request id. */
  create(endpoint?: string, input?: Record<string, unknown>): Promise<string>
  status(id: string, logs?: string): Promise<Answer>
  result(id: string): Promise<Answer>
  cancel(id: string): Promise<Answer>
  /** Submits, lets ten minutes pass, and reads the result. */
  finish(endpoint?: string, input?: Record<string, unknown>): Promise<Answer>
}

export const requestURL = (id: string, rest = ''): string => `${QUEUE}/${KLING}/requests/${id}${rest}`

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  const { status, headers } = response
  try {
    return { status, headers, body: JSON.parse(text) as Answer['body'] }
  } catch {
    // Not every answer is JSON.
    return { status, headers, body: text as unknown as Answer['body'] }
  }
}

/** An emulator whose time stands still until `control.advance`. */
export function createRig(fal: FalEmulatorOptions = {}): Rig {
  const emulator = createEmulator({ speed: 0, seed: 42, fal })
  const { control } = emulator
  const send: Rig['send'] = async (url, init) => readAnswer(await emulator.fetch(url, init))
  const submit: Rig['submit'] = (
    endpoint = T2V,
    input = { prompt },
    { headers = keyHeaders, query = '' } = {},
  ) =>
    send(`${QUEUE}/${endpoint}${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof input === 'string' ? input : JSON.stringify(input),
    })
  const create: Rig['create'] = async (endpoint, input) => {
    const { status, body } = await submit(endpoint, input)
    if (status !== 200) throw new Error(`submit answered ${status}: ${JSON.stringify(body)}`)
    return body.request_id
  }
  const result: Rig['result'] = (id) => send(requestURL(id), { headers: keyHeaders })
  return {
    emulator,
    control,
    send,
    submit,
    create,
    result,
    status: (id, logs) =>
      send(requestURL(id, `/status${logs === undefined ? '' : `?logs=${logs}`}`), { headers: keyHeaders }),
    cancel: (id) => send(requestURL(id, '/cancel'), { method: 'PUT', headers: keyHeaders }),
    finish: async (endpoint, input) => {
      const id = await create(endpoint, input)
      control.advance(10 * 60_000)
      return result(id)
    },
  }
}
