import { createHash, createHmac, createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import {
  createEmulator,
  demoCredentials,
  type Emulator,
  type EmulatorOptions,
  type WebhookAttempt,
} from '../../src/index.ts'

/** One delivery as a receiver saw it. */
export interface Received {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  readonly json: Readonly<Record<string, unknown>>
  /** Emulator clock at arrival. */
  readonly at: number
}

export interface Rig {
  readonly emulator: Emulator
  readonly control: Emulator['control']
  readonly received: Received[]
  /** Statuses the receiver answers with, first come first served; 200 when there are none left. */
  readonly answers: (number | 'no answer')[]
  /** Lets time pass and everything arrive that is due by then. */
  pass(ms: number): Promise<void>
  send(url: string, init: RequestInit): Promise<{ readonly status: number; readonly body: Body }>
  sent(): readonly WebhookAttempt[]
}

/** The parts of an answer that tests look at. */
export interface Body {
  readonly data: { readonly task_id: string }
  readonly request_id: string
  readonly id: string
  readonly keys: readonly JsonWebKey[]
  readonly key: string
}

export const MINUTE = 60_000
export const HOOK = 'https://hooks.example.com/in?job=7f1c'
export const ORIGIN = 'http://emulator.test'

/** An emulator whose time stands still until it is told to pass, and a receiver that takes every delivery. */
export function createRig(options: EmulatorOptions = {}): Rig {
  const received: Received[] = []
  const answers: Rig['answers'] = []
  const receive: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    const text = await request.text()
    received.push({
      url: request.url,
      method: request.method,
      headers: Object.fromEntries(request.headers),
      text,
      json: JSON.parse(text),
      at: emulator.control.now(),
    })
    const answer = answers.shift() ?? 200
    if (answer === 'no answer') throw new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })
    return new Response(null, { status: answer, headers: { location: `${ORIGIN}/elsewhere` } })
  }
  // A receiver that lives by the emulator's clock, so that what it is told can be reckoned.
  const webhooks = { fetch: receive, receiverNow: () => emulator.control.now() }
  const emulator: Emulator = createEmulator({ speed: 0, seed: 42, webhooks, ...options })
  const { control } = emulator
  return {
    emulator,
    control,
    received,
    answers,
    pass: async (ms) => {
      control.advance(ms)
      await control.webhooks.idle()
    },
    send: sendBy(emulator.fetch),
    sent: () => control.webhooks.sent(),
  }
}

/** Sends a request and reads the JSON it is answered with. */
export const sendBy =
  (fetch: Emulator['fetch']): Rig['send'] =>
  async (url, init) => {
    const answer = await fetch(url, init)
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
  }

const posted = (headers: Record<string, string>, body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
})

type Sender = Pick<Rig, 'send'>
type More = Readonly<Record<string, unknown>>
const prompt = 'A paper boat drifts along a rain gutter, très lent'

export const klingHeaders = { authorization: `Bearer ${demoCredentials.kling.apiKey}` }
export const falHeaders = { authorization: `Key ${demoCredentials.fal.key}` }
export const piapiHeaders = { 'x-api-key': demoCredentials.piapi.apiKey }
export const replicateHeaders = { authorization: `Bearer ${demoCredentials.replicate.apiToken}` }
export const PIAPI_SECRET = 'shared-secret-00'

/** A create per provider that asks for webhooks; each returns the task's id. */
export const creates = {
  kling: async (rig: Sender, url = HOOK, more: More = {}): Promise<string> => {
    const body = { model_name: 'kling-v2-6', prompt, callback_url: url, ...more }
    const answer = await rig.send(`${ORIGIN}/kling/v1/videos/text2video`, posted(klingHeaders, body))
    return answer.body.data.task_id
  },
  fal: async (rig: Sender, url = HOOK, more: More = {}): Promise<string> => {
    const path = `fal-ai/kling-video/v2.5-turbo/pro/text-to-video?fal_webhook=${encodeURIComponent(url)}`
    const answer = await rig.send(`${ORIGIN}/fal/${path}`, posted(falHeaders, { prompt, ...more }))
    return answer.body.request_id
  },
  piapi: async (rig: Sender, url = HOOK, more: More = {}): Promise<string> => {
    const { webhook = { endpoint: url, secret: PIAPI_SECRET }, ...input } = more
    const body = {
      model: 'kling',
      task_type: 'video_generation',
      input: { prompt, version: '2.6', mode: 'std', duration: 5, ...input },
      config: { webhook_config: webhook },
    }
    const answer = await rig.send(`${ORIGIN}/piapi/api/v1/task`, posted(piapiHeaders, body))
    return answer.body.data.task_id
  },
  replicate: async (rig: Sender, url = HOOK, more: More = {}): Promise<string> => {
    const { input = { prompt, duration: 5 }, headers = {}, ...top } = more
    const path = `${ORIGIN}/replicate/v1/models/kwaivgi/kling-v2.6/predictions`
    const sent = { ...replicateHeaders, ...(headers as Record<string, string>) }
    const answer = await rig.send(path, posted(sent, { input, webhook: url, ...top }))
    return answer.body.id
  },
}

/** Standard Webhooks as its pages tell it, with Node's own crypto. */
export function isSignedWith(secret: string, { headers, text }: Pick<Received, 'headers' | 'text'>): boolean {
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`
  const expected = createHmac('sha256', key).update(signed).digest('base64')
  return (headers['webhook-signature'] ?? '').split(' ').includes(`v1,${expected}`)
}

/** fal's four lines and Ed25519, with Node's own crypto. */
export function isSignedByFal(
  keys: readonly JsonWebKey[],
  { headers, text }: Pick<Received, 'headers' | 'text'>,
): boolean {
  const part = (name: string): string => headers[`x-fal-webhook-${name}`] ?? ''
  const hash = createHash('sha256').update(text).digest('hex')
  const lines = [part('request-id'), part('user-id'), part('timestamp'), hash].join('\n')
  const signature = Buffer.from(part('signature'), 'hex')
  return keys.some((key) =>
    verify(null, Buffer.from(lines), createPublicKey({ key, format: 'jwk' }), signature),
  )
}

/** A recorded pair of this folder. */
export const load = (name: string): Recorded =>
  JSON.parse(readFileSync(new URL(`./fixtures/${name}.json`, import.meta.url), 'utf8'))

export interface Recorded {
  readonly request: {
    readonly headers: Readonly<Record<string, string>>
    readonly body: Readonly<Record<string, unknown>>
    readonly body_raw: string
    readonly raw_body: string
    readonly secret: string
    readonly public_key_x_base64url: string
    readonly header_values: Readonly<Record<string, string>>
  }
  readonly response: { readonly signature_hex: string; readonly body: unknown }
}

/** Keys and types in their order, arrays by their first item. */
export function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape)
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
}
