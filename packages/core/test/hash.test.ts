import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { sha256Hex } from '../src/provider/request/hash.ts'

const webCrypto = async (text: string): Promise<string> =>
  Buffer.from(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))).toString('hex')

describe('sha256Hex', () => {
  it.each([
    ['nothing', ''],
    ['plain text', 'A paper boat in the rain'],
    ['an emoji', 'A boat 🛶'],
    ['half an emoji, as WebCrypto encodes it', '\ud83d boat'],
    ['a text too long to be hashed at once', 'boat'.repeat(20_000)],
  ])('is the same by whatever the runtime has: %s', async (_, text) => {
    const expected = await webCrypto(text)
    expect(await sha256Hex(text)).toBe(expected)
    expect(await sha256Hex(new TextEncoder().encode(text))).toBe(expected)
  })

  it.each<[string, () => unknown]>([
    [
      'only throws',
      () => {
        throw new Error('crypto.hash is not implemented')
      },
    ],
    ['answers in bytes', () => new Uint8Array(32)],
  ])('is that of WebCrypto where the hash of a stand-in for Node %s', async (_, hash) => {
    vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ hash } as never)
    onTestFinished(() => void vi.restoreAllMocks())
    vi.resetModules()
    const fresh = await import('../src/provider/request/hash.ts')
    expect(await fresh.sha256Hex('A paper boat')).toBe(await webCrypto('A paper boat'))
  })
})
