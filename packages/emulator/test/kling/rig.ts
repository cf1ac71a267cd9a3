import { createHmac } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { createEmulator, demoCredentials, type Emulator, type EmulatorOptions } from '../../src/index.ts'

export const API = 'https://api-singapore.klingai.com'
export const T2V = `${API}/v1/videos/text2video`
export const I2V = `${API}/v1/videos/image2video`

interface VideoData {
  readonly id: string
  readonly url: string
  readonly watermark_url?: string
  readonly duration: string
}

interface TaskData {
  readonly task_id: string
  readonly task_status: string
  readonly task_status_msg: string
  readonly task_info: { readonly external_task_id?: string }
  readonly task_result: { readonly videos: readonly [VideoData] }
  readonly created_at: number
  readonly updated_at: number
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** As the documentation promises it; each test says which part it expects. */
  readonly body: {
    readonly code: number
    readonly message: string
    readonly request_id: string
    readonly data: TaskData & readonly [TaskData]
  }
}

export interface Rig {
  readonly emulator: Emulator
  readonly control: Emulator['control']
  send(url: string, init?: RequestInit): Promise<Answer>
  post(url: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  get(url: string): Promise<Answer>
  /** A valid text2video create; returns the task id. */
  createTask(overrides?: Record<string, unknown>): Promise<string>
}

export const keyHeaders = { authorization: `Bearer ${demoCredentials.kling.apiKey}` }

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

export const validBody = { model_name: 'kling-v2-6', prompt: 'A paper boat drifts along a rain gutter' }

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
  return {
    emulator,
    control: emulator.control,
    send,
    post,
    get: (url) => send(url, { headers: keyHeaders }),
    createTask: async (overrides = {}) => {
      const { status, body } = await post(T2V, { ...validBody, ...overrides })
      if (status !== 200) throw new Error(`create answered ${status}: ${JSON.stringify(body)}`)
      return body.data.task_id
    },
  }
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** Signs as the vendor's samples do, with every part open to change. */
export function signJWT(
  claims: Record<string, unknown>,
  secret: string = demoCredentials.kling.secretKey,
  header: Record<string, unknown> = { alg: 'HS256', typ: 'JWT' },
): string {
  const signed = `${base64url(header)}.${base64url(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}

function pngChunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  // Nobody here checks the CRC.
  return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)])
}

/** A black PNG, base64. */
export function pngBase64(width: number, height: number): string {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8
  const rows = deflateSync(Buffer.alloc((width + 1) * height))
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  return Buffer.concat([
    signature,
    pngChunk('IHDR', header),
    pngChunk('IDAT', rows),
    pngChunk('IEND', Buffer.alloc(0)),
  ]).toString('base64')
}

/** The head of a JPEG, base64: as much as tells its size. */
export function jpegBase64(width: number, height: number): string {
  const app0 = Buffer.concat([Buffer.from([0xff, 0xe0, 0, 16]), Buffer.from('JFIF\0'), Buffer.alloc(9)])
  const frame = Buffer.from([0xff, 0xc0, 0, 17, 8, 0, 0, 0, 0, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1])
  frame.writeUInt16BE(height, 5)
  frame.writeUInt16BE(width, 7)
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    app0,
    frame,
    Buffer.from([0xff, 0xd9]),
    Buffer.alloc(32),
  ]).toString('base64')
}
