import { type Journal, journaled, type VideoProvider, type WebhookReceiver } from '@reelay/core'
import { createEmulator, demoCredentials, type Emulator, type EmulatorServer } from '@reelay/emulator'
import { createFal, createFalWebhook } from '@reelay/fal'
import { createKling, createKlingWebhook } from '@reelay/kling'
import { createPiapi, createPiapiWebhook } from '@reelay/piapi'
import { createReplicate, createReplicateWebhook } from '@reelay/replicate'

/** Where clips are bought, and who takes what is delivered about them. */
export interface Studio {
  readonly emulator: Emulator
  readonly wire: EmulatorServer
  /** Each writes down what it buys. */
  readonly providers: readonly VideoProvider[]
  /** By provider; none of them needs a paid key. */
  readonly receivers: Readonly<Record<string, WebhookReceiver>>
}

/** Emulated seconds in a real one. Receivers take what is at most 300 s old: more speed would leave them too little. */
export const speed = 20

// Shared with a provider each: made in the console of Kling, handed out by Replicate, thought up for PiAPI.
const secrets = {
  kling: `whsec_${btoa('the-secret-of-the-kling-console!')}`,
  replicate: demoCredentials.replicate.webhookSecret,
  piapi: 'a-long-random-text',
}

/** Opens the emulator on a port, and the four providers and their receivers on it. */
export async function openStudio(journal: Journal): Promise<Studio> {
  const { kling, fal, piapi, replicate } = demoCredentials
  const account = { ...kling, apiKeys: [kling.apiKey], webhookSecret: secrets.kling }
  // The receivers below live by the emulator's clock; for any other, deliveries are signed by the wall clock.
  const webhooks = { receiverNow: () => emulator.clock.now() }
  const emulator: Emulator = createEmulator({ speed, kling: { accounts: [account] }, webhooks })
  const wire = await emulator.listen()
  const { clock } = emulator
  // A real minute for an answer: however fast the emulator's time runs, this computer is as slow as ever.
  const shared = { clock, timeoutMs: 60_000 * speed, official: true } as const
  const { providers: at } = wire
  const providers = [
    createKling({ ...shared, baseURL: at.kling.baseURL, apiKey: kling.apiKey }),
    createPiapi({ ...shared, baseURL: at.piapi.baseURL, apiKey: piapi.apiKey, webhookSecret: secrets.piapi }),
    createFal({ ...shared, baseURL: at.fal.baseURL, apiKey: fal.key }),
    createReplicate({ ...shared, baseURL: at.replicate.baseURL, apiKey: replicate.apiToken }),
  ]
  return {
    emulator,
    wire,
    providers: providers.map((provider) => journaled(provider, journal)),
    receivers: {
      kling: createKlingWebhook({ clock, secrets: secrets.kling }),
      piapi: createPiapiWebhook({ clock, secrets: secrets.piapi }),
      fal: createFalWebhook({ clock, baseURL: at.fal.baseURL }),
      replicate: createReplicateWebhook({ clock, secrets: secrets.replicate }),
    },
  }
}
