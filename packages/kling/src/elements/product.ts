import {
  type Draft,
  type HttpRequest,
  type Kind,
  type KindRow,
  type MediaRule,
  type Offer,
  type Problem,
  placesIn,
  problem,
  type Sold,
} from '@reelay/core/adapter'
import { pollFloorMs, readSpacingMs, tasksPerRead } from '../kinds/pace.ts'

/** What core is told of a request for one of them; it has no words for these, which are no renders. */
export interface ProductDraft<Request> extends Pick<Draft, 'media' | 'options' | 'externalId'> {
  readonly request: Request
}

/** Something that is made once and named in many renders: what is made, how, and where Kling keeps it. */
export interface Product<Request, Item> {
  /** What a handle of its task calls it. */
  readonly kind: 'element' | 'voice' | 'former-element'
  readonly route: string
  /** Its fields, for zod. */
  readonly schema: KindRow['schema']
  readonly fields: readonly string[]
  /** Fields of words. */
  readonly texts: readonly string[]
  /** Fields of files, and what each of these must be like. */
  readonly media: { readonly [field: string]: MediaRule }
  readonly state: Offer['state']
  /** Units of a resource pack for one; absent where nobody says. */
  readonly units?: number
  readonly price: Pick<Offer['price'], 'basis' | 'why' | 'source' | 'asOf'>
  /** How long one takes, milliseconds. */
  readonly expectedMs: number
  readonly source: string
  readonly asOf: string
  check(request: Request): readonly (Problem | false)[]
  /** Fields of the create's body, without those of every create. */
  body(draft: ProductDraft<Request>): Readonly<Record<string, unknown>>
  /** What a task has made, or an item of a list holds, as far as it can be used. */
  found(value: unknown): readonly Item[]
  /** Where the account's own and Kling's are listed, and what deletes one of the account's own. */
  readonly paths: { readonly own: string; readonly presets: string; readonly delete: string }
  /** What a delete calls the id. */
  readonly idField: string
  /** What is wrong with an id of one, as a clause. */
  idFault(id: string): string | undefined
}

/** Whether a text is longer than Kling takes it. */
export const tooLong = (field: string, value: string, most: number): Problem | false =>
  value.length > most &&
  problem(field, 'length', `${field} has ${value.length} characters; Kling takes ${most}.`, 'Shorten it.')

// The price page's, of 2026-10-04.
const videoUnit = { unit: 'unit', unitUsd: 140_000 } as const

/** These have no models; ours, so that a row has a name. */
export const modelOf = (kind: string): string => `kling-${kind}`

/** The one row of a product's catalogue. */
export const offerOf = <Request, Item>({
  kind,
  route,
  media,
  state,
  units,
  price,
  expectedMs,
  source,
  asOf,
}: Product<Request, Item>): Offer => {
  const row = {
    provider: 'kling',
    kind,
    model: modelOf(kind),
    mode: 'std',
    state,
    route,
    nativeModel: route,
    limits: media,
    price: { ...videoUnit, per: 'clip', rates: units === undefined ? {} : { any: units }, ...price },
    timing: { expectedMs, pollFloorMs, readSpacingMs, tasksPerRead },
    source,
    asOf,
  }
  return row as unknown as Offer
}

/** A product as something that is sold: by the same rules of money, and with the same words about what is wrong. */
export function soldAs<Request, Item>(
  product: Product<Request, Item>,
  encode: (draft: ProductDraft<Request>) => HttpRequest,
): Sold {
  const { kind, schema, fields, texts, media, check } = product
  const row: Omit<KindRow, 'kind'> & { readonly kind: string } = {
    kind,
    schema,
    fields,
    media: Object.keys(media),
    mediaAt: (request) =>
      Object.keys(media).flatMap((field) =>
        placesIn(field, (request as Readonly<Record<string, unknown>>)[field]),
      ),
    texts,
    defaults: {},
    rules: [],
    mediaRule: (_limits, path) => media[path.split('.')[0] ?? ''] ?? false,
    warnings: () => [],
    variants: [],
    bills: () => ({ variant: 'any', amounts: { clip: 1 } }),
  }
  const sale = {
    kinds: [row],
    rows: [offerOf(product)],
    encode,
    check: ({ request: asked }: { readonly request: Request }) =>
      check(asked).filter((found) => found !== false),
  }
  // Core's types name its kinds of renders; at run time a sale gets what is of its own kind, and nothing else.
  return sale as unknown as Sold<Kind>
}
