import { createEmulator } from '@reelay/emulator'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { secondsOf } from '../src/model/length.ts'
import type { MediaRule } from '../src/model/media.ts'
import { mediaProblems, prepareMedia } from '../src/model/media-rule.ts'

const text = (value: string): number[] => [...value].map((c) => c.charCodeAt(0))
const big = (value: number): number[] =>
  [value >>> 24, value >>> 16, value >>> 8, value].map((byte) => byte & 255)
const little = (value: number): number[] => big(value).reverse()

/** A WAV of silence, one byte a sample at 8,000 a second; an odd chunk comes before its data. */
function wav(seconds: number, said = seconds): Uint8Array {
  const size = Math.round(seconds * 8_000)
  const format = [1, 0, 1, 0, ...little(8_000), ...little(8_000), 1, 0, 8, 0]
  const head = [...text('fmt '), ...little(16), ...format, ...text('LIST'), ...little(3), 1, 2, 3, 0]
  const data = [...text('data'), ...little(Math.round(said * 8_000)), ...Array<number>(size).fill(128)]
  return Uint8Array.from([
    ...text('RIFF'),
    ...little(4 + head.length + data.length),
    ...text('WAVE'),
    ...head,
    ...data,
  ])
}

const box = (name: string, ...content: readonly number[]): number[] => [
  ...big(8 + content.length),
  ...text(name),
  ...content,
]

/** An MP4, a QuickTime film or an M4A with nothing but its headers. */
function film(brand: string, scale: number, length: number, version = 0): Uint8Array {
  const times = version === 1 ? Array<number>(16).fill(0) : Array<number>(8).fill(0)
  const long = version === 1 ? [...big(Math.floor(length / 2 ** 32)), ...big(length % 2 ** 32)] : big(length)
  const header = [version, 0, 0, 0, ...times, ...big(scale), ...long, ...Array<number>(80).fill(0)]
  return Uint8Array.from([
    ...box('ftyp', ...text(brand), ...big(512), ...text('isom')),
    ...box('mdat', 1, 2, 3),
    ...box('moov', ...box('iods', 0, 0), ...box('mvhd', ...header)),
  ])
}

describe('the length of a file', () => {
  it('is read off the headers of WAV, MP4, QuickTime and M4A', () => {
    expect(secondsOf(wav(2.5))).toBe(2.5)
    // Written while it was recorded: what is there counts.
    expect(secondsOf(wav(2, 900))).toBe(2)
    expect(secondsOf(film('isom', 1_000, 5_041))).toBe(5.041)
    expect(secondsOf(film('qt  ', 600, 6_000))).toBe(10)
    expect(secondsOf(film('M4A ', 44_100, 441_000, 1))).toBe(10)
  })

  it('is unknown where the header does not say', () => {
    expect(secondsOf(film('isom', 1_000, 0))).toBeUndefined()
    expect(secondsOf(film('isom', 1_000, 2 ** 32 - 1))).toBeUndefined()
    expect(secondsOf(film('isom', 0, 5_000))).toBeUndefined()
    expect(secondsOf(Uint8Array.from(text('ID3')))).toBeUndefined()
    expect(secondsOf(new Uint8Array())).toBeUndefined()
  })

  it('never makes anything throw, however a file is cut or spoilt', () => {
    const files = [wav(0.01), film('isom', 1_000, 5_041), film('M4A ', 44_100, 441_000, 1)]
    fc.assert(
      fc.property(fc.constantFrom(...files), fc.nat(), fc.nat(), fc.nat(255), (file, cut, place, byte) => {
        const spoilt = file.slice(0, cut % (file.length + 1))
        if (spoilt.length > 0) spoilt[place % spoilt.length] = byte
        secondsOf(spoilt)
      }),
    )
  })

  it('of the emulator’s own clips is what was asked for', async () => {
    const emulator = createEmulator({ speed: 0, seed: 1 })
    const api = 'https://api-singapore.klingai.com/v1/videos/text2video'
    const headers = { authorization: 'Bearer demo-api-key-not-real', 'content-type': 'application/json' }
    const body = JSON.stringify({ model_name: 'kling-v3', prompt: 'A boat', duration: '5' })
    const { data } = await (await emulator.fetch(api, { method: 'POST', headers, body })).json()
    emulator.control.advance(600_000)
    const done = await (await emulator.fetch(`${api}/${data.task_id}`, { headers })).json()
    const file = await emulator.fetch(done.data.task_result.videos[0].url)
    expect(secondsOf(new Uint8Array(await file.arrayBuffer()))).toBeCloseTo(5, 0)
  })
})

describe('a rule about length', () => {
  const clips: MediaRule = {
    forms: ['url', 'upload'],
    mediaTypes: ['video/mp4', 'video/quicktime'],
    maxBytes: 1_000_000,
    seconds: [2, 10],
  }
  const sounds: MediaRule = { ...clips, mediaTypes: ['audio/mpeg', 'audio/wav', 'audio/mp4'] }
  const said = (file: Uint8Array, rule: MediaRule) => mediaProblems('video', file, rule, secondsOf)[0]

  it('refuses what is too short or too long before it is brought anywhere', () => {
    expect(said(film('isom', 1_000, 1_500), clips)).toMatchObject({
      rule: 'media-size',
      message: 'The file lasts 1.5 s; 2 to 10 s are accepted.',
      fix: 'Pass a longer one.',
    })
    expect(said(film('qt  ', 600, 60_000), clips)).toMatchObject({ fix: 'Cut it.' })
    expect(said(wav(11), sounds)).toMatchObject({ rule: 'media-size' })
    expect(said(film('M4A ', 44_100, 44_100, 1), sounds)).toMatchObject({ rule: 'media-size' })
  })

  it('lets pass what fits, what is a frame over, and what does not tell', () => {
    expect(said(film('isom', 1_000, 10_041), clips)).toBeUndefined()
    expect(said(wav(2), sounds)).toBeUndefined()
    expect(said(Uint8Array.from([...text('ID3'), ...Array<number>(64).fill(0)]), sounds)).toBeUndefined()
    expect(mediaProblems('video', 'https://example.com/a.mp4', clips, secondsOf)).toEqual([])
  })

  it('holds for a Blob once it is read, by whatever name its type goes', async () => {
    const blob = (bytes: Uint8Array, type: string) => new Blob([bytes.slice()], { type })
    for (const type of ['audio/x-wav', 'audio/wave', 'audio/wav', '']) {
      expect(mediaProblems('audio', blob(wav(3), type), sounds, secondsOf)).toEqual([])
      expect(await prepareMedia('audio', blob(wav(3), type), sounds, secondsOf)).toMatchObject({
        mediaType: 'audio/wav',
      })
      expect(await prepareMedia('audio', blob(wav(1), type), sounds, secondsOf)).toMatchObject([
        { rule: 'media-size' },
      ])
    }
    expect(mediaProblems('audio', blob(wav(3), 'audio/x-m4a'), sounds, secondsOf)).toEqual([])
    expect(
      await prepareMedia('audio', blob(film('isom', 1_000, 5_000), 'audio/mp4'), sounds, secondsOf),
    ).toMatchObject([{ rule: 'media-type', message: expect.stringContaining('video/mp4') }])
    expect(mediaProblems('audio', blob(wav(3), 'audio/flac'), sounds, secondsOf)).toMatchObject([
      { rule: 'media-type' },
    ])
  })
})
