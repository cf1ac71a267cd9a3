import type { KindRow } from '../kinds/kind.ts'
import type { KindTypes } from '../kinds/kind-types.ts'
import type { Draft, KindMap, Offer, Subject } from '../kinds/kinds.ts'
import { ReelayError } from '../model/error.ts'
import type { Problem, Warning } from '../model/problem.ts'
import type { Kind } from '../model/words.ts'
import type { HttpRequest } from './http/message.ts'
import type { Step } from './step.ts'

/**
 * Some kinds as one provider sells them.
 *
 * @example
 * ```ts
 * import type { Sale } from '@reelay/core/adapter'
 * declare const rows: Sale<'text-to-video'>['rows']
 * const sale: Sale<'text-to-video'> = {
 *   rows,
 *   encode: ({ request }) => ({ method: 'POST', path: '/v1/clips', json: { text: request.prompt } }),
 * }
 * ```
 */
export interface Sale<K extends Kind = Kind> {
  /** The catalogue's rows of these kinds. */
  readonly rows: readonly Offer<K>[]
  /**
   * The route of a request, where a row is sold by more than one: then handles, searches and reads go by this one.
   * `undefined` is the row's own.
   */
  route?(subject: Subject<K>): string | undefined
  /** The create call; `offer.route` is the one chosen. */
  encode(draft: Draft<K>): HttpRequest
  /** Priced calls before the create, in their order; a row needs those whose price it names. */
  readonly steps?: readonly Step<K>[]
  /** Rules of the provider's own, across fields, that the rows' limits cannot say. */
  check?(subject: Subject<K>): readonly Problem[]
  /** Whether the provider's own options carry the prompts, so that `prompt` may be empty. */
  carriesPrompt?(options: Readonly<Record<string, unknown>>): boolean
  warnings?(subject: Subject<K>): readonly Warning[]
}

/**
 * The same with the kinds themselves; made by {@link sell}.
 *
 * @example
 * ```ts
 * import type { Sold } from '@reelay/core/adapter'
 * const names = (sold: readonly Sold[]): readonly string[] =>
 *   sold.flatMap(({ kinds }) => kinds.map(({ kind }) => kind))
 * ```
 */
export interface Sold<K extends Kind = Kind> extends Sale<K> {
  readonly kinds: readonly KindRow[]
}

/**
 * What an adapter sells: kinds, each with its rows and its own encoding. Whatever is not sold is not in its bundle, and
 * a kind that is new to Reelay changes nothing for adapters that do not sell it.
 *
 * @param kinds Kinds that share rows and encoding, such as the video kinds.
 *
 * @example
 * ```ts
 * import { type Offer, textToVideo } from '@reelay/core'
 * import { type Draft, type Sold, sell } from '@reelay/core/adapter'
 * declare const rows: readonly Offer<'text-to-video'>[]
 * export const video: Sold = sell([textToVideo], {
 *   rows,
 *   encode: ({ request, offer, duration }: Draft<'text-to-video'>) => ({
 *     method: 'POST',
 *     path: '/v1/clips',
 *     json: { engine: offer.nativeModel, text: request.prompt, seconds: duration },
 *   }),
 * })
 * ```
 */
export function sell<Row extends KindRow<KindMap[Kind]> | { readonly kind: Kind }>(
  kinds: readonly Row[],
  sale: Sale<Row['kind']>,
): Sold<Row['kind']> {
  // Of the narrow types nothing is left at run time: the engine hands a sale only what is of its kinds.
  return { ...sale, kinds: kinds as unknown as readonly KindRow<KindTypes>[] }
}

/**
 * Refuses what names no kinds to sell, for adapters that sell those a caller names.
 *
 * @param example How it is written right, a line of code.
 * @throws ReelayError `ERR_CONFIG`, outcome `none`.
 *
 * @example
 * ```ts
 * import { assertKinds, type Sold } from '@reelay/core/adapter'
 * declare const video: Sold
 * const kinds: unknown = [video]
 * assertKinds(kinds, { provider: 'mine', account: 'default' }, 'kinds: [video]')
 * ```
 */
export function assertKinds(
  kinds: unknown,
  who: { readonly provider: string; readonly account: string },
  example: string,
): void {
  const isKind = (one: unknown): boolean =>
    typeof one === 'function' || Array.isArray((one as Partial<Sold> | undefined)?.rows)
  if (Array.isArray(kinds) && kinds.length > 0 && kinds.every(isKind)) return
  const message = `kinds names nothing to sell. Pass the kinds that the same door exports, such as ${example}.`
  throw new ReelayError('ERR_CONFIG', message, { ...who, outcome: 'none' })
}

/** The steps that a request needs at its row. */
export const stepsOf = ({ steps = [] }: Pick<Sold, 'steps'>, subject: Subject): readonly Step[] => {
  const { steps: priced } = subject.offer
  if (!priced) return []
  return steps.filter(({ name, needed }) => Object.hasOwn(priced, name) && needed?.(subject) !== false)
}

/**
 * All rows of what an adapter sells, for its catalogue.
 *
 * @example
 * ```ts
 * import { type Catalog } from '@reelay/core'
 * import { rowsOf, type Sold } from '@reelay/core/adapter'
 * declare const video: Sold
 * const catalog: Catalog = { defaultModel: 'kling-v3', offers: rowsOf([video]) }
 * ```
 */
export const rowsOf = (sold: readonly Sold[]): readonly Offer[] => sold.flatMap(({ rows }) => rows)
