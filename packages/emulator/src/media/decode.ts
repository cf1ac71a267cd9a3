import { decode as decodePNG } from 'fast-png'
import { decode as decodeJPEG } from 'jpeg-js'

/** A decoded picture: RGBA, eight bits each. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly rgba: Uint8Array
}

const isPNG = (bytes: Uint8Array): boolean => bytes[0] === 0x89 && bytes[1] === 0x50
const isJPEG = (bytes: Uint8Array): boolean => bytes[0] === 0xff && bytes[1] === 0xd8

/** The pixels of a PNG or a JPEG, which is all the providers take; undefined for anything else, and for broken ones. */
export function decodePicture(bytes: Uint8Array): Pixels | undefined {
  try {
    if (isPNG(bytes)) return ofPNG(bytes)
    if (!isJPEG(bytes)) return undefined
    const { width, height, data } = decodeJPEG(bytes, { useTArray: true, formatAsRGBA: true })
    return { width, height, rgba: data }
  } catch {
    return undefined
  }
}

/** Photos and screenshots: colours of eight bits, with or without alpha. */
function plain(pixels: Pixels, data: ArrayLike<number>, channels: number): Pixels {
  const { rgba } = pixels
  for (let from = 0, to = 0; to < rgba.length; from += channels, to += 4) {
    rgba[to] = data[from] ?? 0
    rgba[to + 1] = data[from + 1] ?? 0
    rgba[to + 2] = data[from + 2] ?? 0
    rgba[to + 3] = channels === 4 ? (data[from + 3] ?? 0) : 255
  }
  return pixels
}

function ofPNG(bytes: Uint8Array): Pixels {
  const { width, height, depth, channels, data, palette, transparency } = decodePNG(bytes)
  const rgba = new Uint8Array(width * height * 4)
  if (depth === 8 && channels > 2 && !transparency) return plain({ width, height, rgba }, data, channels)
  // Below eight bits several samples share a byte, and every row begins a new one (PNG specification, section 7.2).
  const rowLength = depth < 8 ? Math.ceil((width * channels * depth) / 8) : width * channels
  const most = 2 ** depth - 1
  const sample = (x: number, y: number, channel: number): number => {
    const index = x * channels + channel
    if (depth >= 8) return data[y * rowLength + index] ?? 0
    const bit = index * depth
    return ((data[y * rowLength + (bit >> 3)] ?? 0) >> (8 - depth - (bit & 7))) & most
  }
  const level = (value: number): number => Math.round((value * 255) / most)

  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4
      if (palette) {
        const [red = 0, green = 0, blue = 0, alpha = 255] = palette[sample(x, y, 0)] ?? []
        rgba.set([red, green, blue, alpha], at)
        continue
      }
      const grey = channels < 3
      const colors = grey ? [sample(x, y, 0)] : [sample(x, y, 0), sample(x, y, 1), sample(x, y, 2)]
      const [red = 0, green = red, blue = red] = colors.map(level)
      const keyed = transparency && colors.every((value, channel) => value === transparency[channel])
      const alpha = channels % 2 === 0 ? level(sample(x, y, channels - 1)) : keyed ? 0 : 255
      rgba.set([red, green, blue, alpha], at)
    }
  }
  return { width, height, rgba }
}
