import { validateWebhook } from 'replicate'
import { demoCredentials, type ProviderId, type WebhookFaultSpec } from '../../src/index.ts'
import {
  createRig,
  creates,
  isSignedByFal,
  isSignedWith,
  MINUTE,
  ORIGIN,
  PIAPI_SECRET,
  type Received,
  type Rig,
} from './rig.ts'

const klingSecret = `whsec_${btoa('a-secret-of-kling')}`
const account = { accessKey: 'ak', secretKey: 'sk', apiKeys: [demoCredentials.kling.apiKey] }
export const signed = { kling: { accounts: [{ ...account, webhookSecret: klingSecret }] } }

/** What a careful receiver finds out about who sent it. */
export async function isGenuine(provider: ProviderId, rig: Rig, delivery: Received): Promise<boolean> {
  const { headers, text, url } = delivery
  switch (provider) {
    case 'kling':
      return isSignedWith(klingSecret, delivery)
    case 'piapi':
      return headers['x-webhook-secret'] === PIAPI_SECRET
    case 'replicate': {
      const request = new Request(url, { method: 'POST', headers, body: text })
      return validateWebhook(request, demoCredentials.replicate.webhookSecret)
    }
    default: {
      const { body } = await rig.send(`${ORIGIN}/fal/rest/.well-known/jwks.json`, {})
      return isSignedByFal(body.keys, delivery)
    }
  }
}

/** Everything that one task leads to under a fault, whose receiver refuses what is not genuine. */
export async function play(
  provider: ProviderId,
  spec: WebhookFaultSpec,
): Promise<{ readonly rig: Rig; readonly genuine: readonly boolean[]; readonly hits: number }> {
  const rig = createRig({ ...signed, fal: { outputFile: 'url-only' } })
  const fault = rig.control.webhooks.fault(spec)
  await creates[provider](rig)
  await rig.pass(3000)
  await rig.pass(3 * MINUTE)
  const genuine = await Promise.all(rig.received.map((delivery) => isGenuine(provider, rig, delivery)))
  return { rig, genuine, hits: fault.hits }
}

export const last = (rig: Rig): Received => {
  const delivery = rig.received.at(-1)
  if (!delivery) throw new Error('nothing arrived')
  return delivery
}
