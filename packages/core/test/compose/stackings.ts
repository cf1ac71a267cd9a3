import {
  failover,
  type GovernOptions,
  type GuardOptions,
  govern,
  guard,
  type Journal,
  journaled,
  memoryJournal,
  type VideoProvider,
} from '../../src/index.ts'

const layers = ['journaled', 'guard', 'govern', 'failover'] as const

/** A composition of the four. */
export type Layer = (typeof layers)[number]

/** A way to put some of the four compositions around two providers, outermost first. */
export interface Stacking {
  readonly name: string
  readonly order: readonly Layer[]
  /** 2: each leaf of the failover has a journal of its own. */
  readonly journals: 1 | 2
}

function permutations(of: readonly Layer[]): readonly (readonly Layer[])[] {
  if (of.length === 0) return [[]]
  return of.flatMap((first) =>
    permutations(of.filter((one) => one !== first)).map((rest) => [first, ...rest]),
  )
}

/**
 * Every stacking in which a journal and a failover are, with and without the others, in every order: what is inside the
 * failover is around each of its leaves.
 */
export const stackings: readonly Stacking[] = [[], ['guard'], ['govern'], ['guard', 'govern']].flatMap(
  (more) =>
    permutations(
      layers.filter((layer) => layer === 'journaled' || layer === 'failover' || more.includes(layer)),
    ).flatMap((order) => {
      const inside = order.indexOf('journaled') > order.indexOf('failover')
      const name = order.join('(')
      const one: Stacking = { name, order, journals: 1 }
      return inside ? [one, { ...one, name: `${name}, a journal each`, journals: 2 }] : [one]
    }),
)

/** What a process gives to its compositions. */
export interface Parts {
  /** The second is that of the second leaf, where each has its own. */
  readonly journals: readonly [Journal, Journal]
  readonly guard: GuardOptions
  readonly govern: GovernOptions
}

/** Where purchases are written down, and what may be spent is counted. */
export const journalsOf = (): readonly [Journal, Journal] => [memoryJournal(), memoryJournal()]

/** Makes the stack that a process would have. */
export function stack(
  { order, journals: count }: Stacking,
  leaves: readonly VideoProvider[],
  { journals, guard: guarded, govern: governed }: Parts,
): VideoProvider {
  const [first, second] = journals
  function around(layer: Layer | undefined, provider: VideoProvider): VideoProvider {
    if (layer === 'guard') return guard(provider, guarded)
    if (layer === 'govern') return govern(provider, governed)
    // By provider, not by place: another process may list them in another order.
    const own = count === 2 && provider.id !== 'kling' ? second : first
    return layer === 'journaled' ? journaled(provider, own) : provider
  }
  const at = order.indexOf('failover')
  const [outside, inside] = [order.slice(0, at), order.slice(at + 1)]
  const wrap = (names: readonly Layer[], provider: VideoProvider): VideoProvider =>
    names.reduceRight((inner, layer) => around(layer, inner), provider)
  return wrap(
    outside,
    failover(
      leaves.map((leaf) => wrap(inside, leaf)),
      {
        maxCost: Number.POSITIVE_INFINITY,
        onInvalid: 'move-on',
        moveOn: ['ERR_INVALID_REQUEST', 'ERR_FUNDS'],
      },
    ),
  )
}
