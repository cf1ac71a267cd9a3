import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { formatUsd, type RenderRequest } from '@reelay/core'
import { expect, it, vi } from 'vitest'
import { main } from '../src/cli/main.ts'
import { providerColours } from '../src/page/colours.ts'
import { escaped, sourceLink } from '../src/page/escape.ts'
import { marketOf } from '../src/page/market.ts'
import { comparisonPage } from '../src/page/page.ts'
import { pageInput } from './page.ts'

const clip: RenderRequest = { kind: 'text-to-video', prompt: 'A boat', model: 'kling-v3', mode: 'std' }
const input = pageInput(clip)
const page = await comparisonPage(input)
const market = marketOf(input.comparison, input.providers, input.options)
const rows = [...page.matchAll(/<tr[ >].*?<\/tr>/g)].map(([row]) => row)

it('loads nothing: no script, no address but links to sources, and a policy that forbids the rest', () => {
  expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`)
  const withoutLinks = page.replace(/<a href="https:\/\/[^"]*" rel="noreferrer noopener">/g, '')
  expect(withoutLinks).not.toMatch(/https?:|\/\/[a-z]|url\(|@import|<script|<img|<iframe|\son[a-z]+=/i)
  expect([...page.matchAll(/\s(?:src|href|srcset)="([^"]*)"/g)].map(([, at]) => at)).toSatisfy(
    (all: readonly string[]) => all.every((at) => at === 'data:,' || /^(#|https:\/\/)/.test(at)),
  )
})

it('has a row for every price that it draws, with date, basis and source', () => {
  const drawn = [...market.models, ...market.lengths].flatMap(({ offers }) => offers)
  const ids = new Set(drawn.map(({ provider }) => provider))
  expect([...ids].sort()).toEqual(['fal', 'kling', 'piapi', 'replicate'])
  const lengths = new Set(market.lengths.map(({ quality }) => quality.seconds))
  expect([...lengths].sort((a = 0, b = 0) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15])
  for (const { provider, model, mode, seconds, total, basis, asOf, source } of drawn) {
    const found = rows.filter(
      (row) =>
        row.includes(`<th scope="row">${provider} *</th>`) &&
        row.includes(`>${model} ${mode}, ${seconds}&nbsp;s, `),
    )
    expect(found, `${provider} ${model} ${mode} ${seconds}`).toHaveLength(1)
    for (const text of [formatUsd(total), `>${basis}<`, asOf, escaped(source)])
      expect(found[0]).toContain(text)
  }
})

it('marks what is derived wherever it is shown, and nothing else', () => {
  const isDerived = (row: string): boolean => row.includes('>derived<')
  const priced = rows.filter((row) => row.includes('<time>'))
  expect(priced.filter(isDerived).length).toBeGreaterThan(0)
  for (const row of priced) {
    expect(row.startsWith('<tr class="derived">'), row).toBe(isDerived(row))
    expect(/class="number price">~\$/.test(row), row).toBe(isDerived(row))
  }
  const [bars = ''] = page.match(/<svg class="wide"[^>]*aria-label="Bars.*?<\/svg>/s) ?? []
  const amounts = market.models.flatMap(({ offers }) => offers)
  const derived = amounts.filter(({ basis }) => basis === 'derived')
  expect(bars.match(/stroke-dasharray="4,2"/g)).toHaveLength(derived.length)
  expect(bars.match(/>~\$/g)?.length).toBeGreaterThanOrEqual(derived.length)
  expect(bars.match(/>\$/g)).toHaveLength(amounts.length - derived.length)
})

it('gives a provider one colour in both charts, whoever is the cheapest', async () => {
  const loud = pageInput({ ...clip, model: 'kling-v2-6', mode: 'pro', duration: 10, generateAudio: true })
  const text = await comparisonPage(loud)
  const [bars = '', , points = ''] = text.match(/<svg .*?<\/svg>/gs) ?? []
  const [first] = loud.comparison.groups[0]?.offers ?? []
  expect(first?.provider).toBe('piapi')
  // The second of those who are asked, though the cheapest here.
  const [, orange] = providerColours
  const legend = [...points.matchAll(/class="mark-symbol role-legend-symbol".*?stroke="([^"]*)"/gs)].map(
    ([, is]) => is,
  )
  const labels = [...points.matchAll(/role-legend-label".*?<text[^>]*>([^<]*)</gs)].map(([, is]) => is)
  expect(legend[labels.indexOf('piapi')]).toBe(orange?.light)
  expect(bars.match(/stroke="(#[^"]*)"[^>]*stroke-dasharray="4,2"/)?.[1]).toBe(orange?.light)
})

it('says what a price is per, and shows no words that nobody typed', async () => {
  const picture = pageInput({ kind: 'text-to-image', prompt: 'A boat made up' })
  const page = await comparisonPage({ ...picture, made: ['prompt'] })
  expect(page).toMatch(/<th scope="col" class="number">Per image<\/th>/)
  expect(page).not.toContain('A boat made up')
  expect(await comparisonPage(picture)).toContain('<blockquote>A boat made up</blockquote>')
  expect(await comparisonPage(pageInput(clip))).toContain('Per second</th>')
})

it('says who has no offer, and why', async () => {
  const turbo = await comparisonPage(pageInput({ ...clip, model: 'kling-v3-turbo' }))
  expect(turbo).toMatch(/<dt>kling <span class="why">\(not sold\)/)
  const odd = await comparisonPage(pageInput({ ...clip, model: 'kling-v2-6', duration: 7 }))
  expect(odd).toContain('Nobody has a price for this.')
  expect(odd).toContain('Nearest there: --duration')
})

it('escapes every text, and draws each as it is', async () => {
  const evil = `<script>alert("1")</script>'&$\`$'`
  const other = pageInput({ ...clip, prompt: evil })
  const text = await comparisonPage({ ...other, nameOf: ({ provider }) => `${evil}${provider}` })
  expect(text).not.toContain('<script')
  expect(text).toContain(`<blockquote>${escaped(evil)}</blockquote>`)
  expect(text).toContain(`<th scope="row">${escaped(evil)}kling *</th>`)
  expect(text.match(/<!doctype html>/g)).toHaveLength(1)
  expect(sourceLink('javascript:alert(1)')).not.toContain('<a')
  expect(sourceLink('kling.ai/a"b')).not.toContain('<a')
  expect(sourceLink('kling.ai/prices')).toContain('href="https://kling.ai/prices"')
  expect(sourceLink('http://kling.ai/prices')).toContain('href="http://kling.ai/prices"')
})

it('can be read where colours do not come through: charts have words, and dark colours for each light one', () => {
  const charts = [...page.matchAll(/<svg [^>]*>/g)].map(([open]) => open)
  expect(charts).toHaveLength(4)
  for (const open of charts) expect(open).toMatch(/role="img" aria-label="(Bars|Points): \d+ prices/)
  expect(page.match(/<svg [^>]*><title>(Bars|Points): /g)).toHaveLength(4)
  for (const { light, dark } of providerColours) expect(page).toContain(`svg [fill="${light}"]{fill:${dark}}`)
  expect(page).not.toContain('graphics-')
  // A colour that the dark page does not know stays dark on dark.
  const known = [...page.matchAll(/svg \[fill="([^"]*)"\]/g)].map(([, colour]) => colour)
  const used = [...page.matchAll(/ (?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour)
  expect(used.filter((colour) => !['none', 'transparent', ...known].includes(colour))).toEqual([])
})

it('is written by reelay compare --html, over a page and over nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'reelay-page-'))
  vi.spyOn(process.stdout, 'write').mockImplementation((_, ...rest) => {
    const done = rest.find((one) => typeof one === 'function') as (() => void) | undefined
    done?.()
    return true
  })
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  try {
    const file = join(folder, 'prices.html')
    const flags = ['compare', '--model', 'kling-v3', '--mode', 'std', '--html']
    for (const _ of [1, 2]) expect(await main([...flags, file])).toBe(0)
    expect(await readFile(file, 'utf8')).toContain('<h1>What kling-v3 std, 5 s, silent costs</h1>')
    expect(await main([...flags, join(folder, 'photo.png')])).toBe(2)
    expect(await main([...flags, join(folder, 'none', 'prices.html')])).toBe(2)
    expect(await main([...flags, file, '--json'])).toBe(2)
  } finally {
    vi.restoreAllMocks()
    process.exitCode = undefined
    await rm(folder, { recursive: true, force: true })
  }
})
