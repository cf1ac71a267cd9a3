import * as z from 'zod/mini'
import type { KindRow } from '../kinds/kind.ts'
import type { Catalog, Offer, RenderRequest, Subject } from '../kinds/kinds.ts'
import type { MediaPlace } from '../kinds/media-places.ts'
import type { Owned } from '../model/handle.ts'
import { type MediaBytes, openMedia } from '../model/media.ts'
import { mediaProblems } from '../model/media-rule.ts'
import type { Finding, Problem, Warning } from '../model/problem.ts'
import { type Quote, sumOfQuotes } from '../model/quote.ts'
import type { Chosen } from '../model/task.ts'
import type { Appraisal } from './appraisal.ts'
import { chosenFor, type Selection, selectOffer } from './request/offer.ts'
import { ownOptionProblems } from './request/own-options.ts'
import { reachProblems } from './request/reach.ts'
import { withSuggestions } from './request/repair.ts'
import { shapeProblems } from './request/shape.ts'
import { fieldTextProblems } from './request/texts.ts'
import type { Sold } from './sell.ts'
import { type Shares, sharesOf } from './shares.ts'
import type { ProviderSpec } from './spec.ts'

/** A kind as a provider sells it. */
interface SoldKind {
  readonly row: KindRow
  readonly sale: Sold
  readonly offers: readonly Offer[]
}

/** What requests are held against. */
interface Place {
  readonly spec: ProviderSpec
  /** Whether the provider stands where the caller does, see `isNear`. */
  readonly near: boolean
  /** Milliseconds since the epoch, by the provider's clock. */
  now(): number
  readonly owner: Owned
}

/** A row of the catalogue, and what made it the choice. */
interface Row {
  readonly offer: Offer
  readonly chosen: Chosen
}

/** What a provider's tables say of any request, looked up once. */
interface Tables {
  readonly catalog: Catalog
  readonly kinds: ReadonlyMap<unknown, SoldKind>
  /** The rows that served requests so far, and why, by what was asked for. */
  readonly served: Map<string, Row>
}

function tablesOf({ kinds, catalog }: ProviderSpec): Tables {
  const sold = kinds.flatMap((sale) => sale.kinds.map((row) => ({ row, sale })))
  const byKind = sold.map(({ row, sale }): [unknown, SoldKind] => {
    const offers = catalog.offers.filter(({ kind }) => kind === row.kind)
    return [row.kind, { row, sale, offers }]
  })
  // Of two sales of one kind the first counts.
  return { catalog, kinds: new Map(byKind.reverse()), served: new Map() }
}

function rowFor(
  { id, whole }: ProviderSpec,
  { catalog, served }: Tables,
  request: RenderRequest,
): Row | Exclude<Selection, { readonly offer: Offer }> {
  const asked = JSON.stringify([request.kind, request.model, request.mode])
  const known = served.get(asked)
  if (known) return known
  const selection = selectOffer(id, catalog, request, whole)
  if (!('offer' in selection)) return selection
  // One for all who ask for the same: thousands of tasks may have it with them.
  const row = { ...selection, chosen: Object.freeze(chosenFor(request, selection.offer, catalog)) }
  served.set(asked, row)
  return row
}

/** A request with its row as it buys from it: some go another way than the row's own. */
function routed({ route }: Sold, subject: Subject): Subject {
  const { offer } = subject
  const way = route?.(subject) ?? offer.route
  return way === offer.route ? subject : ({ ...subject, offer: { ...offer, route: way } } as Subject)
}

/** A request beside everything of a provider's tables that it is about. */
export interface Served {
  readonly subject: Subject
  readonly row: KindRow
  readonly sale: Sold
  readonly chosen: Chosen
  readonly owner: Owned
}

interface Found {
  readonly served?: Served
  readonly problems: readonly Finding[]
}

function findProblems({ spec, near, now, owner }: Place, tables: Tables, request: RenderRequest): Found {
  const sold = tables.kinds.get(request?.kind)
  if (!sold || !z.safeParse(sold.row.schema, request).success) {
    const shape = shapeProblems(
      request,
      sold?.row,
      spec.kinds.flatMap(({ kinds }) => kinds),
    )
    if (shape.length > 0) return { problems: shape }
  }
  const selection = rowFor(spec, tables, request)
  if (!('offer' in selection)) return selection
  const { offer, chosen } = selection
  if (!sold) return { problems: [] }
  const { row, sale, offers } = sold
  const { providerOptions } = request
  const options = providerOptions?.[spec.id] ?? {}
  const values = request as unknown as Readonly<Record<string, unknown>>
  const filled = Object.entries(row.defaults).map(([field, value]) => [field, values[field] ?? value])
  const subject = routed(sale, {
    ...Object.fromEntries(filled),
    request,
    offer,
    options,
  } as unknown as Subject)
  const name = `${offer.model} ${offer.mode}`
  const subjectCase = { request, offer, limits: offer.limits, name, offers, now: now(), owner }
  const files = row.mediaAt(request, offer.limits, owner)
  /** The provider's own options may carry the prompts. */
  const isCarried = ({ field, rule }: Finding): boolean =>
    field === 'prompt' && rule === 'required' && sale.carriesPrompt?.(options) === true
  const problems = [
    ...fieldTextProblems(values, row.texts, new Set(files.map(({ path }) => path)), near),
    ...row.rules
      .flatMap((rule) => rule(subjectCase))
      .filter((found) => !!found)
      .filter((found) => !isCarried(found)),
    ...fileProblems(files, row, offer, near),
    ...(providerOptions === undefined ? [] : ownOptionProblems(spec, providerOptions, options, near)),
    ...(sale.check?.(subject) ?? []),
  ]
  return { served: { subject, row, sale, chosen, owner }, problems }
}

/** The same request with its data URIs read, so that looking for the nearest one does not read them each time. */
function opened(request: RenderRequest, fields: readonly string[] = []): RenderRequest {
  const read = fields.flatMap((field): [string, MediaBytes][] => {
    const value = (request as unknown as Record<string, unknown>)[field]
    const media = typeof value === 'string' && value.startsWith('data:') ? openMedia(value) : undefined
    if (media?.type !== 'bytes') return []
    return [[field, { data: media.bytes, mediaType: media.mediaType ?? '' }]]
  })
  return read.length === 0 ? request : { ...request, ...Object.fromEntries(read) }
}

/** What is said of a request, beside what of the tables it is about. */
export interface Evaluation {
  readonly appraisal: Appraisal
  readonly served?: Served | undefined
  /** What the quote is made of; absent where there are problems. */
  readonly shares?: Shares
}

/**
 * Holds requests against a provider's tables, from their shape inwards: the row, what is wrong, the price, and what to
 * know; pure.
 */
export function createAppraiser(place: Place): (request: RenderRequest) => Evaluation {
  const { spec } = place
  let tables = tablesOf(spec)
  return (request) => {
    if (tables.catalog !== spec.catalog) tables = tablesOf(spec)
    const { served, problems: found } = findProblems(place, tables, request)
    const chosen = served && { offer: served.subject.offer, chosen: served.chosen }
    if (served && found.length === 0) {
      const { subject, row, sale } = served
      const warnings = [
        ...row.warnings(subject),
        ...doubt(subject.offer),
        ...(sale.warnings?.(subject) ?? []),
      ]
      const shares = sharesOf(spec, served)
      const quote = sumOfQuotes(shares.create, ...shares.steps.values())
      return { served, shares, appraisal: { ...chosen, problems: [], quote, warnings } }
    }
    const again = (one: RenderRequest): readonly Finding[] => findProblems(place, tables, one).problems
    const fields = tables.kinds.get(request?.kind)?.row.media
    const problems = withSuggestions(opened(request, fields), found, again)
    const quote: Quote = { type: 'unknown', why: `The request cannot be served: ${problems[0]?.message}` }
    return { served, appraisal: { ...chosen, problems, quote, warnings: [] } }
  }
}

/** What to know of a row that may not be sold any more. */
function doubt({ provider, model, state, asOf }: Offer): readonly Warning[] {
  if (state !== 'unverified') return []
  const message = `Whether ${provider} still sells ${model} is unverified (${asOf}); it was sent because you named it.`
  return [{ field: 'model', message }]
}

const bytesInstead =
  'Pass its bytes (a Uint8Array or Blob, read from there or from its file), which the adapter brings to the provider; or a public https URL.'
const linkInstead = 'Put it where the provider can fetch it, and pass its public https URL.'

/**
 * Whether the files themselves can be used.
 *
 * @param near Whether the provider stands where the caller does.
 */
function fileProblems(
  files: readonly MediaPlace[],
  row: KindRow,
  { limits }: Offer,
  near: boolean,
): readonly Problem[] {
  return files.flatMap(({ path, media }) => {
    const rule = row.mediaRule(limits, path)
    if (rule === false) return []
    const wrong = mediaProblems(path, media, rule, row.lengthOf)
    if (wrong.length > 0 || !(typeof media === 'string' || media instanceof URL)) return wrong
    const instead = rule.forms.some((form) => form !== 'url') ? bytesInstead : linkInstead
    return reachProblems(path, String(media), near, instead)
  })
}
