import { mkdtempSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isClipOffer } from '@reelay/core'
import { credentialVariables } from '@reelay/core/adapter'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'
import { createPng } from '@reelay/rig'
import { parse } from 'csv-parse/sync'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { main } from '../src/cli/main.ts'
import { adapters } from '../src/config/registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'reelay-recommend-'))
const here = process.cwd()
const variables = Object.keys(adapters).flatMap((id) => credentialVariables(adapters[id]?.manifest as never))
beforeEach(() => {
  process.chdir(folder)
  vi.stubGlobal('fetch', () => {
    throw new Error('something was sent')
  })
  // The developer's own keys are none of ours.
  for (const name of variables) vi.stubEnv(name, '')
})
afterEach(() => {
  process.chdir(here)
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
  process.exitCode = undefined
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What a stream was given. */
function caught(stream: NodeJS.WriteStream): () => string {
  let text = ''
  vi.spyOn(stream, 'write').mockImplementation((chunk, ...rest) => {
    text += String(chunk)
    const done = rest.find((one) => typeof one === 'function') as (() => void) | undefined
    done?.()
    return true
  })
  return () => text
}

async function run(...args: readonly string[]) {
  const [out, err] = [caught(process.stdout), caught(process.stderr)]
  const code = await main(args)
  vi.restoreAllMocks()
  process.exitCode = undefined
  return { code, out: out(), err: err() }
}

const kling = ['--providers', 'kling'] as const

describe('reelay recommend', () => {
  it('writes CSV: what is recommended, then every row that was passed over, each with its reason', async () => {
    const final = ['recommend', 'A boat', '--for', 'final', ...kling] as const
    const { code, out } = await run(...final, '--csv')
    const found = JSON.parse((await run(...final, '--json')).out)
    const [first, unasked, ...passed] = parse(out, { columns: true }) as Record<string, string>[]
    expect(code).toBe(0)
    expect(first).toMatchObject({
      status: 'recommended',
      provider: found.provider,
      model: found.model,
      mode: found.mode,
      total_micro_usd: String(found.quote.microUsd),
      basis: found.quote.basis,
      source: found.quote.source,
    })
    expect(unasked).toMatchObject({ status: 'without-asking', model: found.withoutAsking.model })
    expect(passed.map(({ provider, model, mode, rule }) => [provider, model, mode, rule])).toEqual(
      found.passedOver.map((one: Record<string, string>) => [one.provider, one.model, one.mode, one.rule]),
    )
    for (const { status, reason } of passed) expect([status, reason !== '']).toEqual(['passed-over', true])
  })

  it('writes CSV where nothing fits as well, and ends with 1', async () => {
    const { code, out } = await run('recommend', 'A boat', '--max-cost', '0.01', '--csv')
    const [first] = parse(out, { columns: true }) as Record<string, string>[]
    expect([code, first?.status]).toEqual([1, 'after-a-change'])
    expect(first?.reason).toMatch(/^Raise the budget to \$/)
    expect((await run('recommend', 'A boat', '--json', '--csv')).err).toContain('two answers')
  })

  it('names the clip, its price and its reasons, each with its source, and the command', async () => {
    const { code, out, err } = await run('recommend', 'A boat', ...kling)
    expect(code).toBe(0)
    expect(out).toMatch(/clip +kling-v2-5-turbo std/)
    expect(out).toMatch(/price +\$0\.21, 1\.5 units \(list price, as of \d{4}-\d\d-\d\d\)/)
    expect(out).toMatch(/\[draft-on-cheapest; kling\.ai\/document-api\/pricing.*, \d{4}-\d\d-\d\d\]/)
    expect(out).toMatch(/Passed over: \d+ by draft-on-cheapest, \d+ by only-current \(--all\)\./)
    expect(err).toContain("reelay generate 'A boat' --model kling-v2-5-turbo --mode std --provider kling")
  })

  it('goes by what the clip is for, what it may cost, and how soon', async () => {
    const dear = await run('recommend', '--for', 'final', '--max-cost', '0.6', 'A boat', ...kling)
    expect(dear.out).toMatch(/clip +kling-v3 pro/)
    const soon = await run('recommend', '--for', 'final', '--within', '90', 'A boat', ...kling)
    expect(soon.out).toMatch(/clip +kling-v2-5-turbo std/)
  })

  it('says what to ask about before a master tier', async () => {
    const { out } = await run('recommend', '--for', 'final', 'A boat', ...kling)
    expect(out).toMatch(/clip +kling-v3 4k/)
    expect(out).toMatch(/unasked +kling-v3 pro at kling, \$0\.56/)
    expect(out).toContain('[ask-before-master; ')
  })

  it('says what would fit where nothing does, and ends with 1', async () => {
    const { code, out } = await run('recommend', '--max-cost', '0.01', 'A boat', ...kling)
    expect(code).toBe(1)
    expect(out).toContain('cost more than the budget')
    expect(out).toContain('Raise the budget to $0.21. Then kling-v2-5-turbo std at kling fits.')
  })

  it('answers a script in one document, without the bytes of pictures', async () => {
    await writeFile(join(folder, 'boat.png'), createPng(640, 640))
    const { code, out } = await run('recommend', 'A boat', '--image', 'boat.png', '--json', ...kling)
    expect(code).toBe(0)
    const told = JSON.parse(out)
    expect(told).toMatchObject({
      type: 'clip',
      provider: 'kling',
      request: { kind: 'image-to-video', startImage: 'boat.png', model: told.model, mode: told.mode },
      quote: { type: 'exact', microUsd: 210_000 },
      mustConfirm: false,
      missingKeys: ['KLINGAI_API_KEY'],
    })
    expect(told.reasons[0]).toMatchObject({
      rule: 'draft-on-cheapest',
      fact: { type: 'price', most: 210_000 },
    })
    const none = await run(
      'recommend',
      'A boat',
      '--image',
      'boat.png',
      '--max-cost',
      '0.01',
      '--json',
      ...kling,
    )
    expect(none.code).toBe(1)
    expect(JSON.parse(none.out)).toMatchObject({
      type: 'none',
      nearest: [{ intent: { startImage: 'boat.png', maxCost: 210_000 } }],
    })
  })

  it('lists every row that was passed over', async () => {
    const { out } = await run('recommend', 'A boat', '--all', ...kling)
    const rows = createKling().catalog.offers.filter(({ kind }) => kind === 'text-to-video')
    expect(out.match(/^ {2}kling kling-/gm)).toHaveLength(rows.length - 1)
  })

  it.each([
    [['--for', 'fun'], '--for takes draft, final'],
    [['--max-cost', '$1'], '--max-cost takes a number'],
    [['--within', 'tomorrow'], '--within takes a number'],
    [['--audio', '--silent'], 'two wishes'],
    [['--duration', '0'], '--duration'],
  ])('refuses %j', async (args, words) => {
    const { code, err } = await run('recommend', 'A boat', ...args)
    expect(code).toBe(2)
    expect(err).toContain(words)
  })
})

describe('reelay models', () => {
  const all = [createKling(), createPiapi(), createFal(), createReplicate()].flatMap(
    ({ catalog }) => catalog.offers,
  )
  const rows = async (...args: readonly string[]) => JSON.parse((await run('models', '--json', ...args)).out)

  it('lists every row of everybody', async () => {
    expect(await rows()).toHaveLength(all.length)
    const { out, err } = await run('models')
    expect(out.trimEnd().split('\n')).toHaveLength(all.length + 1)
    expect(err).toContain(`${all.length} rows`)
  })

  it('has the price per second that a quote comes to, with whose it is and of when', async () => {
    const [row] = await rows(...kling, '--model', 'kling-v2-6', '--mode', 'pro', '--kind', 'text-to-video')
    const quote = (generateAudio: boolean) =>
      createKling().quote({
        kind: 'text-to-video',
        prompt: 'A boat',
        model: 'kling-v2-6',
        mode: 'pro',
        generateAudio,
      })
    const [silent, sound] = [quote(false), quote(true)]
    if (silent.type !== 'exact' || sound.type !== 'exact') throw new Error('Choose another row.')
    expect(row).toMatchObject({
      per_second_micro_usd: silent.microUsd / 5,
      per_second_with_sound_micro_usd: sound.microUsd / 5,
      basis: silent.basis,
      price_as_of: silent.asOf,
      price_source: silent.source,
    })
  })

  it('filters', async () => {
    const count = async (...args: readonly string[]): Promise<number> => (await rows(...args)).length
    expect(await count('--state', 'discontinued')).toBe(
      all.filter(({ state }) => state === 'discontinued').length,
    )
    expect(await count('--sound')).toBe(
      all.filter((row) => isClipOffer(row) && row.limits.audio !== 'never').length,
    )
    expect(await count('--end-image')).toBe(
      all.filter((row) => isClipOffer(row) && row.limits.endImage !== false).length,
    )
    expect(await count('--mode', '4k', ...kling)).toBe(5)
    const cheap = await rows('--max-price-per-second', '0.05')
    expect(cheap.length).toBeGreaterThan(5)
    for (const row of cheap) {
      expect(row.per_second_micro_usd ?? row.per_second_with_sound_micro_usd).toBeLessThanOrEqual(50_000)
    }
    const loud = await rows('--max-price-per-second', '0.13', '--sound')
    for (const row of loud) expect(row.per_second_with_sound_micro_usd).toBeLessThanOrEqual(130_000)
    expect(loud.length).toBeGreaterThan(3)
  })

  it('writes CSV, and says where nothing is left', async () => {
    const { out } = await run('models', '--csv', '--mode', '4k', ...kling)
    const [head, ...lines] = out.trimEnd().split('\n')
    expect(head?.split(',').slice(0, 6)).toEqual(['name', 'provider', 'account', 'kind', 'model', 'mode'])
    expect(lines).toHaveLength(5)
    const none = await run('models', '--model', 'veo')
    expect([none.code, none.out]).toEqual([1, ''])
    const empty = await run('models', '--model', 'veo', '--csv')
    expect([empty.code, empty.out]).toEqual([1, `${head}\n`])
  })

  it.each([
    [['--state', 'new'], '--state takes'],
    [['--kind', 'opera'], '--kind takes'],
    [['--json', '--csv'], 'two answers'],
    [['kling-v3'], 'one word too many'],
  ])('refuses %j', async (args, words) => {
    const { code, err } = await run('models', ...args)
    expect(code).toBe(2)
    expect(err).toContain(words)
  })
})
