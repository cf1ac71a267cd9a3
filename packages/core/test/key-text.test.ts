import { inspect } from 'node:util'
import { keyText, standardWebhooks, staticKey } from '@reelay/core/adapter'
import fc from 'fast-check'
import { afterEach, describe, expect, it, vi } from 'vitest'

const details = { provider: 'mine', account: 'studio' }
const thrown = (run: () => unknown): { message: string } => {
  try {
    run()
  } catch (error) {
    return error as { message: string }
  }
  throw new Error('nothing was thrown')
}

afterEach(() => {
  vi.unstubAllEnvs()
})

describe('a key as it was passed', () => {
  it.each(['"', "'", '`'])('loses one pair of %s', (mark) => {
    expect(keyText(`${mark}abc-123456${mark}`, 'apiKey', details)).toBe('abc-123456')
  })

  it.each(['“abc-123456”', '„abc-123456“', '‘abc-123456’', '«abc-123456»'])(
    'loses the quotes of %s',
    (text) => {
      expect(keyText(text, 'apiKey', details)).toBe('abc-123456')
    },
  )

  it.each(['abc-123456', "sk/live+A1b2&C3=='x", 'ABCDEF123456==', 'a:b', 'KEY=='])(
    'stays as it is: %s',
    (text) => {
      expect(keyText(text, 'apiKey', details)).toBe(text)
    },
  )

  it.each([
    ['', /is empty/],
    ['""', /is empty/],
    ['"abc-123456', /quot/],
    ["abc-123456'", /quot/],
    ['"\'abc-123456\'"', /quot/],
    ['“abc-123456', /quot/],
    ['\ufeffabc-123456', /invisible/],
    ['abc\u200b-123456', /invisible/],
    ['KLINGAI_API_KEY=abc-123456', /NAME=value/],
    ['export FAL_KEY="abc-123456"', /NAME=value/],
    ['"FAL_KEY=abc-123456"', /NAME=value/],
    ['Bearer abc-123456', /scheme word/],
    ['key abc-123456', /scheme word/],
    ['Authorization: Bearer abc-123456', /scheme word/],
    ['x-api-key: abc-123456', /scheme word/],
    ['abc-123456\n', /line break/],
    ['abc-123456\r\nabc', /line break/],
    [' abc-123456', /space/],
    ['abc\u00a0123456', /space/],
    ['schlüssel-123456', /no HTTP header/],
    ['abc\u0000123456', /no HTTP header/],
  ])('%j is refused before any request, by what is wrong with it', (text, why) => {
    const error = thrown(() => keyText(text, 'apiKey', details))
    expect(error).toMatchObject({ code: 'ERR_CONFIG', outcome: 'none', ...details })
    expect(error.message).toMatch(/^apiKey /)
    expect(error.message).toMatch(why)
    expect(inspect(error)).not.toContain('123456')
  })

  it.each([[null], [42], [{}]])('%j is no text', (value) => {
    expect(thrown(() => keyText(value as never, 'apiKey', details)).message).toMatch(/not a text/)
  })

  it('is sent whole, or refused without being repeated', () => {
    const text = fc.string({ unit: fc.constantFrom(...'abcXYZ0189-_"\'`“” \n=:\ufeff\u200b'), minLength: 12 })
    fc.assert(
      fc.property(text, (given) => {
        try {
          const key = keyText(given, 'apiKey', details)
          expect(given).toContain(key)
          expect(key).toMatch(/^[\x21-\x7e]+$/)
          expect(key).not.toMatch(/^["'`]|["'`]$/)
        } catch (error) {
          expect((error as Error).message).not.toContain(given)
        }
      }),
    )
  })
})

describe('every door a key comes in by', () => {
  const auth = (apiKey?: string) =>
    staticKey({
      provider: 'mine',
      apiKey,
      variables: ['MINE_KEY', ['MINE_ID', 'MINE_SECRET']],
      keysFrom: 'https://mine.example/keys',
      apply: (headers, key) => headers.set('authorization', `Key ${key}`),
    })
  const sent = (apiKey?: string): string | null => {
    const headers = new Headers()
    void auth(apiKey).authorize(headers)
    return headers.get('authorization')
  }

  it('takes the quotes off an option, a variable, and each half of a pair', () => {
    expect(sent('"abc-123456"')).toBe('Key abc-123456')
    vi.stubEnv('MINE_KEY', "'env-123456'")
    expect(sent()).toBe('Key env-123456')
    vi.stubEnv('MINE_KEY', undefined)
    vi.stubEnv('MINE_ID', '"id-1"')
    vi.stubEnv('MINE_SECRET', "'sec-123456'")
    expect(sent()).toBe('Key id-1:sec-123456')
  })

  it('names the variable, and the half, that is wrong', () => {
    vi.stubEnv('MINE_ID', 'id-1')
    vi.stubEnv('MINE_SECRET', 'MINE_SECRET=sec-123456')
    expect(thrown(() => sent()).message).toMatch(/^MINE_SECRET is a whole line/)
    vi.stubEnv('MINE_KEY', 'Bearer abc')
    expect(thrown(() => sent()).message).toMatch(/^MINE_KEY begins with/)
  })

  it('takes the quotes off a webhook secret, and says what is wrong with another', () => {
    const secret = `whsec_${Buffer.from('a'.repeat(32)).toString('base64')}`
    const make = (secrets: string) =>
      standardWebhooks({
        provider: 'mine',
        secrets,
        variables: ['MINE_WEBHOOK_SECRET'],
        howTo: 'Look it up.',
      })
    expect(make(`"${secret}"`)).toBeTypeOf('function')
    expect(thrown(() => make(`"${secret}`)).message).toMatch(/^secrets .*quot/)
    expect(thrown(() => make(`MINE_WEBHOOK_SECRET=${secret}`)).message).toMatch(/NAME=value/)
  })
})
