import { basename, join, normalize, posix, win32 } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fileNamePart } from '../src/index.ts'

const hostile = [
  ...[
    '',
    '.',
    '..',
    '...',
    '/',
    '\\',
    '../../../evil',
    '..\\..\\evil',
    'a/../../b',
    '/etc/passwd',
    'C:\\x',
    'C:x',
  ],
  ...[
    '\0',
    'a\0b',
    '\u001b]0;owned\u0007',
    '\u001b[2J',
    'a\nb',
    '\u202egpj.exe',
    '\u0085',
    '\ud800',
    'x\udfff',
    '👍',
  ],
  ...[
    'CON',
    'con',
    'nul.mp4',
    'COM1',
    'LPT9.tar.gz',
    'aux',
    'PRN',
    'a.',
    'a ',
    ' ',
    '-rf',
    '.hidden',
    'a:b',
    '*?<>|"',
  ],
  ...[
    '%2e%2e%2f',
    '~',
    '~root',
    '$HOME',
    '`id`',
    '$(id)',
    'a'.repeat(5_000),
    '../'.repeat(2_000),
    '\ud800'.repeat(5_000),
  ],
  ...['__proto__', 'constructor', 'é', 'e\u0301', 'видео'],
]

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.string({
    unit: fc.constantFrom('.', '/', '\\', 'a', '-', '_', '\0', '\ud800', ':', 'CON', ' '),
    maxLength: 30,
  }),
  fc.array(fc.nat({ max: 0xffff }), { maxLength: 100 }).map((units) => String.fromCharCode(...units)),
  fc.constantFrom(...hostile),
)

const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

function expectSafe(part: string): void {
  expect(part).toMatch(/^[\w][\w.-]{0,79}$/)
  expect(part.endsWith('.')).toBe(false)
  expect(part).not.toContain('..')
  expect(part).not.toMatch(device)
  for (const path of [posix, win32]) {
    expect(path.basename(part)).toBe(part)
    expect(path.dirname(path.normalize(path.join('out', part)))).toBe('out')
  }
}

describe('a part of a file name', () => {
  it.each(['cgt-2026.11', 'a', '8', 'task_1', '891234567890123456', 'kling-v2.1', 'B0-9c_d', 'x'.repeat(80)])(
    'stays as it is: %s',
    (text) => expect(fileNamePart(text)).toBe(text),
  )

  it.each(hostile.map((text) => [JSON.stringify(text).slice(0, 40), text]))('is safe: %s', (_shown, text) => {
    expectSafe(fileNamePart(text))
  })

  it('is safe whatever it is made of, and made of itself the same', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const part = fileNamePart(text)
        expectSafe(part)
        expect(fileNamePart(part)).toBe(part)
      }),
      { numRuns: 500 },
    )
  })

  it('keeps apart what only differs in what cannot be in a name', () => {
    const parts = hostile.map(fileNamePart)
    expect(new Set(parts).size).toBe(hostile.length)
    expect(fileNamePart('a/b')).not.toBe(fileNamePart('a_b'))
    expect(fileNamePart(`${'a'.repeat(100)}1`)).not.toBe(fileNamePart(`${'a'.repeat(100)}2`))
  })

  it('says what it was made of', () => {
    expect(fileNamePart('../../../evil')).toBe('evil-c4f19b64')
    expect(basename(normalize(join('renders', `${fileNamePart('a/b c')}.mp4`)))).toMatch(
      /^a_b_c-[\da-f]{8}\.mp4$/,
    )
  })
})
