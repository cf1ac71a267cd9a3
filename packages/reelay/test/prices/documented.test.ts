import type { Mode, RenderRequest } from '@reelay/core'
import { describe, expect, test } from 'vitest'
import { createMarket } from '../../../rig/test/witness/market.ts'

const { providers } = await createMarket()

type Line = readonly [
  kind: 't' | 'i',
  model: string,
  mode: Mode,
  seconds: number,
  sound: 'silent' | 'audio',
  usd: number,
]

/**
 * Typed from the providers' own pages, and where they have none from what clients wrote down, never from our tables: Kling's
 * price page (transcribed 2026-08-13, checked 2026-10-04), PiAPI's price list and references (2026), fal's model pages and
 * bills (2026-07 to 2026-11), Replicate's billing data (2026-10-05; o1 2026-06-04; older models 2025-05-31 and 2026).
 */
const documented: Readonly<Record<string, readonly Line[]>> = {
  kling: [
    ['t', 'kling-v3', 'std', 5, 'silent', 0.42],
    ['t', 'kling-v3', 'std', 5, 'audio', 0.63],
    ['t', 'kling-v3', 'std', 3, 'silent', 0.252],
    ['i', 'kling-v3', 'std', 15, 'audio', 1.89],
    ['t', 'kling-v3', 'pro', 5, 'silent', 0.56],
    ['t', 'kling-v3', 'pro', 10, 'audio', 1.68],
    ['i', 'kling-v3', 'pro', 7, 'silent', 0.784],
    ['t', 'kling-v3', '4k', 5, 'silent', 2.1],
    ['i', 'kling-v3', '4k', 10, 'audio', 4.2],
    ['t', 'kling-v2-6', 'std', 5, 'silent', 0.21],
    ['i', 'kling-v2-6', 'std', 10, 'silent', 0.42],
    ['t', 'kling-v2-6', 'pro', 5, 'silent', 0.35],
    ['t', 'kling-v2-6', 'pro', 10, 'silent', 0.7],
    ['t', 'kling-v2-6', 'pro', 5, 'audio', 0.7],
    ['t', 'kling-v2-6', 'pro', 10, 'audio', 1.4],
    ['t', 'kling-v2-5-turbo', 'std', 5, 'silent', 0.21],
    ['i', 'kling-v2-5-turbo', 'std', 10, 'silent', 0.42],
    ['t', 'kling-v2-5-turbo', 'pro', 5, 'silent', 0.35],
    ['i', 'kling-v2-5-turbo', 'pro', 10, 'silent', 0.7],
    ['i', 'kling-v2-1', 'std', 5, 'silent', 0.28],
    ['t', 'kling-v2-1-master', 'pro', 5, 'silent', 1.4],
    ['t', 'kling-v1-6', 'pro', 10, 'silent', 0.98],
  ],
  piapi: [
    ['t', 'kling-v1-6', 'std', 5, 'silent', 0.26],
    ['i', 'kling-v1-6', 'pro', 5, 'silent', 0.46],
    ['t', 'kling-v2-1-master', 'pro', 5, 'silent', 0.96],
    ['t', 'kling-v2-5', 'std', 5, 'silent', 0.2],
    ['i', 'kling-v2-5', 'pro', 5, 'silent', 0.33],
    ['t', 'kling-v2-5-turbo', 'pro', 5, 'silent', 0.28],
    ['t', 'kling-v2-5-turbo', 'pro', 10, 'silent', 0.56],
    ['t', 'kling-v2-6', 'std', 5, 'silent', 0.2],
    ['t', 'kling-v2-6', 'pro', 5, 'silent', 0.33],
    ['t', 'kling-v3', 'std', 5, 'silent', 0.5],
    ['t', 'kling-v3', 'std', 5, 'audio', 0.75],
    ['i', 'kling-v3', 'pro', 10, 'silent', 1.5],
    ['t', 'kling-v3', 'pro', 15, 'audio', 3],
    ['t', 'kling-v3-omni', 'std', 5, 'silent', 0.5],
    ['t', 'kling-v3-omni', 'std', 3, 'audio', 0.45],
    ['t', 'kling-v3-omni', 'pro', 5, 'silent', 0.75],
    ['t', 'kling-v3-omni', 'pro', 5, 'audio', 1],
    ['t', 'kling-video-o1', 'std', 5, 'silent', 0.39],
    ['t', 'kling-video-o1', 'std', 10, 'silent', 0.78],
    ['t', 'kling-video-o1', 'pro', 5, 'silent', 0.52],
    ['t', 'kling-video-o1', 'pro', 10, 'silent', 1.04],
    ['t', 'kling-v4', 'std', 10, 'audio', 1.667],
    ['t', 'kling-v4', 'pro', 10, 'audio', 2.5],
    ['t', 'kling-v4-flash', 'std', 10, 'audio', 1],
  ],
  fal: [
    ['t', 'kling-v1', 'std', 5, 'silent', 0.225],
    ['t', 'kling-v1-6', 'std', 5, 'silent', 0.28],
    ['t', 'kling-v1-6', 'pro', 5, 'silent', 0.49],
    ['i', 'kling-v2-1', 'std', 5, 'silent', 0.28],
    ['i', 'kling-v2-1', 'pro', 5, 'silent', 0.49],
    ['t', 'kling-v2-1-master', 'pro', 5, 'silent', 1.4],
    ['i', 'kling-v2-5-turbo', 'std', 5, 'silent', 0.21],
    ['i', 'kling-v2-5-turbo', 'pro', 5, 'silent', 0.35],
    ['t', 'kling-v2-5-turbo', 'pro', 10, 'silent', 0.7],
    ['t', 'kling-v2-6', 'pro', 5, 'silent', 0.35],
    ['t', 'kling-v2-6', 'pro', 5, 'audio', 0.7],
    ['i', 'kling-v2-6', 'pro', 10, 'audio', 1.4],
    ['t', 'kling-v3', 'std', 5, 'silent', 0.42],
    ['t', 'kling-v3', 'std', 5, 'audio', 0.63],
    ['i', 'kling-v3', 'pro', 5, 'silent', 0.56],
    ['t', 'kling-v3', 'pro', 15, 'audio', 2.52],
    ['t', 'kling-v3', '4k', 5, 'audio', 2.1],
    ['t', 'kling-v3-turbo', 'std', 5, 'silent', 0.56],
    ['t', 'kling-v3-turbo', 'pro', 5, 'silent', 0.7],
    ['t', 'kling-v3-omni', 'std', 5, 'silent', 0.42],
    ['t', 'kling-v3-omni', 'pro', 5, 'silent', 0.56],
    ['i', 'kling-v3-omni', '4k', 5, 'silent', 2.1],
    ['i', 'kling-video-o1', 'std', 5, 'silent', 0.42],
    ['i', 'kling-video-o1', 'pro', 10, 'silent', 1.12],
  ],
  replicate: [
    ['i', 'kling-v1-5', 'std', 5, 'silent', 0.25],
    ['i', 'kling-v1-5', 'pro', 5, 'silent', 0.475],
    ['t', 'kling-v1-6', 'std', 10, 'silent', 0.5],
    ['i', 'kling-v1-6', 'pro', 10, 'silent', 0.95],
    ['t', 'kling-v2-master', 'pro', 5, 'silent', 1.4],
    ['i', 'kling-v2-1', 'std', 5, 'silent', 0.25],
    ['i', 'kling-v2-1', 'pro', 10, 'silent', 0.9],
    ['t', 'kling-v2-1-master', 'pro', 5, 'silent', 1.4],
    ['t', 'kling-v2-5-turbo', 'pro', 5, 'silent', 0.35],
    ['t', 'kling-v2-6', 'pro', 5, 'silent', 0.35],
    ['i', 'kling-v2-6', 'pro', 10, 'audio', 1.4],
    ['t', 'kling-v3', 'std', 5, 'silent', 0.84],
    ['t', 'kling-v3', 'std', 5, 'audio', 1.26],
    ['i', 'kling-v3', 'pro', 5, 'silent', 1.12],
    ['t', 'kling-v3', 'pro', 10, 'audio', 3.36],
    ['t', 'kling-v3', '4k', 5, 'silent', 2.1],
    ['i', 'kling-v3', '4k', 5, 'audio', 2.1],
    ['t', 'kling-v3-omni', 'std', 5, 'audio', 1.12],
    ['t', 'kling-v3-omni', 'pro', 5, 'audio', 1.4],
    ['t', 'kling-video-o1', 'std', 5, 'silent', 0.42],
    ['i', 'kling-video-o1', 'pro', 5, 'silent', 0.56],
  ],
}

const requestOf = ([kind, model, mode, duration, sound]: Line): RenderRequest => {
  // A row with sound always takes no switch.
  const generateAudio = sound === 'audio' && !model.startsWith('kling-v4') ? { generateAudio: true } : {}
  const shared = { model, mode, duration, prompt: 'A paper boat in the rain', ...generateAudio }
  if (kind === 't') return { kind: 'text-to-video', ...shared }
  return { kind: 'image-to-video', startImage: 'https://example.com/start.png', ...shared }
}

describe.each(Object.entries(documented))('%s', (id, lines) => {
  const provider = providers.find((one) => one.id === id)

  test('at least twenty prices are documented', () => {
    expect(lines.length).toBeGreaterThanOrEqual(20)
  })

  test.each(lines)('%s %s %s, %i s %s: $%d', (...line) => {
    expect(provider?.quote(requestOf(line))).toMatchObject({
      type: 'exact',
      microUsd: Math.round(line[5] * 1_000_000),
    })
  })

  test('every row says where its price stands and when that was read', () => {
    for (const { model, mode, price, source, asOf } of provider?.catalog.offers ?? []) {
      for (const day of [asOf, price.asOf]) {
        expect([model, mode, day, new Date(day).toISOString().slice(0, 10)]).toEqual([model, mode, day, day])
        expect(Date.parse(day)).toBeLessThanOrEqual(Date.now())
      }
      expect(Math.min(source.trim().length, price.source.trim().length)).toBeGreaterThan(5)
    }
  })

  test('a price of the list stands at an address: its host is looked up, not searched for', () => {
    for (const { model, mode, kind, price } of provider?.catalog.offers ?? []) {
      const { basis = 'list', rates } = price
      const isListed = typeof basis === 'string' ? basis === 'list' : Object.values(basis).includes('list')
      if (!isListed || Object.keys(rates).length === 0) continue
      expect(price.source, `${kind} ${model} ${mode}`).toMatch(/^(?:[a-z0-9-]+\.)+(?:ai|com)\/\S+/)
    }
  })
})
