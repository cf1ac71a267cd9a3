import { createEmulator, demoCredentials, type Emulator, type EmulatorOptions } from '../../src/index.ts'

export const API = 'https://api.piapi.ai'
export const TASK = `${API}/api/v1/task`
export const UPLOAD = 'https://upload.theapi.app/api/ephemeral_resource'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

type Json = Record<string, unknown>

interface Picture {
  readonly resource: string
  readonly resource_without_watermark: string
  readonly height: number
  readonly width: number
  readonly duration: number
}

interface TaskData {
  readonly task_id: string
  readonly model: string
  readonly task_type: string
  readonly status: string
  readonly config: { readonly webhook_config: { readonly secret: string } }
  readonly input: Json
  readonly output: {
    readonly works: readonly [{ readonly type: string; readonly cover: Picture; readonly video: Picture }]
    readonly video_url: string
    readonly video: string
  }
  readonly meta: {
    readonly created_at: string
    readonly started_at: string
    readonly ended_at: string
    readonly usage: { readonly type: string; readonly frozen: number; readonly consume: number }
    readonly is_using_private_pool: boolean
  }
  readonly error: {
    readonly code: number
    readonly raw_message: string
    readonly message: string
    readonly detail: null
  }
  readonly url: string
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** As the documentation promises it; each test says which part it expects. */
  readonly body: { readonly code: number; readonly message: string; readonly data: TaskData }
}

export interface Rig {
  readonly emulator: Emulator
  readonly control: Emulator['control']
  send(url: string, init?: RequestInit): Promise<Answer>
  post(url: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  get(url: string): Promise<Answer>
  del(url: string): Promise<Answer>
  /** A create with more in `input`. */
  create(input?: Json, over?: Json): Promise<Answer>
  /** A create that has to succeed; returns the task id. */
  createTask(input?: Json, over?: Json): Promise<string>
  /** The task as a query shows it. */
  task(id: string): Promise<TaskData>
}

export const keyHeaders = { 'x-api-key': demoCredentials.piapi.apiKey }

export async function readAnswer(response: Response): Promise<Answer> {
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

export const validInput: Json = {
  prompt: 'A paper boat drifts along a rain gutter',
  version: '2.6',
  mode: 'std',
  duration: 5,
}

export const bodyOf = (input: Json = {}, over: Json = {}): Json => ({
  model: 'kling',
  task_type: 'video_generation',
  input: { ...validInput, ...input },
  ...over,
})

/** A body for the turbo tier. */
export const turbo = (input: Json = {}): Json => ({
  model: 'kling-turbo',
  input: { prompt: 'A paper boat', version: '2.5-turbo', mode: 'pro', duration: 5, ...input },
})

/** An emulator whose time stands still until `control.advance`. */
export function createRig(options: EmulatorOptions = {}): Rig {
  const emulator = createEmulator({ speed: 0, seed: 42, ...options })
  const send: Rig['send'] = async (url, init) => readAnswer(await emulator.fetch(url, init))
  const post: Rig['post'] = (url, body, headers = keyHeaders) =>
    send(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  const get: Rig['get'] = (url) => send(url, { headers: keyHeaders })
  const create: Rig['create'] = (input, over) => post(TASK, bodyOf(input, over))
  return {
    emulator,
    control: emulator.control,
    send,
    post,
    get,
    del: (url) => send(url, { method: 'DELETE', headers: keyHeaders }),
    create,
    createTask: async (input, over) => {
      const { status, body } = await create(input, over)
      if (status !== 200) throw new Error(`create answered ${status}: ${JSON.stringify(body)}`)
      return body.data.task_id
    },
    task: async (id) => (await get(`${TASK}/${id}`)).body.data,
  }
}
