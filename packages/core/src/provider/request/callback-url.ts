import type { Submission } from '../../model/handle.ts'
import { type Problem, problem } from '../../model/problem.ts'
import { isKind } from '../../model/words.ts'
import type { ProviderSpec } from '../spec.ts'
import { reachProblems } from './reach.ts'
import { textProblems } from './texts.ts'

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

const noCallback = 'or leave it out: without it the task is asked for from time to time.'

/**
 * What is wrong with the address of a callback.
 *
 * @param near Whether the provider stands where the caller does.
 */
export function callbackProblems(
  url: unknown,
  { id, callbacks }: Pick<ProviderSpec, 'id' | 'callbacks'>,
  near: boolean,
): readonly Problem[] {
  const wrong = (message: string): readonly Problem[] => [
    problem('webhookUrl', 'type', message, `Pass a whole https URL, ${noCallback}`),
  ]
  if (typeof url !== 'string')
    return wrong(`It is ${url === null ? 'null' : `of type ${typeof url}`}, and addresses are text.`)
  const text = textProblems('webhookUrl', url)
  if (text.length > 0) return text
  if (!(URL.canParse(url) && /^https?:\/\//i.test(url))) return wrong('It is not an absolute URL.')
  // Parsing would drop or escape them, and so another address would be called than the one written.
  if (/\s/.test(url)) return wrong('It has spaces in it.')
  const { protocol, username, password } = new URL(url)
  if (username || password)
    return wrong('It carries a user name or password, which the provider would store.')
  if (!near && callbacks === 'https' && protocol !== 'https:')
    return wrong(`${id} calls https addresses only.`)
  return reachProblems('webhookUrl', url, near, `Pass a public address, such as a tunnel's, ${noCallback}`)
}
