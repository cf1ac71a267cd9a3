import {
  type ClipLimits,
  type ClipRef,
  clipOf,
  generate,
  isClipRef,
  kinds,
  type Media,
  type MediaRule,
  type Offer,
  type RenderRequest,
  type VideoProvider,
} from '@reelay/core'
import { leastRequest, type Samples } from '@reelay/core/adapter'
import { createSample } from '@reelay/emulator'
import { flagOfField } from './flags.ts'
import { flagsOfKind } from './request/fields.ts'
import type { TypedRequest } from './request.ts'
import { say } from './terminal.ts'

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (request: RenderRequest): Fields => request as unknown as Fields

/** The row that a request without more is served by; what is only unverified is tried where nothing else is sold. */
export function rowFor({ catalog }: VideoProvider, request: RenderRequest): Offer | undefined {
  const { kind, model, mode } = request
  const rows = catalog.offers.filter(
    (row) =>
      row.kind === kind &&
      row.state !== 'discontinued' &&
      (model === undefined || row.model === model) &&
      (mode === undefined || row.mode === mode),
  )
  const usual = catalog.defaultModels?.[kind] ?? catalog.defaultModel
  const current = rows.filter(({ state }) => state === 'current')
  return current.find((row) => row.model === usual) ?? current[0] ?? rows[0]
}

// Whoever fetches it is an emulator, which makes a picture of the address itself.
const link = 'https://example.com/sample'
const types = { image: 'png', video: 'mp4', audio: 'wav' } as const

/** What the samples of a request have to be, in their order, and what they became. */
interface Stock {
  readonly rules: (MediaRule | false)[]
  readonly clips: ClipLimits[]
  readonly files: Media[]
  clip?: ClipRef
}

function samplesOf(stock: Stock): Samples {
  let [file, position] = ['', 0]
  return {
    media(rule) {
      stock.rules[position] = rule
      file = `${link}-${position}`
      return stock.files[position++] ?? file
    },
    clip(limits) {
      if (limits.media !== false && limits.by.includes('media')) return this.media(limits.media)
      stock.clips.push(limits)
      return stock.clip ?? link
    },
  }
}

async function sampleFor(rule: MediaRule | false, position: number): Promise<Media> {
  const { mediaTypes: [mediaType = 'image/png'] = [], forms = [] } = rule || {}
  const [family = ''] = mediaType.split('/')
  const type = types[family as keyof typeof types] ?? 'png'
  if (forms.length > 0 && forms.every((form) => form === 'url')) return `${link}-${position}.${type}`
  return createSample({ type, text: `Sample ${position + 1}`, aspect: family === 'video' ? 16 / 9 : 1 })
}

/** A clip of the same provider to go on from, rendered on its emulator. */
async function makeClip(
  provider: VideoProvider,
  like: Partial<RenderRequest>,
  { madeBy = {} }: Partial<ClipLimits>,
) {
  const { kinds: [kind = 'text-to-video'] = [], models: [model] = [] } = madeBy
  const asked = { kind: like.kind ?? kind, model: like.model ?? model, mode: like.mode } as RenderRequest
  const offer = rowFor(provider, asked)
  if (!offer) return undefined
  say(`Rendering a clip to go on from (${offer.model} ${offer.mode}, emulated) …`, 'dim')
  const request = leastRequest(offer, samplesOf({ rules: [], clips: [], files: [] }))
  return clipOf(await generate(provider, request))
}

/** The smallest request of a row with inputs made up here. */
async function leastOf(provider: VideoProvider, offer: Offer): Promise<RenderRequest> {
  const stock: Stock = { rules: [], clips: [], files: [] }
  leastRequest(offer, samplesOf(stock))
  for (const [position, rule] of stock.rules.entries()) stock.files.push(await sampleFor(rule, position))
  const [limits] = stock.clips
  const clip = limits && (await makeClip(provider, {}, limits))
  return leastRequest(offer, samplesOf({ ...stock, ...(clip && { clip }) }))
}

/** Clips of an earlier emulator, which nobody remembers, made again. */
async function withClipsOfNow(provider: VideoProvider, fields: Fields): Promise<Fields> {
  const entries: (readonly [string, unknown])[] = []
  for (const [field, value] of Object.entries(fields)) {
    const isOld = isClipRef(value) && value.provider === provider.id
    if (isOld)
      say(
        'The emulator begins anew each time, and knows no clip of before: one like it is made first.',
        'dim',
      )
    const made = isOld ? await makeClip(provider, value as Partial<RenderRequest>, {}) : undefined
    entries.push([field, made ?? value])
  }
  return Object.fromEntries(entries)
}

/**
 * A request for the emulator, with what it cannot do without made up where it was left out: a kind alone renders something.
 * Never for a request that is paid for.
 */
export async function withDemo(typed: TypedRequest, provider: VideoProvider): Promise<TypedRequest> {
  const { request } = typed
  if (!typed.isNamed) return typed
  const fields = await withClipsOfNow(provider, fieldsOf(request))
  const { kind } = request
  const { media, texts } = kinds[kind]
  const needed = flagsOfKind(kind).filter(({ isRequired }) => isRequired)
  const isEmpty = ![...media, ...texts, ...needed.map(({ field }) => field)].some(
    (field) => fields[field] !== undefined,
  )
  const isWhole = !isEmpty && needed.every(({ field }) => fields[field] !== undefined)
  const offer = isWhole ? undefined : rowFor(provider, request)
  if (!offer) return { ...typed, request: fields as unknown as RenderRequest }
  const { model, mode, ...least } = fieldsOf(await leastOf(provider, offer))
  const given = isEmpty
    ? Object.entries(least)
    : Object.entries(least).filter(([field]) => needed.some((one) => one.field === field))
  const made = given
    .map(([field]) => field)
    .filter((field) => field !== 'kind' && fields[field] === undefined)
  const names = made.map((field) => flagOfField[field] ?? `the ${field}`)
  if (names.length > 0) say(`Made up here, for the emulator alone: ${names.join(', ')}.`, 'dim')
  // Nothing is chosen by itself of what is unverified.
  const named = offer.state === 'unverified' ? { model, mode } : {}
  return {
    ...typed,
    request: { ...Object.fromEntries(given), ...named, ...fields } as unknown as RenderRequest,
  }
}
