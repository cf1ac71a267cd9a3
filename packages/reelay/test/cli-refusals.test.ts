import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { main } from '../src/cli/main.ts'

// In this process, since there are many: nothing of this gets as far as a request.
async function here(args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' }
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk, ...rest: unknown[]) => {
    written.out += chunk
    for (const done of rest) if (typeof done === 'function') done()
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    written.err += chunk
    return true
  })
  const code = await main(args)
  vi.restoreAllMocks()
  return { code, ...written }
}

beforeEach(() => {
  vi.stubEnv('KLINGAI_API_KEY', 'k-1234567')
  vi.stubGlobal('fetch', () => expect.unreachable('something was sent'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

describe('reelay generate', () => {
  it.each([
    [['--duratoin', '10'], 'Did you mean --duration?'],
    [['--duration', 'ten'], '--duration takes a number'],
    [['--duration', '5s'], 'not "5s". Did you mean 5?'],
    [['--duration', '1e1'], '--duration takes a number in plain digits'],
    [['--duration', '0x10'], '--duration takes a number in plain digits'],
    [['--image', 'missing.png'], 'no readable file missing.png'],
    [['--image', ''], '--image is empty'],
    [['--image', import.meta.dirname], 'is a folder'],
    [['--provider', 'fall'], 'The provider "fall" is not known. Did you mean "fal"?'],
    [['x', '-d', '10'], 'There is no flag -d'],
    [['--duration', '5', '--duration=10'], '--duration is given twice'],
    [['--model', '--live'], '--model needs a value'],
    [['--live=false'], '--live takes no value'],
    [['--no-live'], 'There is no flag --no-live'],
    [['--model'], '--model needs a value'],
    [['--deadline', '0'], '--deadline takes at least'],
    [['--deadline', '-1'], '--deadline takes at least'],
    [['--deadline', 'abc'], '--deadline takes a number'],
    [['--deadline', '9'.repeat(400)], '--deadline takes a number'],
    [['--base-url', 'http://127.0.0.1:4010/kling'], '--base-url goes with --live'],
    [['--live'], 'There is nothing to render'],
    [['--live', '--yes', '--end-image', ''], '--end-image is empty'],
    [['--live', ''], 'The prompt is empty'],
    [['', '--yes'], 'The prompt is empty'],
    [['--live', '\u200b \u00a0'], 'The prompt is empty'],
    [['--live', '--prompt-file', 'none.txt'], 'none.txt cannot be read'],
    [['words', '--prompt-file', 'none.txt'], 'given twice'],
    [['x', '--duration', '99'], '--duration: kling-v3 std renders 3 to 15 s, not 99 s'],
    [['--duration', '7', '--model', 'kling-v1-6'], 'renders 5 or 10 s, not 7 s'],
    [['--model', 'kling-v2-master', '--mode', 'std'], '--mode: '],
    [['--model', 'kling-v1'], 'discontinued'],
  ])('refuses %j before anything is sent', async (flags, words) => {
    const { code, err, out } = await here(['generate', ...flags])
    expect([code, err, out]).toEqual([2, expect.stringContaining(words), ''])
  })

  it('does not let an address count that nobody said counts', async () => {
    vi.stubEnv('REELAY_KLING_BASE_URL', 'http://127.0.0.1:4010/kling')
    const { code, err } = await here(['generate', 'a boat', '--live', '--yes'])
    expect([code, err]).toEqual([2, expect.stringContaining('REELAY_KLING_BASE_URL is set')])
  })

  it('says as JSON what it refuses', async () => {
    const { code, out } = await here(['generate', 'x', '--duration', '99', '--json'])
    expect(code).toBe(2)
    expect(JSON.parse(out)).toMatchObject({
      error: {
        code: 'ERR_USAGE',
        outcome: 'none',
        problems: [{ flag: '--duration', field: 'duration', fix: 'Use 15.' }],
      },
    })
  })
})
