import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromBase64, type MediaRule, openMedia, toBase64 } from '../src/model/media.ts'
import { mediaProblems, prepareMedia } from '../src/model/media-rule.ts'
import { sniff } from '../src/model/sniff.ts'
import { jpeg, png } from './images.ts'

const rule: MediaRule = {
  forms: ['url', 'base64'],
  mediaTypes: ['image/jpeg', 'image/png'],
  maxBytes: 10_485_760,
  minSide: 300,
  maxRatio: 2.5,
}

const first = (media: Parameters<typeof mediaProblems>[1], changed: Partial<MediaRule> = {}) =>
  mediaProblems('startImage', media, { ...rule, ...changed })[0]

describe('sniff', () => {
  it('reads type and size of PNG and JPEG headers', () => {
    expect(sniff(png(640, 360))).toEqual({ mediaType: 'image/png', width: 640, height: 360 })
    expect(sniff(jpeg(800, 450))).toEqual({ mediaType: 'image/jpeg', width: 800, height: 450 })
  })

  it('never throws, whatever the bytes', () => {
    const headed = fc.tuple(fc.constantFrom('\x89PNG\r\n\x1a\n', '\xff\xd8\xff', 'RIFF'), fc.uint8Array())
    fc.assert(
      fc.property(headed, ([head, tail]) => {
        sniff(Uint8Array.from([...[...head].map((c) => c.charCodeAt(0)), ...tail]))
      }),
    )
  })
})

describe('media', () => {
  it('survives base64 both ways', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100_000 }), (bytes) => {
        expect(fromBase64(toBase64(bytes))).toEqual(bytes)
      }),
    )
  })

  it.each([
    ['ftp://example.com/a.png', 'cannot fetch ftp:'],
    ['not a url', 'neither a URL nor a data URI'],
    ['https://user:pass@example.com/a.png', 'user name or password'],
    ['data:image/png,plain', 'not base64'],
    ['data:image/png;base64,%%%', 'not valid base64'],
    ['./photo.png', 'it is a path, neither a URL nor a data URI'],
  ])('refuses %s', (media, why) => {
    expect(first(media)).toMatchObject({ field: 'startImage', rule: 'media-type' })
    expect(first(media)?.message).toContain(why)
  })

  it.each([
    ['a small side', png(640, 299), 'media-size', 'at least 300 px'],
    ['a long strip', png(1000, 300), 'media-size', 'at most 2.5 times'],
    ['an unknown type', new Uint8Array([1, 2, 3]), 'media-type', 'of no type we recognise'],
    ['an empty file', new Uint8Array(), 'media-size', 'empty'],
    ['a GIF', new TextEncoder().encode('GIF89a......'), 'media-type', 'image/gif'],
    ['too many bytes', new Uint8Array(31_457_280), 'media-size', 'The file has 30 MB; at most 10 MB'],
    ['a blob of the wrong type', new Blob(['x'], { type: 'text/html' }), 'media-type', 'text/html'],
    [
      'too large a blob',
      new Blob([new Uint8Array(10_485_761)], { type: 'image/png' }),
      'media-size',
      '10.000001 MB; at most 10 MB',
    ],
  ])('refuses %s before anything is sent', (_name, media, broken, words) => {
    expect(first(media)).toMatchObject({ rule: broken })
    expect(first(media)?.message).toContain(words)
    expect(first(media)?.fix).not.toBe('')
  })

  it('refuses a URL where the provider does not fetch', () => {
    expect(first('https://example.com/a.png', { forms: ['base64'] })?.fix).toContain('pass the bytes')
  })

  it('accepts what the rule allows', () => {
    expect(mediaProblems('startImage', png(640, 360), rule)).toEqual([])
    expect(mediaProblems('startImage', new URL('https://example.com/a.png'), rule)).toEqual([])
    expect(mediaProblems('startImage', { data: jpeg(640, 360), mediaType: 'image/jpeg' }, rule)).toEqual([])
  })

  it('converts bytes, blobs and data URIs alike, and leaves URLs alone', async () => {
    const bytes = png(640, 360)
    const value = toBase64(bytes)
    const dataUri = `data:image/png;base64,${value}`
    for (const media of [
      bytes,
      dataUri,
      new Blob([bytes as Uint8Array<ArrayBuffer>]),
      { data: bytes, mediaType: 'image/png' },
    ]) {
      expect(await prepareMedia('startImage', media, rule)).toMatchObject({
        form: 'base64',
        value,
        content: bytes,
        mediaType: 'image/png',
      })
    }
    expect(await prepareMedia('startImage', bytes, { ...rule, forms: ['data-uri'] })).toMatchObject({
      value: dataUri,
    })
    expect(await prepareMedia('startImage', 'https://example.com/a.png', rule)).toMatchObject({ form: 'url' })
  })

  it('names a file and its size as a person does, in the unit of the limit', () => {
    const photo = new File([new Uint8Array(13_002_342)], 'photo.png', { type: 'image/png' })
    expect(first(photo)?.message).toBe('photo.png has 12.4 MB; at most 10 MB are accepted.')
    const [decimal, least] = [first(photo, { maxBytes: 10_000_000 }), new Uint8Array(10_000_001)]
    expect(decimal?.message).toBe('photo.png has 13 MB; at most 10 MB are accepted.')
    expect(first(least, { maxBytes: 10_000_000 })?.message).toContain('10.000001 MB; at most 10 MB')
    const empty = new File([], 'a\u001b[31m.png', { type: 'image/png' })
    expect(first(empty)?.message).toBe('a\\u001b[31m.png is empty.')
  })

  it.each([
    ['an SVG', '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml'],
    ['an AVIF', '\0\0\0\x1cftypavif\0\0\0\0avifmif1', 'image/avif'],
    ['a HEIC', '\0\0\0\x1cftypheic\0\0\0\0mif1heic', 'image/heic'],
    ['a WebP', 'RIFF\0\0\0\0WEBPVP8 ', 'image/webp'],
    ['a GIF', 'GIF89a\x01\0\x01\0', 'image/gif'],
  ])('%s is called by its name, whatever it says it is', (_name, head, mediaType) => {
    const data = Uint8Array.from([...head].map((character) => character.charCodeAt(0)))
    for (const media of [
      data,
      { data, mediaType: 'image/png' },
      `data:image/jpeg;base64,${toBase64(data)}`,
    ]) {
      expect(first(media)?.message).toContain(mediaType)
      expect(first(media)?.fix).toBe('Convert it to image/jpeg.')
    }
  })

  it.each([
    { data: new TextEncoder().encode('<html>Not found</html>'), mediaType: 'image/png' },
    `data:image/jpeg;base64,${toBase64(new TextEncoder().encode('{"error":"expired"}'))}`,
  ])('bytes that are not what they are called are refused', (media) => {
    expect(first(media)).toMatchObject({ rule: 'media-type' })
    expect(first(media)?.message).toContain('its bytes are not')
  })

  it.each([
    ['https://example.com/my photo.png', 'write https://example.com/my%20photo.png'],
    [' https://example.com/a.png', 'spaces'],
    ['https://example.com/a.png\n', 'spaces'],
    ['https://example.com/\ud83c.png', 'control characters'],
    ['C:\\photos\\a.png', 'it is a path'],
    ['C:/photos/a.png', 'it is a path'],
    ['/home/me/a.png', 'it is a path'],
    ['~/a.png', 'it is a path'],
    ['file:///home/me/a.png', 'cannot fetch file:'],
    ['blob:https://example.com/7b1c', 'cannot fetch blob:'],
    ['//example.com/a.png', 'neither a URL'],
    ['#a', 'neither a URL'],
    ['photo.png', 'neither a URL'],
    [
      'iVBORw0KGgoAAAANSUhEUgAAAoAAAAHgCAYAAAA10dzkAAAABHNCSVQICAgIfAhkiAAAAAlwSFlz',
      'data:image/png;base64,',
    ],
  ])('%j says what is wrong with it', (media, why) => {
    expect(first(media)).toMatchObject({ rule: 'media-type' })
    expect(first(media)?.message).toContain(why)
  })

  it('finds out about a mislabelled blob once it is read', async () => {
    const blob = new Blob(['<html>'], { type: 'image/png' })
    expect(mediaProblems('startImage', blob, rule)).toEqual([])
    expect(openMedia(blob).type).toBe('blob')
    expect(await prepareMedia('startImage', blob, rule)).toMatchObject([{ rule: 'media-type' }])
    const gif = new Blob(['GIF89a'], { type: 'image/png' })
    expect(await prepareMedia('startImage', gif, rule)).toEqual([
      expect.objectContaining({ rule: 'media-type' }),
    ])
  })
})
