import { ALL_FORMATS, BufferSource, Input } from 'mediabunny'
import { describe, expect, it } from 'vitest'
import { sizeOf } from '../src/engine/pictures.ts'
import { decodePicture } from '../src/media/decode.ts'
import { createMedia, type FileType } from '../src/media/store.ts'
import { pngBase64 } from './kling/rig.ts'

const spec = { title: 'kling-v3 std', text: 'a fox', seconds: 0, aspect: 16 / 9 }
const bytesOf = (type: FileType, more: Partial<Parameters<ReturnType<typeof createMedia>['get']>[1]> = {}) =>
  createMedia().get('x', { ...spec, type, ...more })

const picture = (width: number, height: number) => async () =>
  Uint8Array.from(atob(pngBase64(width, height)), (char) => char.charCodeAt(0))

/** Mean brightness of a column of pixels, near the bottom, where no text is. */
function lightAt(bytes: Uint8Array, share: number): number {
  const pixels = decodePicture(bytes)
  if (!pixels) throw new Error('no picture')
  const x = Math.floor(pixels.width * share)
  const at = ((pixels.height - 4) * pixels.width + x) * 4
  return pixels.rgba.slice(at, at + 3).reduce((sum, value) => sum + value, 0) / 3
}

describe('pictures', () => {
  it.each<[FileType, string, number]>([
    ['png', '16:9', 16 / 9],
    ['jpeg', '9:16', 9 / 16],
    ['png', '21:9', 21 / 9],
  ])(
    'are real %s of the shape asked for, %s, large enough to be an input again',
    async (type, _name, aspect) => {
      const bytes = await bytesOf(type, { aspect })
      const size = sizeOf(bytes, [type === 'jpeg' ? 'jpg' : type])
      expect(size && size.width / size.height).toBeCloseTo(aspect, 1)
      expect(Math.min(size?.width ?? 0, size?.height ?? 0)).toBeGreaterThanOrEqual(300)
    },
  )

  it('show what was asked for, and the pictures that went in side by side', async () => {
    const plain = await bytesOf('png')
    expect(await bytesOf('png', { text: 'an owl' })).not.toEqual(plain)
    expect(await bytesOf('png', { title: 'kling-v2-1 std' })).not.toEqual(plain)
    const one = await bytesOf('png', { references: [picture(400, 400)] })
    const two = await bytesOf('png', { references: [picture(400, 400), async () => 'could not be read'] })
    expect(lightAt(one, 0.5)).not.toBe(lightAt(plain, 0.5))
    expect(sizeOf(two)).toEqual(sizeOf(plain))
  })

  it('take their shape from the start image, and from no other', async () => {
    expect(sizeOf(await bytesOf('png', { picture: picture(400, 400) }))).toEqual({ width: 480, height: 480 })
    expect(sizeOf(await bytesOf('png', { references: [picture(400, 400)] }))).toEqual({
      width: 640,
      height: 360,
    })
  })
})

describe('sounds', () => {
  it.each<[FileType, number]>([
    ['wav', 2.5],
    ['mp3', 2.4],
    ['mp3', 11.304],
  ])('are real %s of %d s, with what was asked for in their tags', async (type, seconds) => {
    const bytes = await bytesOf(type, { seconds })
    const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
    const track = await input.getPrimaryAudioTrack()
    expect(track?.codec).toBe(type === 'wav' ? 'pcm-s16' : 'mp3')
    expect(await input.computeDuration()).toBeCloseTo(seconds, 1)
    expect(new TextDecoder('latin1').decode(bytes)).toContain('a fox')
  })
})
