import { createKling } from '@reelay/kling'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applySuggestion, type Reference, type RenderRequest } from '../../src/index.ts'
import { isSameName, isSayable, notedNames, partsOf, written } from '../../src/kinds/reference-names.ts'

const picture = (name: string): string => `https://example.com/${name}.png`
const notation = { image: '<<<image_#>>>', element: '<<<element_#>>>', video: '<<<video_#>>>' }

/** A prompt as it is sent, with a picture for each name. */
function sent(prompt: string, ...names: readonly string[]): string {
  const references = Object.fromEntries(names.map((name) => [name, picture('one')]))
  return written(prompt, notedNames(references, notation))
}

describe('names in prompts', () => {
  const one = '<<<image_1>>>'
  const two = '<<<image_2>>>'
  it.each([
    ['in any case', 'MARA waves at Mara', ['mara'], `${one} waves at ${one}`],
    ['beside punctuation', '(Mara), “Mara”: Mara’s hat', ['mara'], `(${one}), “${one}”: ${one}’s hat`],
    ['as whole words only', 'Tamara and the maraca, Maramax', ['mara'], 'Tamara and the maraca, Maramax'],
    ['with an @ before them, which goes', 'Show @Mara', ['mara'], `Show ${one}`],
    ['not in a longer word with digits or marks', 'mara2 mara_b Marä', ['mara'], 'mara2 mara_b Marä'],
    ['with letters of other scripts', 'Ίρις meets Жанна', ['ίρις', 'жанна'], `${one} meets ${two}`],
    ['however an accent is written', 'Zoe\u0308 and Zoë', ['zoë'], `${one} and ${one}`],
    ['as a final sigma too', 'ΑΛΕΞΙΣ walks', ['αλεξις'], `${one} walks`],
    ['of several words, whatever stands between', 'in the Old  Hall', ['old hall'], `in the ${one}`],
    ['the longest first', 'Mara Lou and Mara', ['mara', 'mara lou'], `${two} and ${one}`],
    ['where no spaces are', '小明走进大厅', ['小明', '大厅'], `${one}走进${two}`],
    ['where particles follow', '마라가 걷는다', ['마라'], `${one}가 걷는다`],
    ['next to another script', 'Mara走进大厅', ['Mara'], `${one}走进大厅`],
  ])('%s', (_what, prompt, names, expected) => {
    expect(sent(prompt, ...names)).toBe(expected)
  })

  it('are numbered for each kind by itself, in the order given', () => {
    const references: Readonly<Record<string, Reference>> = {
      hall: picture('hall'),
      mara: { element: '1' },
      dance: { video: 'https://example.com/dance.mp4' },
      hat: new Uint8Array([1]),
      tom: { images: [picture('tom')] },
    }
    expect(Object.fromEntries(notedNames(references, notation))).toEqual({
      hall: '<<<image_1>>>',
      mara: '<<<element_1>>>',
      dance: '<<<video_1>>>',
      hat: '<<<image_2>>>',
      tom: '<<<element_2>>>',
    })
  })

  it('are words that begin with a letter', () => {
    for (const name of ['mara', 'Old Hall', 'jean-luc', "o'hara", 'zoë', '小明', 'r2d2', 'old_hall']) {
      expect(isSayable(name), name).toBe(true)
    }
    for (const name of [
      '',
      '1',
      '2nd',
      'a.b',
      ' mara',
      'mara ',
      'a  b',
      '<<<x>>>',
      '__proto__',
      'x'.repeat(61),
    ]) {
      expect(isSayable(name), name).toBe(false)
    }
  })

  it('are one to a reader in any case', () => {
    expect(isSameName('Mara', 'MARA')).toBe(true)
    expect(isSameName('zoë', 'Zoe\u0308')).toBe(true)
    expect(isSameName('mara', 'mara lou')).toBe(false)
  })

  it('of any letters are found wherever they stand, and the rest stays as it is', () => {
    const letters = fc.array(fc.constantFrom(...'abcßéñЖяעבعسกไ小走カあ한글'), { minLength: 1, maxLength: 8 })
    const name = letters.map((each) => each.join('')).filter(isSayable)
    fc.assert(
      fc.property(
        name,
        fc.array(fc.constantFrom(' ', ', ', '. ', '“', '” ', '—'), { minLength: 2 }),
        (word, gaps) => {
          const text = gaps.join(word)
          const parts = partsOf(text, [word])
          expect(parts.filter((part) => typeof part !== 'string')).toHaveLength(gaps.length - 1)
          expect(parts.map((part) => (typeof part === 'string' ? part : part.written)).join('')).toBe(
            text.normalize(),
          )
        },
      ),
    )
  })
})

describe('what is refused before any request', () => {
  const kling = createKling({ apiKey: 'a-key' })
  const request: RenderRequest & { readonly kind: 'reference-to-video' } = {
    kind: 'reference-to-video',
    prompt: 'Mara walks through the market.',
    references: { mara: picture('mara'), market: picture('market') },
  }
  const found = (edit: object): readonly string[] =>
    kling.check({ ...request, ...edit } as RenderRequest).map(({ field, rule }) => `${field} ${rule}`)

  it('nothing of what is named', () => {
    expect(kling.check(request)).toEqual([])
  })

  it('a name that the prompt never says, with the sentence that would', () => {
    const hidden = { ...request, references: { ...request.references, hat: picture('hat') } }
    const [problem, ...others] = kling.check(hidden)
    expect(others).toEqual([])
    expect(problem).toMatchObject({
      field: 'references.hat',
      rule: 'conflict',
      message: 'The prompt never names hat.',
      fix: expect.stringContaining('Mara walks through the market, with hat.'),
    })
    expect(kling.check(applySuggestion(hidden, problem?.suggestion ?? {}))).toEqual([])
  })

  it('several of them are put into one sentence', () => {
    const hidden = { ...request, prompt: 'Rain' }
    const problems = kling.check(hidden)
    expect(problems.map(({ field }) => field)).toEqual(['references.mara', 'references.market'])
    expect(problems[0]?.suggestion).toEqual({ prompt: 'Rain, with mara and market.' })
  })

  it('a shot may say it; a prompt that is not sent beside shots does not count', () => {
    const shots = [
      { prompt: 'Mara wakes', duration: 3 },
      { prompt: 'She walks through the market', duration: 4 },
    ]
    expect(found({ prompt: '', shots, duration: 7 })).toEqual([])
    const silent = [{ prompt: 'She wakes', duration: 3 }, shots[1]]
    expect(found({ shots: silent, duration: 7 })).toEqual(['references.mara conflict'])
    const [problem] = kling.check({ ...request, shots: silent, duration: 7 } as RenderRequest)
    expect(problem?.suggestion).toMatchObject({ shots: [{ prompt: 'She wakes, with mara.' }, shots[1]] })
  })

  it.each([
    ['no reference', { references: {} }, 'references required'],
    ['a name no prompt can say', { references: { '1': picture('a') } }, 'references.1 malformed'],
    [
      'two names for one reader',
      { references: { mara: picture('a'), MARA: picture('b'), market: picture('c') } },
      'references.MARA conflict',
    ],
    ['the provider’s own numbers', { prompt: 'Mara at the market, as <<<image_2>>>' }, 'prompt conflict'],
    ['what is no reference', { references: { mara: 7 } }, 'references.mara type'],
    ['an empty element', { references: { mara: { images: [] } } }, 'references.mara type'],
    [
      'a field no reference has',
      { references: { mara: { element: '1', voice: '2' } } },
      'references.mara type',
    ],
    [
      'an edit',
      { references: { mara: { video: 'https://e.com/a.mp4', use: 'base' } } },
      'references.mara type',
    ],
    [
      'a file that a URL has to bring',
      { references: { mara: picture('a'), market: { video: new Uint8Array([0]) } } },
      'references.market.video media-type',
    ],
    [
      'a file that is none',
      { references: { mara: picture('a'), market: new TextEncoder().encode('a market') } },
      'references.market media-type',
    ],
    ['an end image alone', { endImage: picture('end') }, 'startImage required'],
  ])('%s', (_what, edit, expected) => {
    expect(found(edit)).toContain(expected)
  })

  it('a prompt that is too long only with its names in the provider’s notation', () => {
    const prompt = `mara market ${'x'.repeat(2_480)}`
    expect(found({ prompt })).toEqual(['prompt length'])
  })

  it('more than the row takes, with the names that are too many', () => {
    const names = ['ada', 'bea', 'cleo', 'dora', 'eva', 'fay', 'gia', 'hana']
    const references = Object.fromEntries(names.map((name) => [name, picture(name)]))
    const [problem] = kling.check({ ...request, prompt: names.join(' '), references })
    expect(problem).toMatchObject({
      field: 'references',
      rule: 'range',
      suggestion: { references: { hana: null } },
    })
    const four = Object.fromEntries(names.slice(0, 4).map((name) => [name, picture(name)]))
    const dance = { video: 'https://example.com/dance.mp4' }
    expect(found({ prompt: `${names.join(' ')} dance`, references: { ...four, dance } })).toEqual([])
    const five = { ...four, eva: picture('eva'), dance }
    expect(found({ prompt: `${names.join(' ')} dance`, references: five })).toEqual(['references range'])
  })
})
