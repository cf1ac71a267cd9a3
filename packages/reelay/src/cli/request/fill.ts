import {
  type ClipRef,
  type Kind,
  kinds,
  type Offer,
  type RenderRequest,
  type VideoProvider,
} from '@reelay/core'
import { leastRequest, type Samples } from '@reelay/core/adapter'
import type { TypedRequest } from '../request.ts'
import { say } from '../terminal.ts'
import { flagOfField, flagsOfKind, namesFile, wordsField } from './fields.ts'

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (request: RenderRequest): Fields => request as unknown as Fields

/** The rows that serve a request, the likeliest first: what is only unverified is tried where nothing else is sold. */
export function rowsFor({ catalog }: VideoProvider, request: RenderRequest): readonly Offer[] {
  const { kind, model, mode } = request
  const rows = catalog.offers.filter(
    (row) =>
      row.kind === kind &&
      row.state !== 'discontinued' &&
      (model === undefined || row.model === model) &&
      (mode === undefined || row.mode === mode),
  )
  const usual = catalog.defaultModels?.[kind] ?? catalog.defaultModel
  const rank = ({ state, model: own }: Offer): number => (state === 'current' ? (own === usual ? 0 : 1) : 2)
  return [...rows].sort((a, b) => rank(a) - rank(b))
}

/** The likeliest row of them. */
export const rowFor = (provider: VideoProvider, request: RenderRequest): Offer | undefined =>
  rowsFor(provider, request)[0]

const neededOf = (kind: Kind): readonly string[] =>
  flagsOfKind(kind).flatMap(({ field, isRequired }) => (isRequired ? [field] : []))

/** Whether nothing says what to render, or something of it is missing. */
export function lackOf(request: RenderRequest): 'all' | 'some' | 'nothing' {
  const { kind } = request
  const fields = fieldsOf(request)
  const { media, texts } = kinds[kind]
  const needed = neededOf(kind)
  if (![...media, ...texts, ...needed].some((field) => fields[field] !== undefined)) return 'all'
  return needed.every((field) => fields[field] !== undefined) ? 'nothing' : 'some'
}

/**
 * A request with what it lacks out of the smallest of a row.
 *
 * @returns the request, and the fields that were not typed.
 */
export function filledFrom(
  request: RenderRequest,
  smallest: RenderRequest,
  { state }: Offer,
): { readonly request: RenderRequest; readonly made: readonly string[] } {
  const { model, mode, ...least } = fieldsOf(smallest)
  const needed = neededOf(request.kind)
  const isAll = lackOf(request) === 'all'
  const given = Object.entries(least).filter(([field]) => isAll || needed.includes(field))
  const fields = fieldsOf(request)
  // Nothing is chosen by itself of what is unverified.
  const named = state === 'unverified' ? { model, mode } : {}
  return {
    request: { ...Object.fromEntries(given), ...named, ...fields } as unknown as RenderRequest,
    made: given.map(([field]) => field).filter((field) => field !== 'kind' && fields[field] === undefined),
  }
}

// What they show moves no price.
const link = 'https://example.com/sample'
const ends: Readonly<Record<string, string>> = { image: 'png', video: 'mp4', audio: 'mp3' }

/** Inputs that stand for others where nothing is sent: a price is asked for before there is a picture. */
const standIns = ({ provider, kind: _kind }: Offer): Samples => ({
  media(rule) {
    const { mediaTypes: [type = 'image/png'] = [] } = rule || {}
    return `${link}.${ends[type.split('/')[0] ?? ''] ?? 'png'}`
  },
  clip({ madeBy = {}, seconds }): ClipRef {
    const { kinds: [kind = 'text-to-video'] = [], models: [model = 'kling-v3'] = [] } = madeBy
    const ids = { taskId: '831922345719271433', outputId: '1f2e3d4c-0000-4000-8000-000000000301' }
    const file = { url: `${link}.mp4`, duration: seconds?.[0] ?? 5 }
    return { provider, account: 'default', ...ids, kind, model, mode: 'std', ...file }
  },
})

/** The smallest request of a row, to ask for its price. */
export const pricedRequest = (offer: Offer): RenderRequest => leastRequest(offer, standIns(offer))

/** A request to be priced, with what it lacks made up; never to be sent. */
export function withStandIns(typed: TypedRequest, providers: readonly VideoProvider[]): TypedRequest {
  if (!typed.isNamed || lackOf(typed.request) === 'nothing') return typed
  const offer = providers.map((provider) => rowFor(provider, typed.request)).find((row) => row !== undefined)
  return offer ? { ...typed, ...filledFrom(typed.request, pricedRequest(offer), offer) } : typed
}

/** Says which inputs of a price were made up: those of a kind that was named; words alone move no price. */
export function noteMade({ isNamed, made = [] }: TypedRequest): void {
  const flags = made.filter((field) => field !== 'prompt').map((field) => flagOfField[field] ?? field)
  if (isNamed && flags.length > 0)
    say(`Priced with the smallest that is sold for ${flags.join(', ')}.`, 'dim')
}

/**
 * A request for a command that somebody is to complete: words that were made up are a word in capitals, and so are files.
 *
 * @param request What was recommended for what was typed.
 */
export function withBlanks(
  request: RenderRequest,
  { made = [], fileFlags = [] }: TypedRequest,
): Pick<TypedRequest, 'request' | 'fileFlags'> {
  const words = wordsField(request.kind)
  const files = flagsOfKind(request.kind).filter(
    ({ field, value }) => made.includes(field) && namesFile({ value }),
  )
  return {
    request:
      words !== undefined && made.includes(words)
        ? ({ ...request, [words]: words.toUpperCase() } as RenderRequest)
        : request,
    fileFlags: [
      ...fileFlags,
      ...files.map(({ flag, many }) => [flag, many === 'map' ? 'NAME=FILE' : 'FILE'] as const),
    ],
  }
}
