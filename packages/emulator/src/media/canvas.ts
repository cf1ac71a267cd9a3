/// <reference path="./font.d.ts" />
import font from 'oled-font-5x7'

export type Color = readonly [red: number, green: number, blue: number]

/** An RGBA frame buffer. */
export interface Canvas {
  readonly width: number
  readonly height: number
  readonly pixels: Uint8Array
}

/** A rectangle in pixels. */
export interface Area {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export const createCanvas = (width: number, height: number): Canvas => ({
  width,
  height,
  pixels: new Uint8Array(width * height * 4).fill(255),
})

export function fillRect({ width, height, pixels }: Canvas, area: Area, [red, green, blue]: Color): void {
  const left = Math.max(Math.round(area.x), 0)
  const right = Math.min(Math.round(area.x + area.width), width)
  const bottom = Math.min(Math.round(area.y + area.height), height)
  for (let y = Math.max(Math.round(area.y), 0); y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const offset = (y * width + x) * 4
      pixels[offset] = red
      pixels[offset + 1] = green
      pixels[offset + 2] = blue
    }
  }
}

/** Darkens an area, so that text can be read on whatever is there; `share` 0 is black, 1 changes nothing. */
export function darken({ width, height, pixels }: Canvas, area: Area, share: number): void {
  const right = Math.min(Math.round(area.x + area.width), width)
  const bottom = Math.min(Math.round(area.y + area.height), height)
  for (let y = Math.max(Math.round(area.y), 0); y < bottom; y += 1) {
    for (let x = Math.max(Math.round(area.x), 0); x < right; x += 1) {
      const offset = (y * width + x) * 4
      for (let channel = 0; channel < 3; channel += 1) {
        pixels[offset + channel] = (pixels[offset + channel] ?? 0) * share
      }
    }
  }
}

const CELL_WIDTH = font.width + 1
const CELL_HEIGHT = font.height + 2
const glyphs = new Map(font.lookup.map((char, index) => [char, index * font.width]))

/** How many characters fit on a line. */
export const columnsIn = (width: number, scale: number): number => Math.floor(width / (CELL_WIDTH * scale))

/** Width of a text, pixels. */
export const textWidth = (text: string, scale: number): number => [...text].length * CELL_WIDTH * scale

/** Height of a line, pixels. */
export const lineHeight = (scale: number): number => CELL_HEIGHT * scale

export function drawText(
  canvas: Canvas,
  text: string,
  at: { readonly x: number; readonly y: number; readonly scale: number },
  color: Color,
): void {
  const { scale } = at
  for (const [index, char] of [...text].entries()) {
    const start = glyphs.get(char) ?? glyphs.get('?') ?? 0
    for (let column = 0; column < font.width; column += 1) {
      const bits = font.fontData[start + column] ?? 0
      for (let row = 0; row < font.height; row += 1) {
        if ((bits & (1 << row)) === 0) continue
        const x = at.x + (index * CELL_WIDTH + column) * scale
        fillRect(canvas, { x, y: at.y + row * scale, width: scale, height: scale }, color)
      }
    }
  }
}

/** Breaks text at spaces, and inside words longer than a line. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/).flatMap((long) => chop(long, columns))) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].filter((full) => full !== '')
}

function chop(word: string, columns: number): string[] {
  const parts: string[] = []
  for (let start = 0; start < word.length; start += columns) parts.push(word.slice(start, start + columns))
  return parts
}
