import { mkdtempSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compare, type VideoProvider } from '@reelay/core'
import { credentialVariables } from '@reelay/core/adapter'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { csvOf } from '../src/cli/csv.ts'
import { main } from '../src/cli/main.ts'
import { createSources, missingInWords, offersTable, qualityInWords } from '../src/cli/offers.ts'
import { adapters } from '../src/config/registry.ts'

const folder = mkdtempSync(join(tmpdir(), 'reelay-compare-'))
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

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value)
  const [out, err] = [caught(process.stdout), caught(process.stderr)]
  const code = await main(args)
  vi.restoreAllMocks()
  process.exitCode = undefined
  return { code, out: out(), err: err() }
}

const std = ['--model', 'kling-v3', '--mode', 'std']

describe('reelay compare', () => {
  it('shows every provider’s price without a key, each with its source and date, and sends nothing', async () => {
    const { code, out, err } = await run(['compare', ...std])
    expect(code).toBe(0)
    expect(out).toMatch(/^kling-v3 std, 5 s, silent$/m)
    for (const id of ['kling', 'piapi', 'fal', 'replicate']) {
      const [line = ''] = new RegExp(`^ {2}${id} \\*.*$`, 'm').exec(out) ?? []
      expect(line, id).toMatch(/\$\d+\.\d\d+ .*(list|~?\$.*derived|derived).* \d{4}-\d\d-\d\d +\[\d+\]$/)
      if (line.includes('derived')) expect(line).toMatch(/~\$.* {2}~\$/)
    }
    expect(out).toMatch(/^Sources$/m)
    expect(out).toMatch(/^ {2}\[1\] \S/m)
    expect(err).toContain('You asked for this model and this mode.')
    expect(err).toContain('* has no key yet')
    expect(err).toContain('fal: FAL_KEY')
  })

  it('answers a script with one document, pictures by their names', async () => {
    await writeFile(
      join(folder, 'boat.png'),
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    )
    const { code, out } = await run(['compare', '--image', 'boat.png', '--near', '--json', 'It drifts'])
    expect(code).toBe(0)
    const document = JSON.parse(out)
    expect(document.request).toMatchObject({
      kind: 'image-to-video',
      startImage: 'boat.png',
      model: 'kling-v3',
    })
    expect(document.chosen.why).toContain('You named no model')
    expect(document.groups[0].offers[0]).toMatchObject({
      total: expect.any(Number),
      source: expect.any(String),
    })
    expect(document.near.length).toBeGreaterThan(0)
  })

  it('says with --fields what becomes of the request at each provider', async () => {
    const args = ['compare', '--fields', ...std, '--duration', '10', '--aspect-ratio', '9:16', 'A boat']
    const { out } = await run(args)
    expect(out).toMatch(/^Fields at kling$/m)
    expect(out).toMatch(/^ {2}duration +converted: 10 becomes "10" \(duration\)$/m)
    expect(out).toMatch(/^ {2}aspectRatio +renamed: aspect_ratio$/m)
    const { fields } = JSON.parse((await run([...args, '--json'])).out)
    expect(fields.map(({ provider }: { provider: string }) => provider)).toHaveLength(4)
  })

  it('writes CSV: offers, what is near, and who has none', async () => {
    const { code, out } = await run(['compare', '--model', 'kling-v3-turbo', '--near', '--csv'])
    expect(code).toBe(0)
    const [heading = '', ...lines] = out.trimEnd().split('\n')
    expect(heading.split(',').slice(0, 4)).toEqual(['status', 'differs', 'name', 'provider'])
    expect(heading).toContain('total_micro_usd')
    expect(lines.map((line) => line.split(',')[0])).toEqual(
      expect.arrayContaining(['asked', 'near', 'not-sold']),
    )
  })

  it('names what is missing and what is nearest, and ends with 1 where nobody has a price', async () => {
    const { code, out, err } = await run([
      'compare',
      '--model',
      'kling-v2-6',
      '--mode',
      'std',
      '--duration',
      '7',
    ])
    expect(code).toBe(1)
    expect(out).toMatch(/^No offer$/m)
    expect(out).toMatch(/kling: .*not 7 s/)
    expect(out).toContain('Nearest there: --duration')
    expect(out).toMatch(/fal: .*Sold by kling, piapi\./)
    expect(err).toContain('--near')
  })

  it('leaves out with --usable what has no key, and takes the names and keys of a configuration', async () => {
    const config = {
      providers: {
        main: { use: 'kling', apiKey: { env: 'STUDIO_KLING' } },
        spare: { use: 'fal', apiKey: { env: 'STUDIO_FAL' } },
      },
      defaults: { model: 'kling-v3', mode: 'pro' },
    }
    await writeFile(join(folder, 'studio.json'), JSON.stringify(config))
    const args = ['compare', '--config', 'studio.json', '--usable', 'A boat']
    const { code, out } = await run(args, { STUDIO_KLING: 'key', FAL_KEY: 'id:secret' })
    expect(code).toBe(0)
    expect(out).toMatch(/^kling-v3 pro, 5 s, silent$/m)
    expect(out).toMatch(/^ {2}main \(kling\) /m)
    expect(out).toMatch(/spare \(fal\): There is no key for fal: set STUDIO_FAL\./)
    expect(out).not.toContain('replicate')
  })

  it('says so where nobody has a key', async () => {
    const { code, out, err } = await run(['compare', '--usable', ...std])
    expect(code).toBe(1)
    expect(out).toContain('set FAL_KEY')
    expect(err).toContain('There is no key for any of them; nothing was sent.')
  })

  it('refuses what it does not understand', async () => {
    for (const args of [
      ['--json', '--csv'],
      ['--providers', 'kling,kling'],
      ['--providers', 'klong'],
    ]) {
      expect((await run(['compare', ...args])).code).toBe(2)
    }
  })
})

describe('reelay quote', () => {
  it('says one provider’s price, where it is from and how old it is', async () => {
    const { code, out, err } = await run(['quote', '--provider', 'kling', ...std])
    expect(code).toBe(0)
    expect(out).toMatch(/^ {2}price +\$0\.42, 3 units \(list price, as of \d{4}-\d\d-\d\d\)$/m)
    expect(out).toMatch(/^ {2}source +\S/m)
    expect(out).toMatch(/^ {2}key +none yet: set KLINGAI_API_KEY$/m)
    expect(err).toContain('You asked for this model')
  })

  it('answers a script with the same', async () => {
    const { out } = await run(['quote', '--provider', 'fal', '--json', ...std])
    expect(JSON.parse(out)).toMatchObject({
      quote: { type: 'exact', asOf: expect.any(String) },
      offer: { provider: 'fal', total: expect.any(Number), missingKeys: ['FAL_KEY'] },
    })
  })

  it('refuses what the provider cannot render', async () => {
    const { code, err } = await run(['quote', '--provider', 'kling', '--model', 'kling-v3-turbo'])
    expect(code).toBe(2)
    expect(err).toContain('nothing was sent')
  })
})

describe('the words of a comparison', () => {
  const all: readonly VideoProvider[] = [createKling(), createPiapi(), createFal(), createReplicate()]
  const { groups, missing } = compare(
    { kind: 'text-to-video', prompt: 'A boat', model: 'kling-v2-6', mode: 'pro', generateAudio: true },
    all,
    { near: false },
  )

  it.each([120, 80, 60, 40])('fit %d columns', (width) => {
    const sources = createSources()
    const lines = groups.flatMap((group) => offersTable(group, sources, ({ provider }) => provider, width))
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
    const text = lines.join('\n')
    for (const { offers } of groups) for (const { asOf } of offers) expect(text).toContain(asOf)
  })

  it('name the clip', () => {
    expect(groups.map(({ quality }) => qualityInWords(quality))).toEqual(['kling-v2-6 pro, 5 s, with sound'])
    for (const one of missing) expect(missingInWords(one)).not.toBe('')
  })

  it('as CSV are quoted where they must be, and are no formulas', () => {
    expect(
      csvOf(
        ['a', 'b'],
        [
          { a: 'x, "y"', b: '=1+1' },
          { a: -0.5, b: undefined },
        ],
      ),
    ).toBe(['a,b', '"x, ""y""",\'=1+1', '-0.5,'].join('\n'))
  })
})
