import type { Area, Canvas } from './canvas.ts'
import type { Pixels } from './decode.ts'

/** Samples per side and pixel at most: enough to average a photo down, few enough for any size. */
const FINEST = 6

/**
 * Draws a picture over an area, the whole canvas unless told: scaled until it covers it, what stands out cut off evenly on
 * both sides. Each pixel is the average of what it covers; what is transparent lets the canvas through.
 */
export function cover(canvas: Canvas, picture: Pixels, area: Area = { x: 0, y: 0, ...canvas }): void {
  const { width, height } = area
  const { pixels } = canvas
  const scale = Math.min(picture.width / width, picture.height / height)
  const left = (picture.width - width * scale) / 2
  const top = (picture.height - height * scale) / 2
  const samples = Math.min(Math.max(Math.ceil(scale), 1), FINEST)
  const within = (position: number, size: number): number =>
    Math.min(Math.max(Math.floor(position), 0), size - 1)

  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      let [red, green, blue, alpha] = [0, 0, 0, 0]
      for (let row = 0; row < samples; row += 1) {
        const sourceY = within(top + (y + (row + 0.5) / samples) * scale, picture.height)
        for (let column = 0; column < samples; column += 1) {
          const sourceX = within(left + (x + (column + 0.5) / samples) * scale, picture.width)
          const from = (sourceY * picture.width + sourceX) * 4
          const weight = (picture.rgba[from + 3] ?? 255) / 255
          red += (picture.rgba[from] ?? 0) * weight
          green += (picture.rgba[from + 1] ?? 0) * weight
          blue += (picture.rgba[from + 2] ?? 0) * weight
          alpha += weight
        }
      }
      const count = samples * samples
      const behind = 1 - alpha / count
      const at = ((area.y + y) * canvas.width + area.x + x) * 4
      pixels[at] = red / count + (pixels[at] ?? 0) * behind
      pixels[at + 1] = green / count + (pixels[at + 1] ?? 0) * behind
      pixels[at + 2] = blue / count + (pixels[at + 2] ?? 0) * behind
    }
  }
}
