import type { KindRow } from '../../kinds/kind.ts'
import { kinds, type RenderRequest, type RequestOf } from '../../kinds/kinds.ts'
import { amountProblems } from '../../model/amount.ts'
import { ReelayError } from '../../model/error.ts'
import type { MicroUsd } from '../../model/money.ts'
import { explain, type Problem, problem } from '../../model/problem.ts'
import { type Kind, kindNames } from '../../model/words.ts'
import { shapeProblems } from '../../provider/request/shape.ts'

/**
 * What a clip is for: `draft`, to try a prompt out, or `final`, to be shown.
 *
 * @example
 * ```ts
 * import type { Purpose } from '@reelay/core'
 * const purposeOf = (isApproved: boolean): Purpose => (isApproved ? 'final' : 'draft')
 * ```
 */
export type Purpose = 'draft' | 'final'

/**
 * What is wanted of a clip beside what it shows.
 *
 * @example
 * ```ts
 * import { type IntentTerms, usd } from '@reelay/core'
 * const terms: IntentTerms = { purpose: 'draft', maxCost: usd(0.5), within: 'soon' }
 * ```
 */
export interface IntentTerms {
  readonly purpose: Purpose
  /** The most that the clip may come to, in micro-USD. */
  readonly maxCost?: MicroUsd | undefined
  /**
   * How soon it is wanted: milliseconds in which nine of ten are there, `soon` (not much slower than the fastest), or
   * `whenever`, which is the default.
   */
  readonly within?: number | 'soon' | 'whenever' | undefined
}

type KeysOf<Union> = Union extends unknown ? keyof Union : never
type FieldOf<Union, Key extends PropertyKey> = Union extends unknown
  ? Key extends keyof Union
    ? Union[Key]
    : never
  : never

/**
 * A clip that is wanted, before anybody has said of whom and by which model: the fields of a request in their own names,
 * and the terms. The kind may be left out where the fields tell it: with a picture it is `image-to-video`. A model or a
 * mode that is named is kept.
 *
 * @example
 * ```ts
 * import { type RenderIntent, usd } from '@reelay/core'
 * const intent: RenderIntent = {
 *   purpose: 'final',
 *   prompt: 'A paper boat in the rain',
 *   duration: 10,
 *   generateAudio: true,
 *   aspectRatio: '9:16',
 *   maxCost: usd(2),
 * }
 * ```
 */
export type RenderIntent = IntentTerms & {
  readonly [Field in KeysOf<RequestOf<Kind>>]?: FieldOf<RequestOf<Kind>, Field> | undefined
}

/** An intent taken apart: a request without its model and mode, unless they are named, and the terms. */
export interface Wanted {
  readonly request: RenderRequest
  readonly row: KindRow
  readonly terms: IntentTerms
}

const isSet = ([, value]: readonly [string, unknown]): boolean => value !== undefined

/** The kind that has all the fields given, and a picture where it takes one; else the one that has the pictures. */
function kindOf(fields: Readonly<Record<string, unknown>>): Kind {
  const given = Object.keys(fields)
  const rows: readonly KindRow[] = kindNames.map((name) => kinds[name] as unknown as KindRow)
  const pictures = new Set(rows.flatMap(({ media }) => media))
  const able = rows.filter((row) => {
    const own = given.filter((field) => pictures.has(field))
    // Names in a prompt may stand for pictures, and need not.
    const fromWords = row.media.every((field) => field === 'references')
    const able = own.length === 0 ? fromWords : row.media.length > 0
    return able && own.every((field) => row.fields.includes(field))
  })
  const whole = able.find((row) => given.every((field) => row.fields.includes(field)))
  return (whole ?? able[0])?.kind ?? kindNames[0]
}

function termProblems({ purpose, maxCost, within }: IntentTerms): readonly Problem[] {
  const isWord = within === 'soon' || within === 'whenever'
  return [
    ...(purpose === 'draft' || purpose === 'final'
      ? []
      : [problem('purpose', 'one-of', 'It says what the clip is for.', "Use 'draft' or 'final'.")]),
    ...amountProblems('money', { maxCost }),
    ...(isWord ? [] : amountProblems('duration', { within })),
  ]
}

/**
 * Takes an intent apart.
 *
 * @throws ReelayError `ERR_INVALID_REQUEST`, outcome `none`, with `problems`, for terms that make no sense and fields that
 * no request of the kind has.
 */
export function wantedOf(intent: RenderIntent): Wanted {
  const { purpose, maxCost, within, ...rest } = (intent ?? {}) as RenderIntent
  const fields = Object.fromEntries(Object.entries(rest).filter(isSet))
  const kind = rest.kind ?? kindOf(fields)
  const request = { ...fields, kind } as unknown as RenderRequest
  const row = Object.hasOwn(kinds, kind) ? (kinds[kind] as unknown as KindRow) : undefined
  const terms = { purpose, maxCost, within }
  const all = Object.values(kinds) as unknown as readonly KindRow[]
  const problems = [...termProblems(terms), ...shapeProblems(request, row, all)]
  if (row && problems.length === 0) return { request, row, terms }
  throw new ReelayError('ERR_INVALID_REQUEST', `Nothing can be recommended. ${explain(problems)}`, {
    outcome: 'none',
    problems,
  })
}
