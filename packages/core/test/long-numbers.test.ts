import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from '../src/provider/http/reply.ts'

/** What the runtime itself says that a reply holds, digit by digit: Node shows a reviver the source from 21 on. */
function oracle(text: string): unknown {
  type Source = { readonly source?: string }
  const revive = (_key: string, value: unknown, context?: Source): unknown => {
    const { source = '' } = context ?? {}
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
    return /^-?\d+$/.test(source) ? source : value
  }
  return JSON.parse(text, revive as (key: string, value: unknown) => unknown)
}

const space = fc.constantFrom('', ' ', '\n', '\t', '\r\n  ')
const digits = fc.tuple(fc.constantFrom('', '-'), fc.bigInt(1n, 10n ** 24n)).map(([sign, n]) => `${sign}${n}`)
const near = fc.bigInt(2n ** 53n - 4n, 2n ** 53n + 4n).map(String)
const fraction = fc.tuple(
  digits,
  fc.constantFrom('.5', '.12345678901234567890', 'e3', 'E+2', '.5e-7', 'e400'),
)
const number = fc.oneof(
  digits,
  near,
  fraction.map(([whole, rest]) => whole + rest),
)
// Whatever a text may hold that looks like a number, or like the end of a text.
const tricky = fc
  .array(
    fc.constantFrom('"', '\\', ':', ',', '[', '{', ' ', '12345678901234567890', 'é', '\u2028', '\n', 'u'),
  )
  .map((parts) => parts.join(''))
const words = fc.oneof(tricky, fc.string({ unit: 'binary' })).map((text) => JSON.stringify(text))
const leaf = fc.oneof(number, words, fc.constantFrom('null', 'true', 'false', '{}', '[]'))
const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof({ maxDepth: 4 }, leaf, list(tie('tree')), record(tie('tree'))),
}))

function list(item: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const part = fc.tuple(space, item, space).map((parts) => parts.join(''))
  return fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `[${parts.join(',')}]`)
}

function record(item: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const part = fc
    .tuple(space, words, space, space, item, space)
    .map(([a, key, b, c, value, d]) => `${a}${key}${b}:${c}${value}${d}`)
  return fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `{${parts.join(',')}}`)
}

describe('whole numbers beyond 2^53 in a reply', () => {
  it('come as their digits, and all else as it was: any JSON within a list or an object', () => {
    const reply = fc.oneof(list(tree), record(tree))
    fc.assert(
      fc.property(reply, (text) => {
        expect(parseJson(text)).toEqual(oracle(text))
      }),
      { numRuns: 2_000, seed: 20261127 },
    )
  })

  it('where nothing is long, the reply is what JSON.parse says', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
      { seed: 20261127 },
    )
  })

  it.each([
    [
      'the example of Kling’s page',
      '{"element_id":829836802793406551}',
      { element_id: '829836802793406551' },
    ],
    ['the last exact one', '{"id":9007199254740991}', { id: 9007199254740991 }],
    ['the first that is not', '[9007199254740992]', ['9007199254740992']],
    ['of 400 digits', `[${'9'.repeat(400)}]`, ['9'.repeat(400)]],
    ['with a fraction', '{"a":829836802793406551.5}'],
    ['a fraction alone', '{"a":0.829836802793406551}'],
    ['an exponent', '[829836802793406551e2]'],
    ['within a text', '["id: 829836802793406551, \\"x\\": 829836802793406551"]'],
    [
      'after a text that ends in a backslash',
      '{"a":"\\\\","b":829836802793406551}',
      { a: '\\', b: '829836802793406551' },
    ],
    ['as a key', '{"829836802793406551":829836802793406551}', { '829836802793406551': '829836802793406551' }],
  ] as const)('%s', (_name, text, expected: unknown = JSON.parse(text)) => {
    expect(parseJson(text)).toEqual(expected)
    expect(parseJson(text)).toEqual(oracle(text))
  })

  it.each([
    '{829836802793406551:1}',
    '[829836802793406551 2]',
    '[0829836802793406551]',
    '{"a":829836802793406551',
  ])('what is no JSON stays none: %s', (text) => {
    expect(() => JSON.parse(text)).toThrow()
    expect(parseJson(text)).toBeUndefined()
  })

  it('beside a file of eight million characters', () => {
    const file = 'a\\"0'.repeat(2_000_000)
    const reply = parseJson(`{"png":"${file}","id":829836802793406551}`)
    expect(reply).toHaveProperty('id', '829836802793406551')
    expect(reply).toHaveProperty('png.length', 6_000_000)
  })
})
