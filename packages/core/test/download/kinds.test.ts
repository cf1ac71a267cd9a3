import { describe, expect, it } from 'vitest'
import { sniff } from '../../src/adapter.ts'
import { download, type Output } from '../../src/index.ts'
import { bytesOf, failure, mp4, output } from './support.ts'

const bytes = (...parts: (string | number[])[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : part)),
  )
const padding = Array.from({ length: 300 }, (_, at) => at % 256)
/** An MP4 that begins with a box of its own before the usual ones. */
const after = (name: string): Uint8Array<ArrayBuffer> =>
  bytes([0, 0, 0, 16], name, [0, 0, 0, 0, 0, 0, 0, 0], [...mp4(500)])
const brand = (name: string): Uint8Array<ArrayBuffer> =>
  bytes([0, 0, 0, 16], 'ftyp', name, [0, 0, 0, 0], padding)

const films: [string, Uint8Array<ArrayBuffer>, string][] = [
  ['MP4', mp4(500), 'video/mp4'],
  ['MP4 with its index at the end', mp4(500, ['mdat', 'moov']), 'video/mp4'],
  ['MP4 after a segment type', after('styp'), 'video/mp4'],
  ['MP4 after free room', after('free'), 'video/mp4'],
  ['QuickTime before brands', mp4(500).slice(20), 'video/quicktime'],
  ['QuickTime', bytes([0, 0, 0, 16], 'ftypqt  ', [0, 0, 0, 0], [...mp4(500).slice(20)]), 'video/quicktime'],
  ['WebM', bytes([0x1a, 0x45, 0xdf, 0xa3, 0x9f], padding.slice(0, 19), 'webm', padding), 'video/webm'],
  ['Matroska', bytes([0x1a, 0x45, 0xdf, 0xa3, 0xa3], padding), 'video/x-matroska'],
  ['AVI', bytes('RIFF', [0, 0, 0, 0], 'AVI ', padding), 'video/x-msvideo'],
]
const pictures: [string, Uint8Array<ArrayBuffer>, string][] = [
  ['PNG', bytes([0x89], 'PNG\r\n', [26], '\n', padding), 'image/png'],
  ['JPEG', bytes([0xff, 0xd8, 0xff, 0xe0], padding), 'image/jpeg'],
  ['WebP', bytes('RIFF', [0, 0, 0, 0], 'WEBP', padding), 'image/webp'],
  ['AVIF', brand('avif'), 'image/avif'],
]
const sounds: [string, Uint8Array<ArrayBuffer>, string][] = [
  ['MP3 with tags', bytes('ID3', [4, 0], padding), 'audio/mpeg'],
  ['MP3', bytes([0xff, 0xfb, 0x90, 0x64], padding), 'audio/mpeg'],
  ['AAC', bytes([0xff, 0xf1, 0x50, 0x80], padding), 'audio/aac'],
  ['WAV', bytes('RIFF', [0, 0, 0, 0], 'WAVE', padding), 'audio/wav'],
  ['Ogg', bytes('OggS', [0], padding), 'audio/ogg'],
  ['FLAC', bytes('fLaC', [0], padding), 'audio/flac'],
  ['MPEG-4', brand('M4A '), 'audio/mp4'],
]
const other: [string, Uint8Array<ArrayBuffer>][] = [
  ['a page', bytes('<!DOCTYPE html><p>no</p>'.repeat(9))],
  ['JSON', bytes('{"error":"no"}'.repeat(9))],
  ['a list', bytes('[{"error":"no"}]')],
  ['a sentence', bytes('no such file '.repeat(9))],
  ['gzip', bytes([31, 139, 8, 0], padding)],
  ['nothing', bytes()],
]

const kinds = { video: films, image: pictures, audio: sounds } as const
const labels = ['video/mp4', 'text/plain', 'text/html', 'application/octet-stream', undefined]

const get = async (kind: Output['kind'], file: Uint8Array<ArrayBuffer>, label: string | undefined) => {
  const fetch: typeof globalThis.fetch = async () =>
    new Response(new Blob([file]).stream(), { headers: label ? { 'content-type': label } : {} })
  const { body, mediaType } = await download({ ...output, kind, mediaType: `${kind}/x` }, { fetch })
  return { mediaType, bytes: await bytesOf(body) }
}

describe.each(Object.entries(kinds))('an output of the kind %s', (kind, own) => {
  it.each(own)('is %s, whatever it is called', async (_name, file, mediaType) => {
    for (const label of labels) {
      const got = await get(kind as Output['kind'], file, label)
      expect([got.mediaType, Buffer.compare(got.bytes, file)]).toEqual([mediaType, 0])
    }
    expect(await get(kind as Output['kind'], file, undefined)).toMatchObject({ mediaType })
  })

  const foreign = Object.entries(kinds).filter(([name]) => name !== kind)
  // Films and sounds share their containers.
  const wrong = foreign.flatMap(([name, rows]) => (kind === 'audio' && name === 'video' ? [] : rows))
  it.each([...other, ...wrong] as [string, Uint8Array<ArrayBuffer>][])('is not %s', async (name, file) => {
    if (kind === 'video' && name === 'Ogg') return
    const error = await failure(get(kind as Output['kind'], file, `${kind}/mp4`))
    expect(error).toMatchObject({ code: 'ERR_DOWNLOAD', outcome: 'accepted' })
  })

  it('is a format nobody knows only where it is no film, and no text', async () => {
    const file = bytes([1, 2, 3], padding)
    const got = get(kind as Output['kind'], file, `${kind}/new`)
    if (kind === 'video') expect((await failure(got)).message).toContain('called video/new')
    else expect(await got).toMatchObject({ mediaType: `${kind}/new` })
  })
})

it.each([...films, ...pictures, ...sounds])('%s is known by its bytes', (name, file, mediaType) => {
  expect(sniff(file)?.mediaType, name).toBe(mediaType)
})

it('what is too short to tell is not told', () => {
  for (const text of ['', 'G', 'RIFF', '\xff', '\xff\xfb', 'plain words that mean nothing']) {
    expect(sniff(bytes(text))?.mediaType).toBeUndefined()
  }
})
