import { printable } from '@reelay/core'
import { describe, expect, it } from 'vitest'

describe('printable', () => {
  it.each([
    ['a title sequence', 'x\u001b]0;owned\u0007\u001b[2J', 'x\\u001b]0;owned\\u0007\\u001b[2J'],
    ['a C1 introducer', '\u009b31m', '\\u009b31m'],
    ['a turned line', 'abc\u202egpj.exe', 'abc\\u202egpj.exe'],
    ['line breaks', 'one\r\ntwo\u2028three\tfour', 'one\\r\\ntwo\\u2028three\\tfour'],
    ['DEL and NUL', '\u007f\u0000', '\\u007f\\u0000'],
    ['halves of pairs', '\ud83d\ud83d\ude00\ude00', '\\ud83d\ud83d\ude00\\ude00'],
  ])('makes %s visible', (_what, text, shown) => {
    expect(printable(text)).toBe(shown)
  })

  it('leaves words, scripts and emoji alone', () => {
    const text = 'Ein Bööt \\ 纸船 \u{1f468}\u200d\u{1f469}\u200d\u{1f467} نص "quoted"'
    expect(printable(text)).toBe(text)
  })

  it('keeps the lines of texts that have some', () => {
    expect(printable('one\n\ttwo\r\u001b[1A', { lines: true })).toBe('one\n\ttwo\\r\\u001b[1A')
  })

  it('no control character survives, whatever the text', () => {
    const codes = Array.from({ length: 0x1_0000 }, (_, code) => code)
    const left = codes.filter((code) => /[\p{Cc}\p{Cs}]/u.test(printable(`a${String.fromCharCode(code)}b`)))
    expect(left).toEqual([])
  })

  it('changes nothing when applied twice', () => {
    const once = printable('\u001b[31m\ud800\n')
    expect(printable(once)).toBe(once)
  })
})
