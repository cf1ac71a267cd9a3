import { createEmulator, demoCredentials, type Emulator, type EmulatorOptions } from '../../src/index.ts'

export const API = 'https://api.replicate.com/v1'
export const MODEL = 'kwaivgi/kling-v2.6'
export const creates = (model: string): string => `${API}/models/${model}/predictions`

/** As the documentation promises it; each test says which part it expects. */
export interface Prediction {
  readonly id: string
  readonly model: string
  readonly version: string
  readonly input: Record<string, unknown>
  readonly logs: string | null
  readonly output: string | null
  readonly data_removed: boolean
  readonly error: string | null
  readonly status: string
  readonly created_at: string
  readonly started_at?: string
  readonly completed_at?: string
  readonly deadline?: string
  readonly metrics?: Record<string, unknown>
  readonly urls: { readonly get: string; readonly cancel: string; readonly web: string }
}

export interface Problem {
  readonly title: string
  readonly detail: string
  readonly status: number
  readonly retry_after?: number
  readonly invalid_fields: readonly {
    readonly type: string
    readonly field: string
    readonly description: string
  }[]
}

export interface Listing {
  readonly next: string | null
  readonly previous: string | null
  readonly results: readonly Prediction[]
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Prediction & Problem & Listing
}

export interface Rig {
  readonly emulator: Emulator
  readonly control: Emulator['control']
  send(url: string, init?: RequestInit): Promise<Answer>
  post(url: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  get(url: string): Promise<Answer>
  /** A create on a model, kling-v2.6 unless told. */
  create(input?: Record<string, unknown>, model?: string, headers?: Record<string, string>): Promise<Answer>
  /** The same; returns the id. */
  createId(input?: Record<string, unknown>, model?: string, headers?: Record<string, string>): Promise<string>
  read(id: string): Promise<Prediction>
}

export const keyHeaders = { authorization: `Bearer ${demoCredentials.replicate.apiToken}` }
export const validInput = { prompt: 'A paper boat drifts along a rain gutter' }

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: parsed(text) as Answer['body'] }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not every answer is JSON.
    return text
  }
}

/** An emulator whose time stands still until `control.advance`. */
export function createRig(replicate: EmulatorOptions['replicate'] = {}, options: EmulatorOptions = {}): Rig {
  const emulator = createEmulator({ speed: 0, seed: 42, replicate, ...options })
  const send: Rig['send'] = async (url, init) => readAnswer(await emulator.fetch(url, init))
  const post: Rig['post'] = (url, body, headers = {}) =>
    send(url, {
      method: 'POST',
      headers: { ...keyHeaders, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const create: Rig['create'] = (input = {}, model = MODEL, headers = {}) =>
    post(creates(model), { input: { ...validInput, ...input } }, headers)
  const get: Rig['get'] = (url) => send(url, { headers: keyHeaders })
  return {
    emulator,
    control: emulator.control,
    send,
    post,
    get,
    create,
    createId: async (input, model, headers) => {
      const { status, body } = await create(input, model, headers)
      if (status >= 300) throw new Error(`create answered ${status}: ${JSON.stringify(body)}`)
      return body.id
    },
    read: async (id) => (await get(`${API}/predictions/${id}`)).body,
  }
}

/** Pushes the clock every time an answer is being kept back. */
export const advanceWhenHeld = (rig: Rig, ms: number): (() => void) =>
  rig.control.onEvent((event) => {
    if (event.type === 'answer-held') rig.control.advance(ms)
  })
