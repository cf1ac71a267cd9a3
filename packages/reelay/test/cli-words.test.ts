import { execFileSync } from 'node:child_process'
import { stripVTControlCharacters } from 'node:util'
import { type Kind, kinds, ReelayError } from '@reelay/core'
import { problem } from '@reelay/core/adapter'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commandOf, quoted } from '../src/cli/again.ts'
import { describeFailure, errorDocument, exitCodeOf, UsageError } from '../src/cli/failure.ts'
import { inFlags, problemLines } from '../src/cli/flags.ts'
import { generateCommand } from '../src/cli/generate.ts'
import { commandPage } from '../src/cli/help.ts'
import { minutes, usually } from '../src/cli/progress.ts'
import { paragraph, table } from '../src/cli/table.ts'

const handle = {
  v: 1,
  provider: 'kling',
  account: 'default',
  id: '1',
  kind: 'text-to-video',
  model: 'kling-v3',
  mode: 'std',
  route: 'text2video',
  idempotencyKey: 'k',
  requestHash: 'h',
  submittedAt: 0,
} as const

describe('the words of the command line', () => {
  it.each([
    ['Leave generateAudio out.', 'Leave --audio out.'],
    ["kling-v2-6 std is silent: set mode: 'pro'.", 'kling-v2-6 std is silent: set --mode pro.'],
    ['Leave mode out, or use pro.', 'Leave --mode out, or use pro.'],
    ['Set startImage, or use text-to-video.', 'Set --image, or use text-to-video.'],
    [
      'prompt has 3000 characters; at most 2500 are accepted.',
      'The prompt has 3000 characters; at most 2500 are accepted.',
    ],
    ['duration must be at least 3.', '--duration must be at least 3.'],
    ['Use duration: 10.', 'Use --duration 10.'],
    ['aspectRatio must look like 16:9.', '--aspect-ratio must look like 16:9.'],
    [
      'Pass an https URL, a base64 data URI, a Uint8Array or a Blob.',
      'Pass a file, an https URL or a base64 data URI.',
    ],
    ['Set FAL_KEY, or pass apiKey. Keys are made at x.', 'Set FAL_KEY. Keys are made at x.'],
    ['A mode of the model kling-v3 and its duration.', 'A mode of the model kling-v3 and its duration.'],
  ])('%s', (library, terminal) => expect(inFlags(library)).toBe(terminal))

  it('name the file that was given', () => {
    const big = problem(
      'startImage',
      'media-size',
      'The file has 12.3 MB; at most 10.0 MB are accepted.',
      'Scale it down.',
    )
    expect(problemLines([big], { startImage: 'me.png' })).toEqual([
      '--image me.png: The file has 12.3 MB; at most 10.0 MB are accepted. Scale it down.',
    ])
  })

  it.each([
    [0, '0:00'],
    [24_000, '0:24'],
    [725_000, '12:05'],
    [3_750_000, '1:02:30'],
    [-5, '0:00'],
  ])('%d ms are %s', (ms, text) => expect(minutes(ms)).toBe(text))

  it('say how long it usually takes', () => {
    expect(usually([41_600, 86_500])).toBe('usually 0:40 to 1:30')
    expect(usually(undefined)).toBe('')
  })
})

describe('a table', () => {
  const sha = 'a'.repeat(64)
  const rows = [
    ['file', `renders/${'x'.repeat(60)}.mp4`],
    ['model', 'kling-v3 std: the default, available at every provider; in its cheapest mode'],
    ['sha256', sha],
  ] as const

  it('fits 60 columns: words wrap, a digest is shortened, a path stays whole', () => {
    const lines = table(rows, 60).split('\n')
    expect(lines.filter((line) => line.length > 60)).toEqual([`renders/${'x'.repeat(60)}.mp4`])
    expect(table(rows, 60)).toContain(`${'a'.repeat(16)}…`)
    expect(table(rows)).toContain(sha)
  })

  it('an address too long for its column begins further left, and no word is lost', () => {
    const address = `kling.ai/${'x'.repeat(30)}`
    const lines = table([['catalogue of kling', `12 prices from ${address}, an older copy`]], 50).split('\n')
    expect(lines.filter((line) => line.length > 50)).toEqual([])
    expect(lines.join(' ').split(/\s+/).join(' ')).toContain(`12 prices from ${address}, an older copy`)
  })

  it.each([undefined, ...(Object.keys(kinds) as Kind[])])(
    'the help of %s has headings of 60 columns at most',
    async (kind) => {
      const page = await commandPage('generate', generateCommand as never, {}, kind)
      const headings = stripVTControlCharacters(page)
        .split('\n')
        .filter((line) => line.startsWith('What'))
      expect(headings.map((line) => line.length <= 60)).toEqual([true])
    },
  )

  it('shows control characters instead of obeying them', () => {
    expect(table([['task', 'x\u001b]0;owned\u0007\nfile  y']])).toBe(
      '  task  x\\u001b]0;owned\\u0007\\nfile  y',
    )
  })

  it('wraps a paragraph under its own indent', () => {
    expect(paragraph('  one two three four', 12, 2)).toBe('  one two\n    three\n    four')
  })
})

describe('the command that repeats a render', () => {
  it('is read by a shell as it was meant', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (text) => {
        const word = text.replaceAll('\0', '')
        expect(execFileSync('sh', ['-c', `printf %s ${quoted(word)}`], { encoding: 'utf8' })).toBe(word)
      }),
      { numRuns: 25, examples: [["it's"], ['$(id) `id` "x" \\ !'], ['-n'], ['']] },
    )
  })

  it('says what was asked and what was chosen, and asks before it spends again', () => {
    const request = {
      kind: 'text-to-video',
      prompt: '-5 °C, a boat',
      duration: 10,
      generateAudio: true,
    } as const
    const chosen = { model: 'kling-v2-6', mode: 'pro' }
    expect(commandOf(request, chosen, { provider: 'main', live: true, config: undefined })).toBe(
      "reelay generate --model kling-v2-6 --mode pro --duration 10 --audio --provider main --live -- '-5 °C, a boat'",
    )
  })
})

describe('a failure', () => {
  it('of ours is one screen without a stack, however long the code it quotes', () => {
    const error = new TypeError(`x is not a function\n${'function(){}'.repeat(100_000)}`)
    const text = describeFailure(error)
    expect(text.length).toBeLessThan(800)
    expect(text).toContain('TypeError: x is not a function')
    expect(text).toContain('issues')
    expect(text).not.toContain('at ')
    expect(errorDocument(error)).toMatchObject({ error: { code: 'ERR_INTERNAL', outcome: 'none' } })
    expect(exitCodeOf(error)).toBe(1)
  })

  it('of this machine is said in words', () => {
    const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
      path: 'renders/a.mp4',
    })
    expect(describeFailure(error)).toContain('The disk is full (ENOSPC): renders/a.mp4.')
  })

  it('of a provider says whether money was spent, and never moves a cursor', () => {
    const error = new ReelayError('ERR_FUNDS', 'No balance\u001b[2J\nhandle: fake', {
      outcome: 'rejected',
      requestId: '\u009b1A',
      handle,
    })
    const text = describeFailure(error)
    expect(text).toContain('ERR_FUNDS: No balance\\u001b[2J\\nhandle: fake')
    expect(text).toContain('money spent: no, the provider refused')
    expect(text).toContain('request id:  \\u009b1A')
    expect(errorDocument(error)).toMatchObject({ error: { code: 'ERR_FUNDS', outcome: 'rejected', handle } })
  })

  it('that may have made one of several tasks names them', () => {
    const candidates = [{ id: 'task-8', status: 'running' }] as unknown as NonNullable<
      ReelayError['candidates']
    >
    const error = new ReelayError('ERR_SUBMISSION_UNKNOWN', 'No verdict.', { outcome: 'unknown', candidates })
    expect(describeFailure(error)).toContain('  may be task: task-8 (running)')
    expect(errorDocument(error)).toMatchObject({ error: { candidates } })
  })

  it('of a request is told in flags, in words and as JSON', () => {
    const problems = [problem('generateAudio', 'unsupported', 'It is silent.', 'Leave generateAudio out.')]
    const message = 'kling cannot render this. generateAudio: It is silent. Leave generateAudio out.'
    const error = new ReelayError('ERR_UNSUPPORTED', message, { outcome: 'none', problems })
    expect(describeFailure(error)).toContain(
      'ERR_UNSUPPORTED: kling cannot render this.\n  --audio: It is silent. Leave --audio out.',
    )
    expect(errorDocument(error)).toMatchObject({ error: { problems: [{ flag: '--audio' }] } })
    expect(exitCodeOf(error)).toBe(2)
    expect(exitCodeOf(new UsageError('x'))).toBe(2)
  })
})
