import type { Picture as StartImage } from '../engine/pictures.ts'
import {
  type Canvas,
  type Color,
  columnsIn,
  createCanvas,
  darken,
  drawText,
  fillRect,
  lineHeight,
  textWidth,
  wrap,
} from './canvas.ts'
import { cover } from './cover.ts'
import type { Pixels } from './decode.ts'

/** What a clip shows. */
export interface ClipSpec {
  readonly title: string
  readonly text: string
  /** Length, seconds. */
  readonly seconds: number
  /** Width divided by height; of the picture, where there is one. */
  readonly aspect: number
  /** The start image, which the clip is laid over. */
  readonly picture?: StartImage | undefined
}

/** Draws the frames of a clip: what was asked for, and enough movement to see that it is a video. */
export interface Picture {
  /** RGBA pixels at a time, seconds. The buffer is reused. */
  frame(seconds: number): Uint8Array
}

const MARGIN = 10
const BAR_HEIGHT = 6
const DOT = 14
const white: Color = [245, 245, 245]
const pale: Color = [190, 196, 214]
const dim: Color = [52, 56, 74]
const backgrounds: readonly Color[] = [
  [24, 26, 42],
  [20, 38, 40],
  [42, 24, 34],
  [34, 32, 18],
]
const accents: readonly Color[] = [
  [126, 162, 255],
  [94, 214, 180],
  [255, 132, 150],
  [240, 206, 92],
]

const warning: Color = [255, 190, 120]
/** What is left of a picture's light behind text. */
const SHADE = 0.35

/** Above it is the caption, below it what moves. */
const movingTop = (height: number): number => height - MARGIN - BAR_HEIGHT - lineHeight(1) - DOT - 16

const hash = (text: string): number =>
  [...text].reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7)

/** `under` is the start image, or in words why it cannot be shown. */
export function createPicture(
  width: number,
  height: number,
  spec: ClipSpec,
  under?: Pixels | string,
): Picture {
  const tint = hash(spec.text) % backgrounds.length
  const background = backgrounds[tint] ?? dim
  const accent = accents[tint] ?? white
  const still = createCanvas(width, height)
  fillRect(still, { x: 0, y: 0, width, height }, background)
  if (typeof under === 'object') cover(still, under)
  drawCaption(still, spec, under)
  if (typeof under === 'object') darken(still, { x: 0, y: movingTop(height), width, height }, SHADE)

  const canvas = createCanvas(width, height)
  const barWidth = width - 2 * MARGIN
  const barTop = height - MARGIN - BAR_HEIGHT
  const clockTop = barTop - lineHeight(1) - 4
  return {
    frame: (seconds) => {
      canvas.pixels.set(still.pixels)
      const done = seconds / spec.seconds
      fillRect(canvas, { x: MARGIN, y: barTop, width: barWidth, height: BAR_HEIGHT }, dim)
      fillRect(canvas, { x: MARGIN, y: barTop, width: barWidth * done, height: BAR_HEIGHT }, accent)
      const swing = (1 - Math.cos(seconds * Math.PI)) / 2
      const travel = width - 2 * MARGIN - DOT
      const dotTop = clockTop - DOT - 6
      fillRect(canvas, { x: MARGIN + travel * swing, y: dotTop, width: DOT, height: DOT }, accent)
      const time = `${seconds.toFixed(1)} / ${spec.seconds.toFixed(1)} s`
      drawText(canvas, time, { x: MARGIN, y: clockTop, scale: 1 }, pale)
      return canvas.pixels
    },
  }
}

/** Title in large letters, then as much of the text as fits above the moving part. */
function drawCaption(canvas: Canvas, spec: ClipSpec, under: Pixels | string | undefined): void {
  const inner = canvas.width - 2 * MARGIN
  const floor = movingTop(canvas.height)
  let y = MARGIN
  const put = (text: string, scale: number, color: Color): void => {
    for (const line of wrap(text, columnsIn(inner, scale))) {
      if (y + lineHeight(scale) > floor) return
      if (typeof under === 'object') {
        const band = {
          x: MARGIN - 3,
          y: y - scale,
          width: textWidth(line, scale) + 5,
          height: lineHeight(scale),
        }
        darken(canvas, band, SHADE)
      }
      drawText(canvas, line, { x: MARGIN, y, scale }, color)
      y += lineHeight(scale)
    }
  }
  put(spec.title, 2, white)
  y += 4
  if (typeof under === 'string') put(under, 1, warning)
  put(spec.text, 1, pale)
  y += 4
  put('made by the Reelay emulator', 1, typeof under === 'object' ? pale : [110, 116, 138])
}
