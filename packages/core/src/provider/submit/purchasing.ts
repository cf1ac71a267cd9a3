import type { RenderRequest } from '../../kinds/kinds.ts'
import { amountProblems } from '../../model/amount.ts'
import { unlessAborted } from '../../model/clock.ts'
import type { Submission } from '../../model/handle.ts'
import { type Problem, problem } from '../../model/problem.ts'
import type { VideoTask } from '../../model/task.ts'
import type { RecordEntry, SubmitOptions } from '../options.ts'
import type { Known, OrderContext } from '../order.ts'
import type { VideoProvider } from '../provider.ts'
import { hashAsGiven } from '../request/hash.ts'
import { invalidRequest } from '../request/prepare.ts'
import { textProblems } from '../request/texts.ts'
import { assertRuntime, type OwnFeatures } from '../runtime.ts'
import { doneStep, graver, same, withMoneySaid } from './money-said.ts'

/**
 * A random name that is kept for as long as a task is waited for. Node puts a UUID together from 20 pieces and keeps them,
 * some 600 bytes, until the text is changed.
 */
const randomName = (): string => crypto.randomUUID().toUpperCase().toLowerCase()

/** The context of a submit that has none yet. */
export function orderContext(request: RenderRequest, options: SubmitOptions): OrderContext {
  let hash: Promise<string> | undefined
  return {
    run: randomName(),
    hash() {
      hash ??= hashAsGiven(request)
      return hash
    },
    // A key that was just made up is known to nobody.
    asked: options.idempotencyKey === undefined,
    number: 1,
    failed: [],
    store: false,
  }
}

const gravity = { conflict: 0, bought: 1, unknown: 2, again: 3 } as const

/** The same options with a key and a context, made up where there is none. */
export const ordered = (request: RenderRequest, options: SubmitOptions): Ordered => ({
  ...options,
  idempotencyKey: options.idempotencyKey ?? crypto.randomUUID(),
  order: options.order ?? orderContext(request, options),
})

/**
 * What several know of one order: a conflict before a task, a task before what may be one. Of those who speak of the same
 * purchase, one who can answer for it.
 */
export function gravest(all: readonly (Known | undefined)[]): Known | undefined {
  const said = all.filter((known) => known !== undefined)
  const own = new Set(said.flatMap(({ purchase, elsewhere }) => (elsewhere || !purchase ? [] : [purchase])))
  return said
    .filter(({ purchase, elsewhere }) => !elsewhere || !purchase || !own.has(purchase))
    .sort((a, b) => gravity[a.state] - gravity[b.state] || (b.number ?? 1) - (a.number ?? 1))
    .at(0)
}

/** Asks each of several providers what it knows of an order. */
export async function knownAmong(
  providers: readonly VideoProvider[],
  request: RenderRequest,
  options: SubmitOptions,
): Promise<Known | undefined> {
  return gravest(await Promise.all(providers.map((one) => one.known?.(request, options))))
}

/** What a submit is to do: hand back the task that was bought before, or go on with these options. */
export type First = { readonly task: VideoTask } | { readonly task?: undefined; readonly options: Ordered }

/** Options of a submit that has its key and its context. */
export type Ordered = SubmitOptions & { readonly idempotencyKey: string; readonly order: OrderContext }

/**
 * Known first is asked first: before anything is checked, priced, reserved, confirmed, uploaded or waited for.
 *
 * @throws ReelayError what the order means for this submit; or what a journal throws.
 */
export async function knownFirst(
  ask: (request: RenderRequest, options: Ordered) => Promise<Known | undefined>,
  request: RenderRequest,
  options: Ordered,
): Promise<First> {
  const { order } = options
  if (order.asked) return { options }
  for (;;) {
    options.abortSignal?.throwIfAborted()
    // Nothing was sent: a journal that hangs must not hold an abort up.
    const known = await unlessAborted(ask(request, options), options.abortSignal)
    if (known && known.state !== 'again') {
      const task = await known.answer()
      if (task) return { task }
      continue
    }
    const again = known && known.number > order.number ? { number: known.number, failed: known.failed } : {}
    return { options: { ...options, order: { ...order, ...again, asked: true } } }
  }
}

type Buy = (request: RenderRequest, options: Ordered) => Promise<VideoTask>

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
  let lacksNothing = false
  return async (request, options = {}) => {
    if (!lacksNothing) {
      assertRuntime({ provider: who.id, account: who.account, fetch: 'fetch' in who ? who.fetch : true })
      lacksNothing = true
    }
    let last: RecordEntry | undefined
    let step: Submission | undefined
    let own: { readonly thrown: unknown } | undefined
    async function record(entry: RecordEntry): Promise<void> {
      // A verdict holds though it cannot be noted; after an intent nothing leaves before it was.
      if (entry.type === 'verdict') last = graver(last, entry)
      step = doneStep(entry) ?? step
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
      throw withMoneySaid(
        thrown,
        last,
        step,
        own && own.thrown === thrown ? thrown : undefined,
        options?.abortSignal,
      )
    }
  }
}

// At most 2,048 bytes of UTF-8: what an index of any database takes as it is.
const longestKey = 512

// Nearly every key is of letters, digits and signs, of which none is half of one or controls anything.
const plain = /^[ -~]+$/

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
  return plain.test(key) ? [] : textProblems('idempotencyKey', key)
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
    ...(timeoutMs === undefined ? [] : amountProblems('duration', { timeoutMs })),
    ...(deadlineAt === undefined ? [] : amountProblems('moment', { deadlineAt })),
  ]
}
