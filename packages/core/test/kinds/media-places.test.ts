import { describe, expect, it } from 'vitest'
import type { RenderRequest } from '../../src/kinds/kinds.ts'
import { placesIn, withFiles } from '../../src/kinds/media-places.ts'
import { hashAsGiven } from '../../src/provider/request/hash.ts'

const bytes = Uint8Array.of(1, 2, 3)

describe('files in a request', () => {
  it('are found in a field and in lists, each by its path', () => {
    const found = placesIn('images', ['https://example.com/a.png', [bytes], 7])
    expect(found).toEqual([
      { path: 'images.0', media: 'https://example.com/a.png' },
      { path: 'images.1.0', media: bytes },
    ])
  })

  it('are replaced however deep they lie, and settings for a provider are not looked into', async () => {
    const settings = { kling: { static_mask: 'data:image/png;base64,AQID' } }
    const request = {
      prompt: 'Mara waves',
      references: { mara: { images: [bytes, 'https://example.com/b.png'] }, cup: { element: '8298' } },
      providerOptions: settings,
    }
    expect(await withFiles(request, async (path) => `<${path}>`)).toEqual({
      prompt: 'Mara waves',
      references: {
        mara: { images: ['<references.mara.images.0>', 'https://example.com/b.png'] },
        cup: { element: '8298' },
      },
      providerOptions: settings,
    })
  })

  it('make two orders one by their content, however they are given', async () => {
    const order = (file: unknown) =>
      hashAsGiven({ kind: 'image-to-video', references: { mara: [file] } } as unknown as RenderRequest)
    const one = await order(bytes)
    expect(await order(new Blob([bytes]))).toBe(one)
    expect(await order('data:image/png;base64,AQID')).toBe(one)
    expect(await order(Uint8Array.of(1, 2, 4))).not.toBe(one)
  })
})
