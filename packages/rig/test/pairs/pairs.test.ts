import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Reason, unheld } from './reasons.ts'
import { recorded } from './recorded.ts'

const packages = new URL('../../../', import.meta.url)

/** Of which folders a reader's tests take their pairs. */
const folders = {
  adapter: (provider: string) => [`${provider}/test/fixtures/`, `${provider}/test/webhooks/fixtures/`],
  wire: (provider: string) => [
    `emulator/test/${provider}/fixtures/`,
    `emulator/test/webhooks/fixtures/${provider}/`,
  ],
}
const suites = {
  adapter: (provider: string) => [`${provider}/test/`, 'core/test/replies/', 'rig/src/'],
  wire: (provider: string) => [`emulator/test/${provider}/`, 'emulator/test/webhooks/', 'rig/src/'],
}
type Reader = keyof typeof folders

const namesIn = (folder: string): readonly string[] => {
  const url = new URL(folder, packages)
  if (!existsSync(url)) return []
  return readdirSync(url)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.replace('.json', ''))
}
const held = (reader: Reader, provider: string): readonly string[] =>
  folders[reader](provider).flatMap(namesIn)

/** What the tests of a reader say, all of it. */
const words = (reader: Reader, provider: string): string =>
  suites[reader](provider)
    .flatMap((folder) =>
      readdirSync(new URL(folder, packages), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
        .map((file) => readFileSync(new URL(`${folder}${file}`, packages), 'utf8')),
    )
    .join('\n')
    // A table that only says where else one is checked checks nothing.
    .replaceAll(/^.*\['elsewhere'\].*$/gm, '')

// Cards of all models, read by tests of their own.
const cards = ['kling-endpoints', 'kling-inputs']

describe.each(
  Object.keys(recorded).flatMap((provider) =>
    (['adapter', 'wire'] as const).map((reader) => [provider, reader] as const),
  ),
)('recorded pairs of %s: the %s', (provider, reader) => {
  const all = recorded[provider] ?? []
  const reasons: readonly Reason[] = unheld[provider]?.[reader] ?? []
  const reasonFor = (name: string): Reason | undefined => reasons.find(({ of }) => of.test(name))
  const mine = held(reader, provider).filter((name) => !cards.includes(name))

  test('is held to each, or a reason says why not', () => {
    const lacking = all.filter((name) => !mine.includes(name) && !reasonFor(name))
    expect(lacking).toEqual([])
  })

  test('has no reason for what it is held to, none for nothing, and no pair that nobody recorded', () => {
    expect(mine.filter((name) => reasonFor(name))).toEqual([])
    expect(reasons.filter(({ of }) => !all.some((name) => of.test(name)))).toEqual([])
    expect(mine.filter((name) => !all.includes(name))).toEqual([])
  })

  test('has a test that names each, where none tries its whole folder', () => {
    const said = words(reader, provider)
    // The wires' own tables: whatever is in the folder is sent, and what they leave out is named.
    const [left] = reader === 'wire' ? [leftOut(provider)] : [mine]
    // Pairs of a create and its result may be named together.
    const namings = (name: string): readonly string[] => [name, name.replace(/^(submit|result)_/, '')]
    const silent = left.filter(
      (name) => !namings(name).some((one) => new RegExp(`(?<![\\w-])${one}(?![\\w-])`).test(said)),
    )
    expect(silent).toEqual([])
  })
})

/** Deliveries, and what a wire's own table of pairs does not send by itself. */
function leftOut(provider: string): readonly string[] {
  const table = readFileSync(new URL(`emulator/test/${provider}/fixtures.test.ts`, packages), 'utf8')
  const inFolder = namesIn(`emulator/test/${provider}/fixtures/`).filter((name) => !cards.includes(name))
  const [, elsewhere = ''] = /const elsewhere = \[([^\]]*)\]/.exec(table) ?? []
  const patterned =
    provider === 'replicate' ? inFolder.filter((name) => !/^(cancel|create|error|get)_/.test(name)) : []
  return [
    ...patterned,
    ...inFolder.filter((name) => elsewhere.includes(`'${name}'`)),
    ...namesIn(`emulator/test/webhooks/fixtures/${provider}/`),
  ]
}
