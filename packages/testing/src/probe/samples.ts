import { crc32, deflateSync } from 'node:zlib'
import type { ClipLimits, ClipRef, Media, MediaRule, Offer } from '@reelay/core'
import type { Samples } from '@reelay/core/adapter'

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1')
const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([ascii(type), data])
  return Buffer.concat([uint32(data.length), named, uint32(crc32(named))])
}

/** A PNG of 512 by 512 grey pixels. */
function picture(): Uint8Array {
  const side = 512
  const head = Buffer.concat([uint32(side), uint32(side), Buffer.from([8, 0, 0, 0, 0])])
  const rows = Buffer.alloc((side + 1) * side, 0x80)
  for (let row = 0; row < side; row++) rows[row * (side + 1)] = 0
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  const chunks = [chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]
  return new Uint8Array(Buffer.concat([signature, ...chunks]))
}

/** A WAV of three silent seconds. */
function silence(): Uint8Array {
  const rate = 8_000
  const size = 3 * rate
  const bytes = Buffer.alloc(44 + size, 0x80)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(36 + size, 4)
  bytes.write('WAVEfmt ', 8, 'latin1')
  bytes.writeUInt32LE(16, 16)
  // PCM, one channel, one byte a sample.
  bytes.writeUInt16LE(1, 20)
  bytes.writeUInt16LE(1, 22)
  bytes.writeUInt32LE(rate, 24)
  bytes.writeUInt32LE(rate, 28)
  bytes.writeUInt16LE(1, 32)
  bytes.writeUInt16LE(8, 34)
  bytes.write('data', 36, 'latin1')
  bytes.writeUInt32LE(size, 40)
  return new Uint8Array(bytes)
}

/** The head of an MP4, by which it is known; a world whose provider looks inside brings a clip of its own. */
const clip = (): Uint8Array =>
  new Uint8Array(Buffer.concat([uint32(24), ascii('ftypisom'), uint32(512), ascii('isomiso2')]))

const files = {
  image: { link: 'https://example.com/boat.png', bytes: picture },
  video: { link: 'https://example.com/boat.mp4', bytes: clip },
  audio: { link: 'https://example.com/boat.wav', bytes: silence },
} as const

/** What a rule is about, by the first of its types. */
function fileFor(rule: MediaRule | false): (typeof files)[keyof typeof files] {
  const [type = ''] = rule === false ? [] : rule.mediaTypes
  const [about] = type.split('/')
  return about === 'video' || about === 'audio' ? files[about] : files.image
}

/** A file as small as they come: its address where one is taken, else the bytes. */
function media(rule: MediaRule | false): Media {
  const { link, bytes } = fileFor(rule)
  return rule !== false && rule.forms.includes('url') ? link : bytes()
}

/** The clip of a task that nobody has made: enough for whoever does not send it. */
export function neverMadeClip(offer: Offer, { madeBy = {}, seconds }: ClipLimits): ClipRef {
  const { kinds: [kind] = [], models: [model] = [], modes: [mode = 'std'] = [] } = madeBy
  return {
    provider: offer.provider,
    account: 'default',
    taskId: '831922345719271433',
    outputId: '1f2e3d4c-0000-4000-8000-000000000301',
    kind: kind ?? 'text-to-video',
    model: model ?? 'kling-v3',
    mode,
    duration: seconds?.[0] ?? 5,
  }
}

/** Media to try a row with; an earlier clip is a file where one is taken, else what `clip` gives. */
export const samplesFor = (
  offer: Offer,
  clip: (limits: ClipLimits) => ClipRef = (limits) => neverMadeClip(offer, limits),
): Samples => ({
  media,
  clip: (limits) => (limits.by.includes('media') ? media(limits.media) : clip(limits)),
})
