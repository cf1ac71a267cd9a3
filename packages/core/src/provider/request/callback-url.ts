import type { Submission } from '../../model/handle.ts'
import { isKind } from '../../model/words.ts'

/** The query parameter by which a callback names the submission it is about. */
const callbackParameter = 'reelay'

const toBase64Url = (text: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '')

function fromBase64Url(text: string): string {
  const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)))
}

/**
 * A callback address that carries its submission, so that a server without a database can name the task, and a callback
 * can settle a submission whose answer was lost. No prompt and no secret is in it; what the server can derive is left
 * out, since some receivers cut long addresses.
 */
export function callbackUrl(webhookUrl: string, submission: Submission): string {
  const { v, provider, account, kind, model, mode, route, idempotencyKey, requestHash } = submission
  const { attempt, startedAt, number = 1, host } = submission
  const texts = [provider, account, kind, model, mode, route, idempotencyKey, requestHash, attempt]
  const named = [v, ...texts, startedAt, number]
  const told = host === undefined ? named : [...named, host]
  const url = new URL(webhookUrl)
  // Added as text: through searchParams the caller's own parameters would be spelled anew, signed ones included.
  url.search += `${url.search ? '&' : '?'}${callbackParameter}=${toBase64Url(JSON.stringify(told))}`
  return url.href
}

/**
 * The submission a callback's address names; `undefined` when it names none that this version understands. It is a
 * claim: no provider's signature covers the address.
 */
export function submissionFrom(url: string): Submission | undefined {
  // The last one: ours was added after the caller's own.
  const told = new URL(url).searchParams.getAll(callbackParameter).at(-1)
  if (!told) return undefined
  try {
    const parts: unknown = JSON.parse(fromBase64Url(told))
    if (!Array.isArray(parts)) return undefined
    const [v, provider, account, kind, model, mode, route, idempotencyKey, requestHash, attempt] = parts
    const [startedAt, number, host] = parts.slice(10)
    const texts = [provider, account, kind, model, mode, route, idempotencyKey, requestHash, attempt]
    const whole = [...texts, ...(host === undefined ? [] : [host])].every(
      (part) => typeof part === 'string' && part !== '',
    )
    if (v !== 1 || !whole || !isKind(kind)) return undefined
    if (!Number.isSafeInteger(startedAt) || !Number.isSafeInteger(number) || number < 1) return undefined
    return {
      ...{ v, provider, account, kind, model, mode, route, idempotencyKey, requestHash, attempt, startedAt },
      ...(number > 1 && { number }),
      ...(host !== undefined && { host }),
    }
  } catch {
    return undefined
  }
}
