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
  /** The start image, which the clip is laid over, and whose shape it has. */
  readonly picture?: StartImage | undefined
  /** Pictures that are in it without giving it its shape: the subject of an image, the persons of a clip. */
  readonly references?: readonly StartImage[] | undefined
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

/** `under` are the pictures that it shows, side by side, or in words why one of them cannot be shown. */
export function createPicture(
  width: number,
  height: number,
  spec: ClipSpec,
  ...pictures: readonly (Pixels | string | undefined)[]
): Picture {
  const under = pictures.filter((one) => one !== undefined)
  const accent = accents[tintOf(spec)] ?? white
  const still = createCanvas(width, height)
  const shown = drawGround(still, spec, under)
  drawCaption(still, spec, under, { floor: movingTop(height), scale: 1 })
  if (shown) darken(still, { x: 0, y: movingTop(height), width, height }, SHADE)

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

/** RGBA pixels of a picture that does not move. */
export function drawStill(
  width: number,
  height: number,
  spec: ClipSpec,
  ...under: readonly (Pixels | string)[]
): Uint8Array {
  const canvas = createCanvas(width, height)
  drawGround(canvas, spec, under)
  drawCaption(canvas, spec, under, { floor: height - MARGIN, scale: 2 })
  return canvas.pixels
}

const tintOf = ({ text }: ClipSpec): number => hash(text) % backgrounds.length

/** A plain ground, and over it the pictures side by side; whether there are any. */
function drawGround(canvas: Canvas, spec: ClipSpec, under: readonly (Pixels | string)[]): boolean {
  const { width, height } = canvas
  fillRect(canvas, { x: 0, y: 0, width, height }, backgrounds[tintOf(spec)] ?? dim)
  const pictures = under.filter((one) => typeof one === 'object')
  for (const [index, picture] of pictures.entries()) {
    const x = Math.round((width * index) / pictures.length)
    const end = Math.round((width * (index + 1)) / pictures.length)
    cover(canvas, picture, { x, y: 0, width: end - x, height })
  }
  return pictures.length > 0
}

/** Title in large letters, then as much of the text as fits above the floor. */
function drawCaption(
  canvas: Canvas,
  spec: ClipSpec,
  under: readonly (Pixels | string)[],
  { floor, scale: unit }: { readonly floor: number; readonly scale: number },
): void {
  const inner = canvas.width - 2 * MARGIN
  const shown = under.some((one) => typeof one === 'object')
  let y = MARGIN
  const put = (text: string, scale: number, color: Color): void => {
    for (const line of wrap(text, columnsIn(inner, scale))) {
      if (y + lineHeight(scale) > floor) return
      if (shown) {
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
  put(spec.title, 2 * unit, white)
  y += 4
  for (const words of under) if (typeof words === 'string') put(words, unit, warning)
  put(spec.text, unit, pale)
  y += 4
  put('made by the Reelay emulator', unit, shown ? pale : [110, 116, 138])
}
