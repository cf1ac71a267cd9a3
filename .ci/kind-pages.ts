// docs/kinds: a page for each kind and a matrix of who sells what, from the kinds' rows and the catalogues. Written by
// .ci/providers.ts.
import {
  formatQuote,
  isClipRef,
  type Kind,
  kinds,
  type Offer,
  type RenderRequest,
  type VideoProvider,
} from '@reelay/core'
import { leastRequest, type Samples } from '@reelay/core/adapter'
import { createProvider } from 'reelay/config'
import { commandOf } from '../packages/reelay/src/cli/again.ts'
import { rateInWords } from '../packages/reelay/src/cli/offers.ts'
import {
  type FieldFlag,
  fieldsOfKind,
  flagsOfKind,
  wordsField,
} from '../packages/reelay/src/cli/request/fields.ts'
import { providers as listed } from '../packages/reelay/src/providers.ts'
import { kindTexts } from './kind-texts.ts'

type Page = { readonly path: string; readonly text: string }
type Fields = Readonly<Record<string, unknown>>

const note =
  '<!-- Written by .ci/providers.ts from the catalogues; the paragraph on prompting stands in .ci/kind-texts.ts. -->'
const link = 'https://example.com/'
const ends: Readonly<Record<string, string>> = { image: 'png', video: 'mp4', audio: 'mp3' }

const lifeOf = (ms: number): string => {
  const hours = ms / 3_600_000
  if (hours < 48) return hours === 1 ? 'an hour' : `${hours} hours`
  return `${hours / 24} days`
}
const clipOf = (offer: Offer) => ({
  provider: offer.provider,
  account: 'default',
  taskId: '831922345719271433',
  outputId: '1f2e3d4c-0000-4000-8000-000000000301',
})

const samplesFor = (offer: Offer): Samples => ({
  media: (rule) => {
    const { mediaTypes: [type = 'image/png'] = [] } = rule || {}
    const [family = ''] = type.split('/')
    return `${link}file.${ends[family] ?? 'png'}`
  },
  clip({ madeBy = {}, seconds }) {
    const { kinds: [kind = 'text-to-video'] = [], models: [model = 'kling-v3'] = [] } = madeBy
    const { modes: [mode = 'std'] = [] } = madeBy
    return { ...clipOf(offer), kind, model, mode, duration: seconds?.[0] ?? 5 }
  },
})

const kebab = (field: string): string => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

/** A request for people: files named after what they are. */
function named(field: string, value: unknown): unknown {
  if (typeof value === 'string') return value.replace(`${link}file`, `${link}${kebab(field)}`)
  if (Array.isArray(value)) return value.map((item, index) => named(`${field}-${index + 1}`, item))
  if (typeof value !== 'object' || value === null || isClipRef(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, named(key, item)]))
}

/** The request of a page: the smallest of a row, its model and mode left out where they need not be named. */
export function requestFor(offer: Offer): Fields {
  const { model, mode, ...least } = leastRequest(offer, samplesFor(offer)) as unknown as Fields
  const { words, fields = {} } = kindTexts[offer.kind] ?? {}
  const field = wordsField(offer.kind)
  const isNamed = offer.state === 'unverified'
  const said = words !== undefined && field !== undefined && field in least ? { [field]: words } : {}
  return {
    ...(named('', least) as Fields),
    ...said,
    ...(words !== undefined && fields),
    ...(isNamed && { model, mode }),
  }
}

const literal = (value: unknown, indent = ''): string => {
  if (isClipRef(value)) return 'clip'
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  if (typeof value !== 'object' || value === null) return String(value)
  const inner = `${indent}  `
  const lines = Array.isArray(value)
    ? value.map((item) => `${inner}${literal(item, inner)},`)
    : Object.entries(value).map(
        ([key, item]) => `${inner}${/^\w+$/.test(key) ? key : `'${key}'`}: ${literal(item, inner)},`,
      )
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}']
  return [open, ...lines, `${indent}${close}`].join('\n')
}

function requestSection(offer: Offer): readonly string[] {
  const request = requestFor(offer)
  const takesClip = Object.values(request).some(isClipRef)
  const files = flagsOfKind(offer.kind).flatMap(({ field, flag, many, value }): [string, string][] => {
    const given = request[field]
    if (given === undefined || (value !== 'file' && value !== 'clip')) return []
    if (isClipRef(given)) return [[flag, 'renders/boat.mp4.json']]
    const name = (one: unknown): string =>
      typeof one === 'string' ? one.replace(link, '') : JSON.stringify(one)
    if (many === 'map')
      return Object.entries(given as Fields).map(([key, one]) => [flag, `${key}=${name(one)}`])
    return many === 'list'
      ? (given as readonly unknown[]).map((one) => [flag, name(one)])
      : [[flag, name(given)]]
  })
  const imports = takesClip ? 'type ClipRef, generate, type VideoProvider' : 'generate, type VideoProvider'
  return [
    '```ts',
    `import { ${imports} } from '@reelay/core'`,
    'declare const provider: VideoProvider',
    ...(takesClip ? ['declare const clip: ClipRef // clipOf(task) of an earlier render'] : []),
    `const task = await generate(provider, ${literal(request)})`,
    '```',
    '',
    '```sh',
    `npx ${commandOf(request as unknown as RenderRequest, {}, {}, files)}`,
    '```',
  ]
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => [
  `| ${head.join(' | ')} |`,
  `|${head.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
]

const typeNames = {
  text: 'text',
  number: 'number',
  scalar: 'number or text',
  switch: 'true or false',
  file: 'file',
  clip: 'clip of an earlier render, or file',
  fields: 'object',
} as const

function typeOf({ value, many, words, parts = {} }: FieldFlag): string {
  if (words) return words.map((word) => `\`${word}\``).join(', ')
  const one = typeNames[value]
  if (many === 'list') return `list of ${value === 'fields' ? 'objects' : `${one}s`}`
  if (many === 'map') return `${one}s by name`
  const names = Object.keys(parts)
  return names.length === 0 ? one : `${names.map((name) => `\`${name}\``).join(', ')}`
}

function fieldsSection(kind: Kind): readonly string[] {
  const rows = [...fieldsOfKind(kind)]
    .sort((a, b) => Number(b.isRequired) - Number(a.isRequired))
    .map((of) => {
      const { field, flag, description, isRequired, value } = of
      const isOn = value === 'switch' && description.includes('true when left out')
      const typed =
        field === wordsField(kind)
          ? `words${field === 'prompt' ? '' : `, or \`--${flag}\``}`
          : `\`--${isOn ? 'no-' : ''}${flag}\``
      // Said once, above the table.
      const about = description.replace(/\.? ?An https URL, or a base64 data URI$/, '')
      return [`\`${field}\`${isRequired ? ' (needed)' : ''}`, typeOf(of), `${about}.`, typed]
    })
  return [
    'A file is an https URL, a data URI, bytes or a `Blob`; at the terminal a path or an address.',
    '',
    ...table(['field', 'what it is', 'for', 'at the terminal'], rows),
  ]
}

interface Row {
  readonly provider: VideoProvider
  readonly offer: Offer
}

const titleOf = (id: string): string => listed[id as keyof typeof listed].manifest.title

function sellersSection(rows: readonly Row[]): readonly string[] {
  return table(
    ['provider', 'model', 'mode', 'state', 'price', 'its smallest request', 'as of'],
    rows.map(({ provider, offer }) => [
      titleOf(provider.id),
      `\`${offer.model}\``,
      offer.mode,
      offer.state,
      rateInWords(offer),
      offer.state === 'discontinued'
        ? ''
        : formatQuote(provider.quote(leastRequest(offer, samplesFor(offer)))).replace(/ \(.*/, ''),
      offer.asOf,
    ]),
  )
}

interface ClipLimitsOfRow {
  readonly by: readonly string[]
  readonly heldMs?: number
  readonly seconds?: readonly [number, number]
  readonly madeBy?: { readonly kinds?: readonly string[]; readonly models?: readonly string[] }
  readonly source: string
  readonly asOf: string
}

const clipLimitsOf = ({ limits }: Offer): ClipLimitsOfRow | undefined =>
  (limits as { readonly clip?: ClipLimitsOfRow }).clip

/** Which earlier clips are taken, by what, and how long. */
function chainSection(rows: readonly Row[]): readonly string[] {
  const taken = rows.flatMap(({ provider, offer }) => {
    const limits = offer.state === 'discontinued' ? undefined : clipLimitsOf(offer)
    if (!limits) return []
    const { by, heldMs, seconds, madeBy = {}, source, asOf } = limits
    const ways = {
      'output-id': 'the id of its file',
      'task-id': 'the id of its task',
      media: 'the file or its address',
    }
    return [
      [
        titleOf(provider.id),
        by.map((way) => ways[way as keyof typeof ways] ?? way).join(', else '),
        by.every((way) => way === 'media')
          ? 'as long as the address'
          : heldMs === undefined
            ? 'not said'
            : lifeOf(heldMs),
        seconds ? `${seconds[0]} to ${seconds[1]} s` : 'any',
        [...(madeBy.kinds ?? []), ...(madeBy.models ?? [])].join(', ') || 'anything',
        `${source}, ${asOf}`,
      ],
    ]
  })
  const unique = [...new Map(taken.map((row) => [row.join(), row])).values()]
  if (unique.length === 0) return []
  return [
    '## Earlier clips',
    '',
    'Ids are those of the provider and account that made the clip; a clip of another passes by its file or address only, where one is taken. What no longer holds is refused before anything is sent.',
    '',
    ...table(['provider', 'takes a clip by', 'ids are held', 'length', 'made by', 'source'], unique),
    '',
  ]
}

/** How long results stay where they are. */
function retentionSection(rows: readonly Row[]): readonly string[] {
  const sellers = [...new Map(rows.map(({ provider }) => [provider.id, provider])).values()]
  const lines = sellers.map(({ id, catalog: { retention = [] } }) => {
    const row = retention.find(({ provider }) => provider === id)
    return row ? `${titleOf(id)} keeps results for ${lifeOf(row.ms)}` : `${titleOf(id)} does not say`
  })
  return [`How long results can be fetched: ${lines.join('; ')}.`, '']
}

/** The row whose request stands on the page of a kind: one that is sold, else one that may be. */
export function plainRow(kind: Kind, sellers: readonly VideoProvider[]): Row | undefined {
  const rows = sellers.flatMap((provider) => provider.catalog.offers.map((offer) => ({ provider, offer })))
  const sold = rows.filter(({ offer }) => offer.kind === kind && offer.state !== 'discontinued')
  const usual = sold.find(
    ({ provider: { catalog }, offer }) =>
      offer.state === 'current' && offer.model === (catalog.defaultModels?.[kind] ?? catalog.defaultModel),
  )
  return usual ?? sold.find(({ offer }) => offer.state === 'current') ?? sold[0]
}

function pageOf(kind: Kind, sellers: readonly VideoProvider[]): Page {
  const rows = sellers.flatMap((provider) =>
    provider.catalog.offers.filter((offer) => offer.kind === kind).map((offer) => ({ provider, offer })),
  )
  const sold = rows.filter(({ offer }) => offer.state !== 'discontinued')
  const plain = plainRow(kind, sellers)
  const { what, prompting, mistake } = kindTexts[kind] ?? {}
  const lines = [
    note,
    `# ${kind}`,
    '',
    ...(what === undefined ? [] : [what, '']),
    ...(plain
      ? ['## A request', '', ...requestSection(plain.offer), '']
      : ['No provider here sells it.', '']),
    ...(prompting === undefined ? [] : ['## Prompting', '', prompting, '']),
    ...(mistake === undefined ? [] : ['## Told wrongly elsewhere', '', mistake, '']),
    '## Fields',
    '',
    ...fieldsSection(kind),
    '',
    ...(rows.length === 0
      ? []
      : [
          '## Who sells it, and what it costs',
          '',
          'A row that is unverified may still run: it is used when it is named, and never chosen by itself. `~` marks a derived price, which no list says.',
          '',
          ...sellersSection(rows),
          '',
          ...retentionSection(sold),
          ...chainSection(rows),
        ]),
    '[All kinds](README.md)',
    '',
  ]
  return { path: `docs/kinds/${kind}.md`, text: lines.join('\n') }
}

/** What a provider says of a kind. */
function standing({ catalog }: VideoProvider, kind: Kind): string {
  const states = new Set(catalog.offers.filter((offer) => offer.kind === kind).map(({ state }) => state))
  if (states.has('current')) return 'sold'
  return states.has('unverified') ? 'unverified' : 'not sold'
}

function matrix(sellers: readonly VideoProvider[]): Page {
  const names = Object.keys(kinds) as Kind[]
  const lines = [
    note,
    '# Kinds',
    '',
    'What can be rendered, and who sells it. `unverified`: documented for models that may have been retired; used when named, never chosen by itself.',
    '',
    ...table(
      ['kind', ...sellers.map(({ id }) => titleOf(id))],
      names.map((kind) => [`[${kind}](${kind}.md)`, ...sellers.map((provider) => standing(provider, kind))]),
    ),
    '',
  ]
  return { path: 'docs/kinds/README.md', text: lines.join('\n') }
}

/** Every page, and the matrix. */
export async function kindPages(): Promise<readonly Page[]> {
  const sellers = await Promise.all(Object.keys(listed).map((id) => createProvider(id)))
  return [matrix(sellers), ...(Object.keys(kinds) as Kind[]).map((kind) => pageOf(kind, sellers))]
}
