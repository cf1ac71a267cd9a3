import type { TextToVideoRequest, VideoProvider, WebhookReceiver } from '@reelay/core'
import { createEmulator, demoCredentials, type Emulator } from '@reelay/emulator'
import { createFal, createFalWebhook } from '@reelay/fal'
import { createKling, createKlingWebhook } from '@reelay/kling'
import { createPiapi, createPiapiWebhook } from '@reelay/piapi'
import { createReplicate, createReplicateWebhook } from '@reelay/replicate'
import { clockAt } from '@reelay/rig/deliveries'
import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'

export const names = ['kling', 'fal', 'piapi', 'replicate'] as const

/** A provider of the world below. */
export type Name = (typeof names)[number]

/** All four providers, emulated on one virtual clock, with receivers for what they deliver. */
export interface World {
  readonly clock: VirtualClock
  readonly emulator: Emulator
  readonly fetch: typeof globalThis.fetch
  /** A further instance, as in another process. */
  create(name: Name): VideoProvider
  readonly receivers: Readonly<Record<Name, WebhookReceiver>>
  /** Takes what is delivered from now on, and answers it. */
  serve(handler: (request: Request) => Promise<Response>): void
  /** Lets milliseconds pass, and what is due by then be delivered. */
  pass(ms: number): Promise<void>
  /** What was delivered, with the answers. */
  readonly delivered: { readonly request: Request; readonly status: number }[]
  /** Every address of ours that a provider was given, in order. */
  readonly callbacks: string[]
}

export const webhookUrl = 'https://hooks.example.com/reelay?tenant=7'
export const webhookSecret = 'the-secret-of-our-webhooks'
export const klingSecret: string = `whsec_${btoa('the-secret-of-the-kling-console!')}`

const { kling, fal, piapi, replicate } = demoCredentials

const stepMs = 30_000

export function createWorld(): World {
  // By hand: what is signed and verified meanwhile takes real time, which a clock that jumps would not wait for.
  const clock = createVirtualClock({ auto: false })
  const delivered: World['delivered'] = []
  const callbacks: string[] = []
  let handler = async (_request: Request): Promise<Response> => new Response(null, { status: 503 })
  const emulator = createEmulator({
    clock: clock.server,
    seed: 1,
    kling: {
      callbackOn: ['submitted', 'processing', 'succeed', 'failed'],
      accounts: [{ ...kling, apiKeys: [kling.apiKey], webhookSecret: klingSecret }],
    },
    webhooks: {
      clock,
      fetch: clock.track(async (input, init) => {
        const request = new Request(input, init)
        const answer = await handler(request.clone())
        delivered.push({ request, status: answer.status })
        return answer
      }),
    },
  })
  const fetch = clock.track(async (input, init) => {
    const request = new Request(input, init)
    const text = `${decodeURIComponent(request.url)} ${await request.clone().text()}`
    if (request.method === 'POST')
      callbacks.push(...(text.match(/https:\/\/hooks\.example\.com[^"\s]*/g) ?? []))
    return emulator.fetch(request)
  })
  const shared = { fetch, clock }
  // Without timeouts: time is moved in large steps.
  const still = { now: () => clock.now(), sleep: clockAt(0).sleep }
  return {
    clock,
    emulator,
    fetch,
    create: (name) =>
      ({
        kling: () => createKling({ ...shared, apiKey: kling.apiKey }),
        fal: () => createFal({ ...shared, apiKey: fal.key }),
        piapi: () => createPiapi({ ...shared, apiKey: piapi.apiKey, webhookSecret }),
        replicate: () => createReplicate({ ...shared, apiKey: replicate.apiToken }),
      })[name](),
    receivers: {
      kling: createKlingWebhook({ clock: still, secrets: klingSecret }),
      fal: createFalWebhook({ clock: still, fetch }),
      piapi: createPiapiWebhook({ clock: still, secrets: webhookSecret }),
      replicate: createReplicateWebhook({ clock: still, secrets: replicate.webhookSecret }),
    },
    serve: (next) => {
      handler = next
    },
    async pass(ms) {
      for (let left = ms; left > 0; left -= stepMs) {
        await clock.advance(Math.min(left, stepMs))
        await emulator.control.webhooks.idle()
      }
    },
    delivered,
    callbacks,
  }
}

export const boat: TextToVideoRequest = {
  kind: 'text-to-video',
  prompt: 'A paper boat in the rain',
  model: 'kling-v2-6',
  mode: 'pro',
}
