import { kinds, type Offer, type RenderRequest, type VideoProvider } from '@reelay/core'
import { leastRequest } from '@reelay/core/adapter'
import { creates, providerIds } from '@reelay/rig/all'
import { describe, expect, it } from 'vitest'
import { valuesFor } from '../../../rig/src/requests/values.ts'
import { neverMadeClip, samplesFor } from '../../../testing/src/probe/samples.ts'

// Whatever a request says in words: prompts, names, ids, addresses; found by walking requests that set every field of a
// kind, so that a new kind or field is looked at without being listed here.
interface Text {
  readonly path: string
  readonly value: string
  /** The request with another text there. */
  with(text: string): RenderRequest
}

function textsIn(path: string, value: unknown, put: (value: unknown) => unknown): readonly Text[] {
  if (typeof value === 'string')
    return value.startsWith('data:') ? [] : [{ path, value, with: (text) => put(text) as RenderRequest }]
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return []
  if (Array.isArray(value))
    return value.flatMap((item, at) => textsIn(`${path}.${at}`, item, (one) => put(value.with(at, one))))
  const names = Object.entries(value).flatMap(([key, item]): readonly Text[] =>
    path === '.references'
      ? [{ path: `${path} (a name)`, value: key, with: (name) => said(put({ [name]: item }), name) }]
      : [],
  )
  const inner = Object.entries(value).flatMap(([key, item]) =>
    textsIn(`${path}.${key}`, item, (one) => put({ ...value, [key]: one })),
  )
  return [...names, ...inner]
}

/** A name is refused for being strange, and not for being nowhere in the prompt. */
const said = (request: unknown, name: string): RenderRequest => {
  const { prompt } = request as { readonly prompt: string }
  return { ...(request as RenderRequest), prompt: `${prompt} ${name}` } as RenderRequest
}

const link = 'https://example.com/boat.mp4'

/** The smallest request for a row, and that with each further field, as far as they pass. */
function requestsOf(provider: VideoProvider, offer: Offer): readonly RenderRequest[] {
  const least = leastRequest(offer, samplesFor(offer)) as unknown as Record<string, unknown>
  const { text: _text, voice: _voice, ...wordless } = least
  const limits = offer.limits as unknown as Readonly<Record<string, unknown>>
  const clips = limits.clip ? [{ ...neverMadeClip(offer, limits.clip as never), url: link }] : []
  return [
    least,
    ...kinds[offer.kind].fields
      .filter((field) => !['kind', 'model', 'mode', 'providerOptions'].includes(field))
      .flatMap((field) => valuesFor(field, offer).fitting.map((value) => ({ ...least, [field]: value }))),
    ...clips.map((video) => ({ ...least, video })),
    { ...least, face: '0' },
    { ...wordless, audio: { audioId: 'sound-1' }, audioEnd: 2 },
  ].filter((request) => provider.check(request as never).length === 0) as unknown as readonly RenderRequest[]
}

const spoiled: readonly (readonly [name: string, spoil: (text: string) => string])[] = [
  ['half a character', (text) => `${text}\ud83c`],
  ['the other half', (text) => `\udfac${text}`],
  ['what moves a cursor', (text) => `${text}\x1b[31m`],
  ['NUL', (text) => `${text}\0`],
]
const unreachable = ['http://127.0.0.1/a', 'http://localhost.:80/a', 'https://[::1]:3/a', 'https://nas.lan/a']
const named = ['.kind', '.model', '.mode']

const rows = providerIds.flatMap((id) => {
  const provider = creates[id]({ baseURL: undefined })
  const sold = provider.catalog.offers.filter(({ state }) => state !== 'discontinued')
  const kindsSold = [...new Set(sold.map(({ kind }) => kind))]
  return kindsSold.map((kind) => ({ id, kind, provider, offers: sold.filter((row) => row.kind === kind) }))
})

describe.each(rows)('$id, $kind', ({ provider, offers }) => {
  const tried = new Set<string>()
  const texts = offers.flatMap((offer) =>
    requestsOf(provider, offer).flatMap((request) => {
      const all = textsIn('', request, (value) => value).filter(({ path }) => !named.includes(path))
      // Once for each form that a field has at each route.
      return all.filter(({ path, value }) => {
        const key = `${offer.route} ${path} ${value.length}`
        return !tried.has(key) && tried.add(key)
      })
    }),
  )

  /** Passes only where it is no part of what is sent: an address, say, of a clip that goes by its id. */
  function neverSent({ path, with: put }: Text, text: string): void {
    const request = put(text)
    const problems = provider.check(request)
    if (problems.length > 0) return
    const sent = JSON.stringify(provider.encode?.(request))
    expect(
      sent.includes(JSON.stringify(text).slice(1, -1)),
      `${path} is sent as ${JSON.stringify(text)}`,
    ).toBe(false)
  }

  it.each(spoiled)('%s is in nothing that is sent, wherever it stands', (_name, spoil) => {
    expect(texts.length).toBeGreaterThan(0)
    for (const text of texts) neverSent(text, spoil(text.value))
  })

  it('no file is sent by an address that only the caller reaches', () => {
    for (const text of texts.filter(({ value }) => value.startsWith('https:')))
      for (const address of unreachable) neverSent(text, address)
  })
})
