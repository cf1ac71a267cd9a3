import { type Problem, problem } from '../../model/problem.ts'
import type { SubmitOptions } from '../provider.ts'
import type { ProviderSpec } from '../spec.ts'
import { reachProblems } from './reach.ts'
import { textProblems } from './texts.ts'

const noCallback = 'or leave it out: without it the task is asked for from time to time.'

function callbackProblems(
  url: string,
  { id, callbacks }: Pick<ProviderSpec, 'id' | 'callbacks'>,
  near: boolean,
): readonly Problem[] {
  const wrong = (message: string): readonly Problem[] => [
    problem('webhookUrl', 'type', message, `Pass a whole https URL, ${noCallback}`),
  ]
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

/** What is wrong with the options of a submit. */
export function callOptionProblems(
  { idempotencyKey, webhookUrl, timeoutMs }: SubmitOptions,
  spec: Pick<ProviderSpec, 'id' | 'callbacks'>,
  near: boolean,
): readonly Problem[] {
  const problems: Problem[] = []
  // Of a database it may be a number; a handle with one is nobody's.
  if (idempotencyKey !== undefined && typeof idempotencyKey !== 'string') {
    const what = `The key is ${idempotencyKey === null ? 'null' : `of type ${typeof idempotencyKey}`}, and keys are text.`
    problems.push(problem('idempotencyKey', 'type', what, 'Pass String(key), or leave it out.'))
  } else problems.push(...textProblems('idempotencyKey', idempotencyKey))
  if (idempotencyKey === '') {
    problems.push(
      problem('idempotencyKey', 'length', 'The key is empty.', 'Leave it out, or name the purchase.'),
    )
  }
  if (webhookUrl !== undefined) problems.push(...callbackProblems(webhookUrl, spec, near))
  if (timeoutMs !== undefined && !(timeoutMs > 0)) {
    problems.push(
      problem('timeoutMs', 'range', `It is ${timeoutMs}.`, 'Pass milliseconds above 0, or leave it out.'),
    )
  }
  return problems
}
