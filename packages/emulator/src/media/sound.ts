import { joined } from '../http/body.ts'
import type { ClipSpec } from './picture.ts'

type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()
const ascii = (text: string): Uint8Array => encoder.encode(text)

/** A real sound file of the length asked for; its title and its text stand in its tags, where a player shows them. */
export const encodeSound = (type: 'wav' | 'mp3', spec: ClipSpec): Bytes =>
  type === 'wav' ? wavOf(spec) : mp3Of(spec)

/** A RIFF chunk: its length counts no padding, and its end is even. */
function chunk(id: string, ...content: readonly Uint8Array[]): Bytes {
  const body = joined(content)
  const head = new Uint8Array(8)
  head.set(ascii(id))
  new DataView(head.buffer).setUint32(4, body.length, true)
  return joined([head, body, new Uint8Array(body.length % 2)])
}

const WAV_RATE = 22_050
const LOUDNESS = 6_000
const FADE_SECONDS = 0.05

const pitchOf = (text: string): number =>
  220 + ([...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7) % 440)

/** A tone whose pitch follows from the text: 16-bit PCM, one channel. */
function wavOf({ title, text, seconds }: ClipSpec): Bytes {
  const count = Math.round(seconds * WAV_RATE)
  const samples = new DataView(new ArrayBuffer(count * 2))
  const turn = (2 * Math.PI * pitchOf(text)) / WAV_RATE
  const fade = FADE_SECONDS * WAV_RATE
  for (let index = 0; index < count; index += 1) {
    const level = Math.min(1, index / fade, (count - index) / fade)
    samples.setInt16(index * 2, Math.sin(index * turn) * level * LOUDNESS, true)
  }
  const format = new DataView(new ArrayBuffer(16))
  format.setUint16(0, 1, true)
  format.setUint16(2, 1, true)
  format.setUint32(4, WAV_RATE, true)
  format.setUint32(8, WAV_RATE * 2, true)
  format.setUint16(12, 2, true)
  format.setUint16(14, 16, true)
  const info = (id: string, value: string): Bytes => chunk(id, ascii(`${value}\0`))
  return chunk(
    'RIFF',
    ascii('WAVE'),
    chunk('fmt ', new Uint8Array(format.buffer)),
    chunk('LIST', ascii('INFO'), info('INAM', title), info('ICMT', text)),
    chunk('data', new Uint8Array(samples.buffer)),
  )
}

// MPEG-1 layer III, 64 kbit/s, 48 kHz, one channel: 24 ms and 192 bytes a frame (ISO/IEC 11172-3, section 2.4.1.3).
const FRAME_HEADER = [0xff, 0xfb, 0x54, 0xc0]
const FRAME_BYTES = 192
const FRAME_SECONDS = 0.024

/** Silence: a frame whose side information is all zero decodes to nothing. An encoder would be larger than this package. */
function mp3Of({ title, text, seconds }: ClipSpec): Bytes {
  const frames = new Uint8Array(Math.round(seconds / FRAME_SECONDS) * FRAME_BYTES)
  for (let at = 0; at < frames.length; at += FRAME_BYTES) frames.set(FRAME_HEADER, at)
  // UTF-8 text (encoding 3), as ID3v2.4 has it.
  const titled = frame('TIT2', joined([Uint8Array.of(3), ascii(title)]))
  const told = frame('COMM', joined([Uint8Array.of(3), ascii('eng\0'), ascii(text)]))
  const tag = joined([titled, told])
  return joined([ascii('ID3'), Uint8Array.of(4, 0, 0), synchsafe(tag.length), tag, frames])
}

/** Sizes of ID3v2.4: seven bits a byte, so that no tag looks like a frame of sound. */
const synchsafe = (size: number): Uint8Array =>
  Uint8Array.of((size >> 21) & 0x7f, (size >> 14) & 0x7f, (size >> 7) & 0x7f, size & 0x7f)

const frame = (id: string, body: Uint8Array): Bytes =>
  joined([ascii(id), synchsafe(body.length), Uint8Array.of(0, 0), body])
