import { Webhook } from 'standardwebhooks'

const encoder = new TextEncoder()

const base64 = (bytes: ArrayBuffer): string => btoa(String.fromCharCode(...new Uint8Array(bytes)))

export async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<string> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', key, algorithm, false, ['sign'])
  return base64(await crypto.subtle.sign('HMAC', imported, encoder.encode(text)))
}

/** Throws where the text is no secret, so that an account with a wrong one never comes to be. */
export function checkedSecret(secret: string): string {
  try {
    new Webhook(secret)
    return secret
  } catch {
    throw new Error('a webhookSecret has to be whsec_ and base64')
  }
}

/** A secret of the right form that no account has. */
export const FOREIGN_SECRET: string = `whsec_${btoa('somebody-elses-secret-not-real-0')}`

/**
 * The three headers of the Standard Webhooks scheme, with one signature per secret, made by the scheme's own package: an
 * oracle that shares no code with the receivers (https://github.com/standard-webhooks/standard-webhooks).
 *
 * @param facts `timestamp` in Unix seconds.
 */
export function standardHeaders(
  body: string,
  facts: { readonly id: string; readonly timestamp: number; readonly secrets: readonly string[] },
): Record<string, string> {
  const { id, timestamp, secrets } = facts
  const at = new Date(timestamp * 1000)
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  }
}

/** A signature or secret of the same form and length, wrong in every digit. */
export const otherDigits = (text: string): string =>
  text.replace(/[^=]/g, (char) => (char === '0' ? '1' : '0'))

/** A draft whose signatures belong to nothing; undefined where it carries none. */
export function spoiltStandard<D extends { readonly headers: Readonly<Record<string, string>> }>(
  draft: D,
): D | undefined {
  const signature = draft.headers['webhook-signature']
  if (signature === undefined) return undefined
  const spoilt = signature.replaceAll(/v1,(\S+)/g, (_all, digits: string) => `v1,${otherDigits(digits)}`)
  return { ...draft, headers: { ...draft.headers, 'webhook-signature': spoilt } }
}
