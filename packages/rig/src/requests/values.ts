import { type ClipLimits, kinds, type MediaRule, type Offer, type ReferenceLimits } from '@reelay/core'
import * as z from 'zod'
import { neverMadeClip } from '../../../testing/src/probe/samples.ts'
import { createPng, png } from '../images.ts'

/** Values to try a field with: such as its row should take, and such as it may not. */
export interface Values {
  readonly fitting: readonly unknown[]
  readonly stray: readonly unknown[]
}

type Limits = Readonly<Record<string, unknown>>

const link = 'https://example.com/boat.png'
const text = 'A paper boat drifts along the gutter'
const words = (length: number): string =>
  'boat '
    .repeat(Math.ceil(length / 5))
    .slice(0, length)
    .trimEnd()
    .padEnd(length, '.')
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const encoded = (bytes: Uint8Array): string => `data:image/png;base64,${base64(bytes)}`
const landscape = createPng(400, 300)
const portrait = createPng(300, 400)

/** Pictures: by address, as bytes and as data URIs; and such as no provider takes. */
export function pictures(rule: MediaRule | false | undefined): Values {
  const stray = [
    png(64, 64),
    png(4_000, 300),
    new TextEncoder().encode('this is no picture'),
    'http://localhost/boat.png',
  ]
  if (!rule) return { fitting: [], stray: [link] }
  const inline = rule.forms.some((form) => form !== 'url') ? [landscape, encoded(portrait)] : []
  return { fitting: [link, ...inline], stray: inline.length > 0 ? stray : [...stray, landscape] }
}

const clipLink = 'https://example.com/boat.mp4'
const soundLink = 'https://example.com/boat.wav'
const noFile = new TextEncoder().encode('this is no file')

/** A file of whatever family the rule is about. */
function files(rule: MediaRule | false): Values {
  const [family] = rule ? (rule.mediaTypes[0]?.split('/') ?? []) : []
  if (family !== 'video' && family !== 'audio') return pictures(rule)
  const taken = family === 'video' ? clipLink : soundLink
  return { fitting: [taken], stray: [noFile, link.replace('https://example.com', 'http://localhost')] }
}

/**
 * An earlier clip: one that the row's own provider made, also long ago (ended at 1) or by a model that the row does not
 * take; another's; and a file. Those of the provider are yet to be made.
 */
function clips(offer: Offer, limits: ClipLimits): Values {
  const own = neverMadeClip(offer, limits)
  const file = limits.by.includes('media')
  const isById = limits.by.some((way) => way !== 'media')
  return {
    fitting: [...(isById ? [own] : []), ...(file ? [clipLink] : [])],
    stray: [
      { ...own, provider: 'another' },
      ...(limits.heldMs === undefined ? [] : [{ ...own, endedAt: 1 }]),
      ...(limits.madeBy?.models ? [{ ...own, model: 'kling-v3' }] : []),
      ...(file ? [noFile] : [clipLink]),
    ],
  }
}

/** A text: as long as it may be, and longer. */
function texts(limit: { readonly maxLength: number } | false | undefined): Values {
  if (limit === false) return { fitting: [], stray: [text] }
  const { maxLength = 500 } = limit ?? {}
  return { fitting: [text, words(maxLength)], stray: [words(maxLength + 1), ' ', ''] }
}

const listed = (taken: unknown, all: readonly unknown[]): Values => {
  const list = Array.isArray(taken) ? taken : []
  return { fitting: list, stray: all.filter((one) => !list.includes(one)) }
}

const when = (taken: boolean, ...values: readonly unknown[]): Values =>
  taken ? { fitting: values, stray: [] } : { fitting: [], stray: values }

const shots = [
  [
    { prompt: 'It floats', duration: 2 },
    { prompt: 'It sinks', duration: 3 },
  ],
  [{ prompt: 'It floats', duration: 5 }],
]
const wrongShots = [
  [],
  [{ prompt: 'It floats', duration: 2 }],
  [{ prompt: '', duration: 5 }],
  [
    { prompt: 'It floats', duration: 2.5 },
    { prompt: 'It sinks', duration: 2.5 },
  ],
]
const moves = [
  { type: 'simple', config: { zoom: 4 } },
  { type: 'simple', config: { zoom: 4, pan: 2 } },
  { type: 'simple' },
  { type: 'down_back' },
  { type: 'right_turn_forward', config: { zoom: 4 } },
]

const expansions = [{ left: 0.5, right: 0.5 }, { up: 0.1, down: 0.1, left: 0.75, right: 0.75 }, { up: 2 }]

/** References by names that the other texts here say, *boat* and *paper*, and such as a row does not take. */
function references(images: MediaRule | false, row: ReferenceLimits | undefined): Values {
  const clip = 'https://example.com/boat.mp4'
  const given: readonly (readonly [taken: boolean, value: unknown])[] = [
    ...pictures(images).fitting.map((one) => [(row?.images ?? 0) > 0, one] as const),
    [row?.elements?.by.includes('id') === true, { element: '321922438904313' }],
    [row?.elements?.by.includes('images') === true, { images: [link, link] }],
    [row?.videos !== undefined, { video: clip }],
    [row?.videos?.keepSound === true, { video: clip, keepSound: true }],
  ]
  const taken = given.flatMap(([fits, one]) => (fits ? [one] : []))
  const pairs = taken.map((paper) => ({ boat: taken[0], paper }))
  return {
    fitting: [...taken.map((boat) => ({ boat })), ...((row?.most ?? 0) > 1 ? pairs : [])],
    stray: [
      {},
      { rain: taken[0], gutter: taken[0] },
      { boat: 7 },
      { Boat: taken[0], BOAT: taken[0] },
      ...given.flatMap(([fits, boat]) => (fits ? [] : [{ boat }])),
    ],
  }
}

/** What is known of fields by name, whichever kinds have them. */
const byField: { readonly [field: string]: (limits: Limits) => Values } = {
  prompt: ({ prompt }) => texts(prompt as never),
  negativePrompt: ({ negativePrompt }) => texts(negativePrompt as never),
  duration: ({ durations }) => listed(durations, [0.5, 3, 4.5, 5, 7, 10, 15, 16]),
  aspectRatio: ({ aspectRatios }) => listed(aspectRatios, ['16:9', '9:16', '1:1', '4:3', '21:9', '7:5']),
  generateAudio: ({ audio }) => ({
    fitting: audio === 'optional' ? [true, false] : audio === 'always' ? [true] : [false],
    stray: audio === 'optional' ? [] : [audio !== 'always'],
  }),
  cfgScale: ({ cfgScale }) => when(cfgScale === true, 0, 0.5, 1),
  cameraControl: ({ cameraControl }) => when(!!cameraControl, ...moves),
  shots: ({ shots: taken }) => ({ fitting: taken ? shots : [], stray: taken ? wrongShots : shots }),
  startImage: ({ images }) => pictures(images as never),
  endImage: ({ images, endImage }) => {
    const { fitting, stray } = pictures(images as never)
    return endImage === false ? { fitting: [], stray: [link] } : { fitting, stray }
  },
  personImage: ({ images }) => pictures(images as never),
  garmentImage: ({ images }) => pictures(images as never),
  upperImage: ({ images, parts }) => (parts ? pictures(images as never) : { fitting: [], stray: [link] }),
  lowerImage: ({ images, parts }) => (parts ? pictures(images as never) : { fitting: [], stray: [link] }),
  // Which faces there are, and when, is known only once the clip was looked at, which costs money.
  face: () => ({ fitting: [0], stray: [] }),
  startsAt: () => ({ fitting: [0], stray: [] }),
  // So is how long the speech will be.
  audioStart: () => ({ fitting: [0], stray: [] }),
  image: ({ images }) => pictures(images as never),
  sceneImage: ({ images, subjects }) =>
    subjects ? pictures(images as never) : { fitting: [], stray: [link] },
  styleImage: ({ images, subjects }) =>
    subjects ? pictures(images as never) : { fitting: [], stray: [link] },
  subjectImages: ({ images, subjects }) => {
    const { fitting, stray } = pictures(images as never)
    const lists = [[link], fitting.slice(0, 2), Array.from({ length: 4 }, () => link)]
    const wrong = [[], Array.from({ length: 5 }, () => link), ...stray.map((one) => [link, one])]
    return subjects ? { fitting: lists, stray: wrong } : { fitting: [], stray: lists }
  },
  reference: ({ reference }) => listed(reference, ['subject', 'face']),
  imageFidelity: ({ reference }) => when((reference as readonly string[]).length > 0, 0, 0.5, 1),
  humanFidelity: ({ reference }) => when((reference as readonly string[]).length > 0, 0, 0.5, 1),
  expand: ({ expand }) => ({
    fitting: expand ? expansions : [],
    stray: expand ? [{}, { up: 2.5 }, { left: 1, right: 1, up: 0.5 }, { down: -1 }] : expansions,
  }),
  n: ({ most = 1 }) => listed(most === 1 ? [1] : [1, most], [1, 2, 4, 9]),
  references: ({ images, references: row }) => references(images as never, row as never),
}

interface Shape {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Shape[]
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly items?: Shape
  readonly properties?: Readonly<Record<string, Shape>>
}

/** What a field's own schema says of it, where nothing more is known. */
function oneOf(shape: Shape): Values {
  if (shape.anyOf) {
    const all = shape.anyOf.map(oneOf)
    return { fitting: all.flatMap(({ fitting }) => fitting), stray: all.flatMap(({ stray }) => stray) }
  }
  if (shape.const !== undefined) return { fitting: [shape.const], stray: [] }
  if (shape.enum) return { fitting: shape.enum, stray: [] }
  if (shape.type === 'boolean') return { fitting: [true, false], stray: [] }
  if (shape.type === 'number' || shape.type === 'integer') {
    const low = shape.minimum ?? shape.exclusiveMinimum ?? 0
    const high = shape.maximum ?? low + 10
    const middle = shape.type === 'integer' ? Math.round((low + high) / 2) : (low + high) / 2
    return { fitting: [low, middle, high], stray: [high + 1_000] }
  }
  if (shape.type === 'array') {
    const { fitting } = oneOf(shape.items ?? {})
    return { fitting: fitting.slice(0, 2).map((item) => [item]), stray: [[]] }
  }
  if (shape.type === 'object') {
    const first = (one: Shape): unknown => oneOf(one).fitting[0]
    const whole = Object.entries(shape.properties ?? {}).map(([key, one]) => [key, first(one)])
    return { fitting: [Object.fromEntries(whole)], stray: [{}] }
  }
  return { fitting: shape.type === 'string' ? [text] : [], stray: [] }
}

const shapes = new Map<string, Readonly<Record<string, Shape>>>()

function shapesOf(kind: Offer['kind']): Readonly<Record<string, Shape>> {
  const known = shapes.get(kind)
  if (known) return known
  const { properties = {} } = z.toJSONSchema(kinds[kind].schema as z.ZodType, {
    unrepresentable: 'any',
    io: 'input',
  })
  shapes.set(kind, properties as Readonly<Record<string, Shape>>)
  return properties as Readonly<Record<string, Shape>>
}

/** What to try a field of a row with. */
export function valuesFor(field: string, offer: Offer): Values {
  const { kind, limits: narrow } = offer
  const limits = narrow as unknown as Limits
  const known = byField[field]
  if (known) return known(limits)
  if (field === 'video' && limits.clip) return clips(offer, limits.clip as ClipLimits)
  const row = kinds[kind]
  if (row.media.includes(field)) return files(row.mediaRule(narrow as never, field))
  return oneOf(shapesOf(kind)[field] ?? {})
}
