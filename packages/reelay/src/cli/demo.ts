import {
  type ClipLimits,
  type ClipRef,
  clipOf,
  generate,
  isClipRef,
  type Media,
  type MediaRule,
  type Offer,
  type RenderRequest,
  type VideoProvider,
} from '@reelay/core'
import { leastRequest, type Samples } from '@reelay/core/adapter'
import { createSample } from '@reelay/emulator'
import { flagOfField } from './flags.ts'
import { unnamedKinds } from './request/fields.ts'
import { filledFrom, lackOf, rowFor, rowsFor } from './request/fill.ts'
import type { TypedRequest } from './request.ts'
import { say } from './terminal.ts'

type Fields = Readonly<Record<string, unknown>>

const fieldsOf = (request: RenderRequest): Fields => request as unknown as Fields

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

const emptyStock = (): Stock => ({ rules: [], clips: [], files: [] })

function samplesOf(stock: Stock): Samples {
  let taken = 0
  function media(rule: MediaRule | false): Media {
    const position = taken++
    stock.rules[position] = rule
    return stock.files[position] ?? `${link}-${position}`
  }
  return {
    media,
    clip(limits) {
      if (limits.media !== false && limits.by.includes('media')) return media(limits.media)
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

/** The earlier clips that the smallest request of a row goes on from. */
function clipsOf(offer: Offer): readonly ClipLimits[] {
  const stock = emptyStock()
  leastRequest(offer, samplesOf(stock))
  return stock.clips
}

/** The row of a provider that makes such a clip out of nothing. */
function sourceOf(
  provider: VideoProvider,
  { kind, model, mode }: Partial<RenderRequest>,
  { madeBy = {} }: Partial<ClipLimits>,
): Offer | undefined {
  const asked = kind === undefined ? (madeBy.kinds ?? unnamedKinds) : [kind]
  const models = model === undefined ? (madeBy.models ?? [undefined]) : [model]
  return asked
    .flatMap((one) =>
      models.map((name) => rowFor(provider, { kind: one, model: name, mode } as RenderRequest)),
    )
    .find((row) => row !== undefined && clipsOf(row).length === 0)
}

/** A clip of the same provider to go on from, rendered on its emulator. */
async function makeClip(provider: VideoProvider, offer: Offer): Promise<ClipRef> {
  say(`Rendering a clip to go on from (${offer.model} ${offer.mode}, emulated) …`, 'dim')
  return clipOf(await generate(provider, leastRequest(offer, samplesOf(emptyStock()))))
}

/** Whether what the smallest request of a row goes on from can be made here. */
const canBegin = (provider: VideoProvider, offer: Offer): boolean =>
  clipsOf(offer).every((limits) => sourceOf(provider, {}, limits) !== undefined)

/** The smallest request of a row with inputs made up here. */
async function leastOf(provider: VideoProvider, offer: Offer): Promise<RenderRequest> {
  const stock = emptyStock()
  leastRequest(offer, samplesOf(stock))
  for (const [position, rule] of stock.rules.entries()) stock.files.push(await sampleFor(rule, position))
  const [limits] = stock.clips
  const source = limits && sourceOf(provider, {}, limits)
  const clip = source && (await makeClip(provider, source))
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
    // A clip that went on from another is remade by what its model makes out of nothing.
    const { kind, model, mode } = value as ClipRef
    const source = isOld
      ? (sourceOf(provider, { kind, model, mode } as Partial<RenderRequest>, {}) ??
        sourceOf(provider, { model, mode }, {}))
      : undefined
    entries.push([field, source ? await makeClip(provider, source) : value])
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
  const fields = (await withClipsOfNow(provider, fieldsOf(request))) as unknown as RenderRequest
  const rows = lackOf(fields) === 'nothing' ? [] : rowsFor(provider, request)
  const offer = rows.find((row) => canBegin(provider, row)) ?? rows[0]
  if (!offer) return { ...typed, request: fields }
  const filled = filledFrom(fields, await leastOf(provider, offer), offer)
  const names = filled.made.map((field) => flagOfField[field] ?? `the ${field}`)
  if (names.length > 0) say(`Made up here, for the emulator alone: ${names.join(', ')}.`, 'dim')
  return { ...typed, request: filled.request }
}
