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
    ['./photo.png', 'neither a URL nor a data URI'],
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
    ['too many bytes', new Uint8Array(31_457_280), 'media-size', '30.0 MB; at most 10.0 MB'],
    ['a blob of the wrong type', new Blob(['x'], { type: 'text/html' }), 'media-type', 'text/html'],
    [
      'too large a blob',
      new Blob([new Uint8Array(10_485_761)], { type: 'image/png' }),
      'media-size',
      '10.0 MB',
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

  it('finds out about a mislabelled blob once it is read', async () => {
    const blob = new Blob(['<html>'], { type: 'image/png' })
    expect(mediaProblems('startImage', blob, rule)).toEqual([])
    expect(openMedia(blob).type).toBe('blob')
    const gif = new Blob(['GIF89a'], { type: 'image/png' })
    expect(await prepareMedia('startImage', gif, rule)).toEqual([
      expect.objectContaining({ rule: 'media-type' }),
    ])
  })
})
