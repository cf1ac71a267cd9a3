import { amountProblems } from '../../model/amount.ts'
import { type Problem, problem } from '../../model/problem.ts'
import type { SubmitOptions } from '../provider.ts'
import type { ProviderSpec } from '../spec.ts'
import { reachProblems } from './reach.ts'
import { textProblems } from './texts.ts'

const noCallback = 'or leave it out: without it the task is asked for from time to time.'

function callbackProblems(
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

// At most 2,048 bytes of UTF-8: what an index of any database takes as it is.
const longestKey = 512

/** What is wrong with the name of a purchase. */
function keyProblems(key: unknown): readonly Problem[] {
  const wrong = (rule: 'type' | 'length', message: string, fix: string): readonly Problem[] => [
    problem('idempotencyKey', rule, message, fix),
  ]
  if (key === undefined) return []
  // Of a database it may be a number; a handle with one is nobody's.
  if (typeof key !== 'string') {
    const what = `The key is ${key === null ? 'null' : `of type ${typeof key}`}, and keys are text.`
    return wrong('type', what, 'Pass String(key), or leave it out.')
  }
  if (key === '') return wrong('length', 'The key is empty.', 'Leave it out, or name the purchase.')
  if (key.length > longestKey) {
    const fix = `Pass at most ${longestKey}: a hash of what it is made of, for instance.`
    return wrong('length', `The key has ${key.length} characters.`, fix)
  }
  return textProblems('idempotencyKey', key)
}

/** What is wrong with the options of a purchase, whoever makes it. */
export function purchaseProblems(options: SubmitOptions): readonly Problem[] {
  if (typeof options !== 'object' || options === null) {
    const what = `They are ${options === null ? 'null' : `of type ${typeof options}`}.`
    return [problem('options', 'type', what, 'Pass an object, or leave them out.')]
  }
  const { idempotencyKey, timeoutMs, deadlineAt } = options
  return [
    ...keyProblems(idempotencyKey),
    ...amountProblems('duration', { timeoutMs }),
    ...amountProblems('moment', { deadlineAt }),
  ]
}

/** What a provider finds wrong with the options of a submit, which are those of a purchase. */
export function callOptionProblems(
  { webhookUrl }: SubmitOptions,
  spec: Pick<ProviderSpec, 'id' | 'callbacks'>,
  near: boolean,
): readonly Problem[] {
  return webhookUrl === undefined ? [] : callbackProblems(webhookUrl, spec, near)
}
