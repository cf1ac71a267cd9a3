import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { redact } from '../src/provider/http/redact.ts'

const secret = fc.string({ minLength: 6, maxLength: 60, unit: 'grapheme' })

describe('redaction', () => {
  it('removes a secret however it is written', () => {
    fc.assert(
      fc.property(secret, fc.string(), fc.string(), (key, before, after) => {
        const inJson = JSON.stringify({ echoed: `${before}${key}${after}` })
        expect(redact(`${before}${key}${after}`, [key])).not.toContain(key)
        expect(redact(inJson, [key])).not.toContain(JSON.stringify(key).slice(1, -1))
        expect(redact(`?key=${encodeURIComponent(key)}`, [key])).not.toContain(encodeURIComponent(key))
      }),
    )
  })

  it('leaves replies readable when a secret is too short to be one', () => {
    expect(redact('{"code":0}', ['0', ''])).toBe('{"code":0}')
  })

  it('removes any JWT, also one we did not sign', () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhayJ9.c2lnbmF0dXJl'
    expect(redact(`Authorization ${token} is invalid`, [])).toBe('Authorization [redacted] is invalid')
  })

  it('leaves a token in an address, which opens the clip, and takes our own out of it', () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NjYzNzQyNjJ9.c2lnbmF0dXJl'
    for (const scheme of ['https', 'http']) {
      const address = `${scheme}://cdn.example.com/a.mp4?token=${token}`
      expect(redact(address, [])).toBe(address)
      expect(redact(`${address}&key=sk-own-secret`, ['sk-own-secret'])).toBe(`${address}&key=[redacted]`)
      expect(redact(address, [token])).not.toContain(token)
    }
  })
})
