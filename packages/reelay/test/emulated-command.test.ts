import { once } from 'node:events'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { providers } from '../src/providers.ts'
import { createDesk, type Desk } from './cli-process.ts'

let desk: Desk
beforeEach(() => {
  desk = createDesk()
})
afterEach(() => desk.close())

const program = (name: string): string => join(import.meta.dirname, 'programs', name)
const bin = join(import.meta.dirname, '../src/bin.ts')
const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? ''

/** What every adapter reads, as its manifest says, with what a person who pays has there. */
const realKeys = Object.fromEntries(
  Object.values(providers)
    .flatMap(({ manifest }) => [
      ...Object.values(manifest.options).flatMap((option) => ('env' in option ? (option.env ?? []) : [])),
      ...(manifest.webhooks?.env ?? []),
    ])
    .flat()
    .map((name) => [name, `costs-money-${name}`]),
)

describe('reelay emulate -- COMMAND', () => {
  it('runs unmodified programs, and says what they bought where it is not in the way', async () => {
    const { code, out, err } = await desk.run(
      ['emulate', '--speed', '200', '--', process.execPath, program('every-adapter.ts')],
      { env: realKeys },
    )
    expect([code, err]).toEqual([0, expect.stringMatching(/^reelay: bought on the emulator: 4 tasks; at/)])
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { provider: 'kling', host: 'cdn.klingai.com', isClip: true },
      { provider: 'fal', host: 'v3b.fal.media', isClip: true },
      { provider: 'piapi', host: 'img.theapi.app', isClip: true },
      { provider: 'replicate', host: 'replicate.delivery', isClip: true },
    ])
    expect(err).toMatch(/^ {2}kling +kling-v3 std +\$0\.42 +succeed$/m)
  })

  it('says it in JSON too, still on stderr, and ends as the command does', async () => {
    const code = 'fetch("https://queue.fal.run/x").then(() => process.exit(5))'
    const ended = await desk.run(['emulate', '--json', '--', process.execPath, '--eval', code])
    expect([ended.code, ended.out]).toEqual([5, ''])
    expect(JSON.parse(ended.err)).toEqual({ bought: [], microUsd: 0, exitCode: 5 })
  })

  it('leaves a command that is no Node, or that clears NODE_OPTIONS, no real key', async () => {
    const { code, out } = await desk.run(['emulate', '--', 'env'], { env: realKeys })
    expect(code).toBe(0)
    expect(out).not.toContain('costs-money')
    for (const name of Object.keys(realKeys))
      expect(out).toMatch(new RegExp(`^${name}=.*not-real|^${name}=whsec_`, 'm'))
  })

  it('gives the command line itself its clip, with --live and without an address', async () => {
    const live = ['generate', 'A paper boat', '--live', '--yes', '--provider', 'fal', '--json']
    const ended = await desk.run([
      'emulate',
      '--speed',
      '200',
      '--json',
      '--',
      process.execPath,
      bin,
      ...live,
    ])
    expect(ended.code, ended.err).toBe(0)
    expect(JSON.parse(ended.out)).toMatchObject({ handle: { provider: 'fal' }, prompt: 'A paper boat' })
    expect((await desk.files()).filter((file) => file.endsWith('.mp4'))).toHaveLength(1)
    expect(JSON.parse(lastLine(ended.err)).bought).toHaveLength(1)
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'passes %s on, and the exit code back',
    async (signal) => {
      const child = desk.start(['emulate', '--', process.execPath, program('waits.ts')])
      let out = ''
      child.stdout?.on('data', (chunk) => {
        out += chunk
        if (!child.killed && out.includes('waiting')) child.kill(signal)
      })
      expect(await once(child, 'close')).toEqual([7, null])
      expect(out).toBe(`waiting\ngot ${signal}\n`)
    },
  )

  it('tells of a command that a signal ended as shells do', async () => {
    const { code } = await desk.run([
      'emulate',
      '--',
      process.execPath,
      '--eval',
      'process.kill(process.pid, "SIGKILL")',
    ])
    expect(code).toBe(137)
  })

  it.each([
    [['--'], 'Nothing stands behind --'],
    [['--', 'no-such-command-here'], '"no-such-command-here" could not be run: there is no such command.'],
    [['--env', '--', 'node'], '--env is for a shell'],
    [['--sped', '3', '--', 'node', '--speed'], 'There is no flag --sped. Did you mean --speed?'],
  ])('refuses %j', async (words, message) => {
    const { code, err, out } = await desk.run(['emulate', ...words])
    expect([code, out, err]).toEqual([2, '', expect.stringContaining(message)])
  })
})
