import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import axe, { type AxeResults } from 'axe-core'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { comparisonPage } from '../src/page/page.ts'
import { pageInput } from './page.ts'

// In a real Chromium: `.ci/run` installs Debian's.
const executablePath = process.env.REELAY_TEST_CHROMIUM ?? '/usr/bin/chromium'

let folder: string
let browser: Browser
const addresses: string[] = []
const requests = [
  { model: 'kling-v3', mode: 'std', prompt: 'A boat' },
  { model: 'kling-v2-6', mode: 'pro', duration: 10, generateAudio: true, prompt: 'A-boat-'.repeat(40) },
  // Of which nobody has a price.
  { model: 'kling-v2-6', mode: 'std', duration: 7, prompt: 'A boat' },
] as const

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-browser-'))
  for (const [at, request] of requests.entries()) {
    const file = join(folder, `${at}.html`)
    await writeFile(file, await comparisonPage(pageInput({ kind: 'text-to-video', ...request })))
    addresses.push(pathToFileURL(file).href)
  }
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
})
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true, force: true })
})

const screens = {
  light: { colorScheme: 'light', width: 1100 },
  dark: { colorScheme: 'dark', width: 1100 },
  '400 px': { colorScheme: 'light', width: 400 },
  '400 px, dark': { colorScheme: 'dark', width: 400 },
  print: { colorScheme: 'dark', width: 1100, media: 'print' },
} as const

describe.each(Object.entries(screens))('a page of prices, %s', (name, screen) => {
  it.each([0, 1, 2])('is quiet, asks nobody, fits and can be used by anybody (request %d)', async (at) => {
    const { colorScheme, width } = screen
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 } })
    const page = await context.newPage()
    if ('media' in screen) await page.emulateMedia({ media: screen.media, colorScheme })
    const heard: string[] = []
    const asked: string[] = []
    page.on('console', (message) => heard.push(`${message.type()}: ${message.text()}`))
    page.on('pageerror', (error) => heard.push(String(error)))
    page.on('request', (request) => asked.push(request.url()))
    const address = addresses[at] ?? ''
    await page.goto(address, { waitUntil: 'load' })
    expect(asked.filter((url) => !url.startsWith('data:'))).toEqual([address])
    expect(heard).toEqual([])

    const inner = await page.evaluate('document.documentElement.scrollWidth')
    if (!('media' in screen)) expect(inner).toBe(width)
    const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor')
    const isDark = colorScheme === 'dark' && !('media' in screen)
    expect(ground).toBe(isDark ? 'rgb(20, 24, 29)' : 'rgb(255, 255, 255)')
    const shown = await page.locator('svg:visible').count()
    const drawn = await page.locator('figure').count()
    expect(shown, 'one drawing of each chart').toBe(drawn)

    // The page forbids scripts, and evaluate is not one of its own.
    await page.evaluate(axe.source)
    const result = (await page.evaluate('axe.run()')) as AxeResults
    const bad = result.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    expect(bad.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
    expect(result.passes.map(({ id }) => id)).toContain('color-contrast')

    if (name === 'light') {
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.className')).toBe('skip')
      expect(await page.locator('.skip').boundingBox()).toMatchObject({ x: expect.closeTo(8, 0) })
      await page.keyboard.press('Enter')
      expect(await page.evaluate('document.activeElement.id')).toBe('prices')
      await page.keyboard.press('Tab')
      expect(await page.evaluate('document.activeElement.matches("[tabindex], a")')).toBe(true)
    }
    await context.close()
  })
})
