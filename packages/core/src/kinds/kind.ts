import * as z from 'zod/mini'
import type { Owned } from '../model/handle.ts'
import type { Json } from '../model/json.ts'
import { isMedia, type Media, type MediaRule } from '../model/media.ts'
import type { LengthReader, PreparedMedia } from '../model/media-rule.ts'
import type { Finding, Warning } from '../model/problem.ts'
import type { ClipLimits, ClipRef } from './clip.ts'
import type { KindTypes } from './kind-types.ts'
import { type MediaPlace, placesIn } from './media-places.ts'
import type { OfferOf } from './offer.ts'
import type { Billing } from './price.ts'

/** What a kind fills in where a request leaves it out. */
type Filled<Request> = Request extends { readonly duration?: number }
  ? {
      /** Seconds, the default filled in. */
      readonly duration: number
    }
  : unknown

/** A request of one kind together with the row that serves it. */
export type SubjectOf<Types extends KindTypes> = Filled<Types['request']> & {
  readonly request: Types['request']
  readonly offer: OfferOf<Types>
  /** The caller's `providerOptions` for this provider. */
  readonly options: Readonly<Record<string, unknown>>
}

/** What a request that passed every check brings along when it is encoded. */
export interface Prepared {
  /** The request's files by path, see {@link MediaPlace}. */
  readonly media: Readonly<Record<string, PreparedMedia>>
  /** What the steps before the create brought, by their names. */
  readonly steps?: { readonly [name: string]: Json }
  readonly externalId?: string | undefined
  readonly webhookUrl?: string | undefined
}

/** A request beside the catalogue row that would serve it, and the other rows of its kind. */
export interface Case<Types extends KindTypes> {
  readonly request: Types['request']
  readonly offer: OfferOf<Types>
  readonly limits: Types['limits']
  /** The row as a person calls it: `kling-v2-6 std`. */
  readonly name: string
  readonly offers: readonly OfferOf<Types>[]
  /** Milliseconds since the epoch, by the provider's clock: ids of earlier results end some day. */
  readonly now: number
  /** Whoever renders it: ids of earlier results are known to one account of one provider only. */
  readonly owner: Owned
}

/** What of a request a row does not allow; `false` and `undefined` are "nothing". */
export type Rule<Types extends KindTypes> = (of: Case<Types>) => readonly (Finding | false | undefined)[]

/**
 * All that core knows of one kind of render: what a request looks like, its rules, and what it bills by.
 *
 * @example
 * ```ts
 * import { type KindRow, kinds } from '@reelay/core'
 * const rows: readonly Pick<KindRow, 'kind' | 'fields'>[] = Object.values(kinds)
 * const takers = rows.filter(({ fields }) => fields.includes('startImage')).map(({ kind }) => kind)
 * ```
 */
export interface KindRow<Types extends KindTypes = KindTypes> {
  readonly kind: Types['kind']
  /**
   * The shape of a request, for zod, and for whatever takes a zod schema or a Standard Schema, such as a tool's input.
   * Unknown fields are refused.
   */
  readonly schema: z.core.$ZodType<Types['request'], Types['request']>
  /** Names of the request's fields. */
  readonly fields: readonly string[]
  /** Fields that hold media: one file, a list, or what the kind makes of it. */
  readonly media: readonly string[]
  /** The files of a well-formed request, as far as a row takes them as files. */
  mediaAt(request: Types['request'], limits: Types['limits'], owner: Owned): readonly MediaPlace[]
  /** Fields that hold words for the model. */
  readonly texts: readonly string[]
  /** What is filled in where a request leaves it out. */
  readonly defaults: Readonly<Record<string, unknown>>
  /** What of a well-formed request a row does not allow. */
  readonly rules: readonly Rule<Types>[]
  /** What the file at a path must be like at a row; `false` where it takes none. */
  mediaRule(limits: Types['limits'], path: string): MediaRule | false
  /** Reads how long its files last, where it takes clips or sounds. */
  readonly lengthOf?: LengthReader
  /** Seconds that a row adds to the clip it goes on from; absent where the result has a length of its own. */
  adds?(limits: Types['limits']): readonly [least: number, most: number]
  /** What to know of an accepted request: what is ignored without changing what is paid for. */
  warnings(subject: SubjectOf<Types>): readonly Warning[]
  /** What its prices tell apart: names of a price rule's rates. */
  readonly variants: readonly string[]
  bills(subject: SubjectOf<Types>): Billing
}

/**
 * Media to try a row with.
 *
 * @example
 * ```ts
 * import type { Samples } from '@reelay/core/adapter'
 * const link = 'https://example.com/boat.png'
 * const samples: Samples = { media: () => link, clip: () => link }
 * ```
 */
export interface Samples {
  /** A file that the rule takes: a picture, a clip or a sound, by the rule's media types. */
  media(rule: MediaRule | false): Media
  /** An earlier clip that the row takes. */
  clip(limits: ClipLimits): ClipRef | Media
}

/**
 * The smallest request that a row serves, without `kind`, `model` and `mode`. It stands in the kind's own file and not in
 * its row: what is only for trying is in nobody's bundle.
 */
export type Least<Types extends KindTypes> = (
  row: OfferOf<Types>,
  samples: Samples,
) => Omit<Types['request'], 'kind' | 'model' | 'mode'>

/** What {@link defineKind} is told. */
export interface KindDefinition<Types extends KindTypes>
  extends Omit<KindRow<Types>, 'kind' | 'schema' | 'fields' | 'mediaAt'> {
  readonly shape: Readonly<Record<string, z.core.$ZodType>>
  /** Where its files are, when they are not in the `media` fields themselves or in lists there. */
  mediaAt?(request: Types['request'], limits: Types['limits'], owner: Owned): readonly MediaPlace[]
}

/** A kind of render in one place: its fields, its rules, and what it bills by. */
export function defineKind<Types extends KindTypes>(
  kind: Types['kind'],
  { shape, ...rest }: KindDefinition<Types>,
): KindRow<Types> {
  const schema = z.strictObject({ kind: z.literal(kind), ...shape, ...sharedShape })
  return {
    mediaAt: (request) =>
      rest.media.flatMap((field) => placesIn(field, (request as Readonly<Record<string, unknown>>)[field])),
    ...rest,
    kind,
    fields: ['kind', ...Object.keys(shape), ...Object.keys(sharedShape)],
    schema: schema as unknown as KindRow<Types>['schema'],
  }
}

const text = 'An https URL, or a base64 data URI'

/**
 * A field that holds {@link Media}; in JSON a text.
 *
 * @example
 * ```ts
 * import { mediaField } from '@reelay/core/adapter'
 * import * as z from 'zod/mini'
 * const schema = z.strictObject({ portrait: z.optional(mediaField('Who speaks.')) })
 * ```
 */
export function mediaField(description: string): z.core.$ZodType<Media> {
  const schema = z.custom<Media>(isMedia)
  // What no JSON Schema can say of bytes and blobs it need not: a tool's arguments are JSON.
  schema._zod.toJSONSchema = () => ({ type: 'string', minLength: 1, description: `${description} ${text}.` })
  return schema
}

/** A field that may be left out, with words for whoever fills it in. */
export function optionalField(schema: z.ZodMiniType, description: string): z.core.$ZodType {
  return z.optional(schema.check(z.describe(description)))
}

/** A whole number. `z.int()` says the same, and brings the ranges of all number formats along (2 kB of a bundle). */
export const whole: z.core.$ZodCheck<number> = {
  _zod: {
    def: { check: 'custom' },
    check({ value: input, issues }) {
      if (!Number.isInteger(input))
        issues.push({ code: 'invalid_type', expected: 'int', input, continue: false })
    },
    // From here its JSON Schema takes the type.
    onattach: [
      (schema) => {
        schema._zod.bag.format = 'safeint'
      },
    ],
  },
}

// Objects with a catch-all, not records: those refuse whatever has a prototype of its own, a class instance say.
const settings = z.catchall(z.object({}), z.catchall(z.object({}), z.unknown()))

const sharedShape = {
  model: optionalField(z.string().check(z.minLength(1)), 'Official model name; the default when left out.'),
  mode: optionalField(
    z.literal(['std', 'pro', '4k']),
    'Quality tier: std 720p (a picture 1k), pro 1080p (2k), 4k; the cheapest that the model has when left out.',
  ),
  providerOptions: optionalField(settings, 'Settings for one provider, by its id, in its own spelling.'),
}
