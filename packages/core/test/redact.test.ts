import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { redactorFor } from '../src/provider/http/redact.ts'

const secret = fc.string({ minLength: 6, maxLength: 60, unit: 'grapheme' })
const ascii = fc.string({
  unit: fc.constantFrom(...'abcXYZ0189-_./+=%&:|~\\"\'<>#;,@ '),
  minLength: 8,
  maxLength: 40,
})

const bytes = (text: string): readonly number[] => [...new TextEncoder().encode(text)]
const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64')
const base64url = (text: string): string => Buffer.from(text, 'utf8').toString('base64url')
const percent = (text: string): string => encodeURIComponent(text)
const strict = (text: string): string =>
  bytes(text)
    .map((byte) =>
      /\w/.test(String.fromCharCode(byte)) && byte < 128
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
    )
    .join('')
const lower = (text: string): string => text.replace(/%../g, (match) => match.toLowerCase())
const html = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (one) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[one] ?? one,
  )
const units = (text: string, write: (code: string) => string): string =>
  text.replace(/./gs, (one) => write(one.charCodeAt(0).toString(16).padStart(4, '0')))
const json = (text: string): string => JSON.stringify(text).slice(1, -1)

/** Ways in which people's programs write a text into another one. */
const spellings: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'percent-encoded': percent,
  'percent-encoded in lower case': (text) => lower(percent(text)),
  'percent-encoded but for slashes': (text) => text.split('/').map(percent).join('/'),
  'percent-encoded strictly': strict,
  'percent-encoded twice': (text) => percent(percent(text)),
  'as a form': (text) => new URLSearchParams({ key: text }).toString().slice(4),
  'in HTML': html,
  'in HTML twice': (text) => html(html(text)),
  'in decimal entities': (text) => [...text].map((one) => `&#${one.codePointAt(0)};`).join(''),
  'in hexadecimal entities': (text) =>
    [...text].map((one) => `&#x${one.codePointAt(0)?.toString(16)};`).join(''),
  'in JSON': json,
  'in JSON inside JSON': (text) => json(json(text)),
  'in JSON with escaped slashes': (text) => json(text).replaceAll('/', '\\/'),
  'in \\u escapes': (text) => units(text, (code) => `\\u${code}`),
  'in \\u escapes in upper case': (text) => units(text, (code) => `\\u${code.toUpperCase()}`),
  'backslash-escaped': (text) => text.replace(/[^\w\s]/gu, '\\$&'),
  'in base64': base64,
  'in base64 before a colon': (text) => base64(`${text}:`),
  'in base64 after a name': (text) => base64(`user:${text}`),
  'in base64 amid more': (text) => base64(`{"k":"${text}","n":1}`),
  'in base64url': base64url,
  'in base64, percent-encoded': (text) => percent(base64(text)),
}

describe('redaction', () => {
  it.each(Object.entries(spellings))('removes a secret %s', (_name, spell) => {
    fc.assert(
      fc.property(fc.oneof(secret, ascii), fc.string(), fc.string(), (key, before, after) => {
        fc.pre(key.isWellFormed() && !`${before}${after}`.includes(key))
        const written = spell(key)
        const shown = redactorFor([key]).text(`${before} ${written} ${after}`)
        expect(shown).toContain('[redacted]')
        expect(shown).not.toContain(written)
        expect(shown).not.toContain(key)
      }),
      { numRuns: 40 },
    )
  })

  it('removes a secret whose characters are each spelled in another way', () => {
    const ways = [
      'as it is',
      'percent-encoded strictly',
      'in HTML',
      'in decimal entities',
      'in \\u escapes',
      'in JSON',
    ]
    fc.assert(
      fc.property(ascii, fc.infiniteStream(fc.constantFrom(...ways)), (key, stream) => {
        const written = [...key].map((one) => spellings[stream.next().value ?? '']?.(one)).join('')
        expect(redactorFor([key]).text(`<${written}>`)).toBe('<[redacted]>')
      }),
    )
  })

  it('leaves every other text as it is', () => {
    fc.assert(
      fc.property(ascii, fc.string({ unit: fc.constantFrom(...'mnoäü ()[]!?*$^{}') }), (key, text) => {
        expect(redactorFor([key]).text(text)).toBe(text)
      }),
    )
  })

  it('takes the whole key rather than its half', () => {
    expect(redactorFor(['secret-half', 'id-1:secret-half']).text('of id-1:secret-half')).toBe('of [redacted]')
  })

  it('reads a text of any length in a time that grows with it', () => {
    const key = `k${'\\'.repeat(30)}${'&'.repeat(30)}${'a'.repeat(60)}b`
    for (const unit of ['\\', '&', '&amp;', 'a', 'aab', '%25', 'k\\\\&']) {
      const text = unit.repeat(200_000 / unit.length)
      expect(redactorFor([key]).text(text)).toBe(text)
    }
  })

  it('knows a secret of any length by its head', () => {
    const cookie = `session=${'ab/12&'.repeat(2_000)}`
    for (const spell of [(text: string) => text, percent, html, json]) {
      const shown = redactorFor([cookie]).text(`got ${spell(cookie)} there`)
      expect(shown.length).toBeLessThan(40)
      expect(shown).not.toContain('ab/12')
    }
  })

  it('stands half a surrogate pair in a secret', () => {
    expect(redactorFor(['secret-\ud800-end']).text('of secret-\ud800-end')).toBe('of [redacted]')
  })

  it('leaves replies readable when a secret is too short to be one', () => {
    expect(redactorFor(['0', '', '12345']).text('{"code":0,"n":12345}')).toBe('{"code":0,"n":12345}')
  })

  it('redacts every text of a value, names too, and leaves the rest', () => {
    const { value } = redactorFor(['sk-own-secret'])
    const given = { 'sk-own-secret': ['sk-own-secret', 1, null, { deep: 'x sk-own-secret' }], ok: true }
    expect(value(given)).toEqual({
      '[redacted]': ['[redacted]', 1, null, { deep: 'x [redacted]' }],
      ok: true,
    })
  })

  it('removes any JWT, also one we did not sign', () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJhayJ9.c2lnbmF0dXJl'
    expect(redactorFor([]).text(`Authorization ${token} is invalid`)).toBe(
      'Authorization [redacted] is invalid',
    )
  })

  it('leaves a token in an address, which opens the clip, and takes our own out of it', () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3NjYzNzQyNjJ9.c2lnbmF0dXJl'
    const { text } = redactorFor(['sk-own-secret'])
    for (const scheme of ['https', 'http']) {
      const address = `${scheme}://cdn.example.com/a.mp4?token=${token}`
      expect(text(address)).toBe(address)
      expect(text(`${address}&key=sk-own-secret`)).toBe(`${address}&key=[redacted]`)
      expect(redactorFor([token]).text(address)).not.toContain(token)
    }
  })

  it('makes words fit to be shown: printable, and no more than a screen', () => {
    const { words } = redactorFor(['sk-own-secret'])
    expect(words('no \u001b[31msk-own-secret\u0007')).toBe('no \\u001b[31m[redacted]\\u0007')
    expect(words('x'.repeat(5_000))).toBe(`${'x'.repeat(2_000)}… (3000 characters more)`)
    expect(words(undefined)).toBeUndefined()
  })
})

it('spells a set of secrets once, however many texts and requests it is for', () => {
  const built = vi.spyOn(globalThis, 'RegExp')
  try {
    const secrets = ['sk-spelled-once-1', 'sk-spelled-once-2']
    for (let request = 0; request < 50; request++) {
      const { text, value, words } = redactorFor([...secrets])
      for (const hide of [text, value, words])
        expect(hide(`no ${secrets[0]} here`)).toBe('no [redacted] here')
    }
    // One for what they begin with, and one for all of them.
    expect(built).toHaveBeenCalledTimes(2)
  } finally {
    built.mockRestore()
  }
})
