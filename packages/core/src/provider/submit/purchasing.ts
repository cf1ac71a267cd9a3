import type { RenderRequest } from '../../kinds/kinds.ts'
import { amountProblems } from '../../model/amount.ts'
import { ReelayError, withDetails } from '../../model/error.ts'
import { at, kindOf, ofPaidTask } from '../../model/foreign.ts'
import type { Submission } from '../../model/handle.ts'
import { type Problem, problem } from '../../model/problem.ts'
import type { VideoTask } from '../../model/task.ts'
import { type Ordered, ordered } from '../known-first.ts'
import type { RecordEntry, SubmitOptions } from '../options.ts'
import type { VideoProvider } from '../provider.ts'
import { invalidRequest } from '../request/prepare.ts'
import { reachProblems } from '../request/reach.ts'
import { textProblems } from '../request/texts.ts'
import { assertRuntime, type OwnFeatures } from '../runtime.ts'
import type { ProviderSpec } from '../spec.ts'
import { meaning } from '../task/failure.ts'

type Buy = (request: RenderRequest, options: Ordered) => Promise<VideoTask>

const same = (a: Submission, b: Submission): boolean => a.attempt === b.attempt

/** Whether it says that a task was made, or may have been. */
const isOpen = (entry: RecordEntry): boolean =>
  entry.type === 'intent' || entry.outcome === 'accepted' || entry.outcome === 'unknown'

/** What was recorded last, unless it is a refusal that leaves an earlier purchase as open as it was. */
function graver(before: RecordEntry | undefined, entry: RecordEntry): RecordEntry {
  const covers = before && isOpen(before) && !isOpen(entry) && !same(before.submission, entry.submission)
  return covers ? before : entry
}

/** What escaped from a submit, as an error that says what is known about the money. */
function withMoneySaid(thrown: unknown, last: RecordEntry | undefined, cause: unknown): unknown {
  // Nothing has left: the caller's own abort reason, or what their journal throws.
  if (!last || (last.type === 'verdict' && last.outcome === 'none')) return thrown
  const { submission } = last
  const { provider, account } = submission
  if (last.type === 'verdict' && last.outcome === 'accepted' && last.handle) {
    return ofPaidTask(thrown, last.handle, `The purchase of task ${last.handle.id}`, { cause })
  }
  const outcome = last.type === 'verdict' && last.outcome === 'rejected' ? 'rejected' : 'unknown'
  if (ReelayError.isInstance(thrown)) {
    const incomplete = thrown.outcome === 'unknown' && !thrown.submission && !thrown.handle
    return incomplete ? withDetails(thrown, { provider, account, submission }) : thrown
  }
  const what =
    outcome === 'rejected' ? `was refused, and what followed` : 'has no verdict: what was done about it'
  const message = `A paid request to ${provider} ${what} broke off (${kindOf(thrown)}). ${meaning[outcome]}`
  const code = outcome === 'rejected' ? 'ERR_CONFIG' : 'ERR_SUBMISSION_UNKNOWN'
  return at(thrown, new ReelayError(code, message, { provider, account, outcome, submission, cause }))
}

/**
 * The way into every purchase, a provider's or a composition's: refused before anything is sent where the runtime could
 * not see it through or its options cannot be meant, and whatever is thrown once a paid request has left comes out as an error with the submission, or
 * with the handle once there is one.
 *
 * @param who `fetch`: the caller's own, if there is one; without the field, known to those who send.
 */
export function purchasing(
  who: Pick<VideoProvider, 'id' | 'account'> & OwnFeatures,
  buy: Buy,
): (request: RenderRequest, options?: SubmitOptions) => Promise<VideoTask> {
  return async (request, options = {}) => {
    assertRuntime({ provider: who.id, account: who.account, fetch: 'fetch' in who ? who.fetch : true })
    let last: RecordEntry | undefined
    let own: { readonly thrown: unknown } | undefined
    async function record(entry: RecordEntry): Promise<void> {
      // A verdict holds though it cannot be noted; after an intent nothing leaves before it was.
      if (entry.type === 'verdict') last = graver(last, entry)
      try {
        await options.record?.(entry)
      } catch (thrown) {
        own = { thrown }
        throw thrown
      }
      // An abort does not wait for a slow journal: its verdict may be there before the intent is noted.
      const concluded = last?.type === 'verdict' && same(last.submission, entry.submission)
      if (entry.type === 'intent' && !concluded) last = entry
    }
    try {
      const wrong = purchaseProblems(options)
      if (wrong.length > 0) throw invalidRequest(who.id, who.account, wrong)
      // Read once: a caller's object may be different, or throw, the next time.
      const headers = options.headers && { ...options.headers }
      return await buy(request, ordered(request, { ...options, ...(headers && { headers }), record }))
    } catch (thrown) {
      throw withMoneySaid(thrown, last, own && own.thrown === thrown ? thrown : undefined)
    }
  }
}

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
