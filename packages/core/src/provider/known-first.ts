import type { RenderRequest } from '../kinds/kinds.ts'
import { unlessAborted } from '../model/clock.ts'
import type { VideoTask } from '../model/task.ts'
import type { SubmitOptions } from './options.ts'
import type { Known, OrderContext } from './order.ts'
import type { VideoProvider } from './provider.ts'
import { hashAsGiven } from './request/hash.ts'

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
