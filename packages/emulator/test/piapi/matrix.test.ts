import { describe, expect, it } from 'vitest'
import { versions } from '../../src/piapi/kinds/versions.ts'
import { versionsOf } from '../../src/piapi/kinds.ts'
import { createRig, turbo } from './rig.ts'

type Row = readonly [version: string, over: Record<string, unknown>, usd: number | 'refused']

// US dollars: the price list per 5 s or per second, times the length.
const table: readonly Row[] = [
  ['1.0', {}, 0.26],
  ['1.5', { mode: 'pro' }, 0.46],
  ['1.6', {}, 0.26],
  ['1.6', { mode: 'pro', duration: 10 }, 0.92],
  ['2.0', {}, 0.96],
  ['2.1', {}, 0.26],
  ['2.1-master', { duration: 10 }, 1.92],
  ['2.5', {}, 0.2],
  ['2.5', { mode: 'pro', duration: 10 }, 0.66],
  ['2.5', { enable_audio: true }, 'refused'],
  ['2.6', {}, 0.2],
  ['2.6', { mode: 'pro' }, 0.33],
  ['2.6', { mode: 'pro', enable_audio: true }, 0.66],
  ['2.6', { duration: 3 }, 'refused'],
  ['2.6', { duration: 15 }, 'refused'],
  ['3.0', {}, 0.5],
  ['3.0', { enable_audio: true }, 0.75],
  ['3.0', { mode: 'pro' }, 0.75],
  ['3.0', { mode: 'pro', enable_audio: true }, 1],
  ['3.0', { duration: 3 }, 0.3],
  ['3.0', { duration: 15, mode: 'pro' }, 2.25],
  ['3.0', { duration: 2 }, 'refused'],
  ['3.0', { duration: 16 }, 'refused'],
  [
    '3.0',
    {
      duration: 99,
      multi_shots: [
        { prompt: 'a', duration: 3 },
        { prompt: 'b', duration: 4 },
      ],
    },
    0.7,
  ],
]

describe('PiAPI versions and prices', () => {
  const rig = createRig()

  it.each(table)('%s %j: %s', async (version, over, usd) => {
    rig.control.reset()
    const { status, body } = await rig.create({ version, ...over })
    const [entry] = rig.control.ledger()
    if (usd === 'refused') {
      expect([status, entry]).toEqual([400, undefined])
      return
    }
    expect(status).toBe(200)
    const microUsd = Math.round(usd * 1_000_000)
    expect(entry).toMatchObject({
      provider: 'piapi',
      op: 'video_generation',
      model: `kling/${version}`,
      mode: over.mode ?? 'std',
      microUsd,
      units: microUsd * 10,
    })
    expect(body.data.meta.usage.frozen).toBe(microUsd * 10)
  })

  it.each([
    [5, 280_000],
    [10, 560_000],
  ])('turbo of %i s costs %i', async (duration, microUsd) => {
    rig.control.reset()
    await rig.create({}, turbo({ duration }))
    expect(rig.control.ledger()[0]).toMatchObject({ model: 'kling-turbo/2.5-turbo', mode: 'pro', microUsd })
  })

  it('refuses versions nobody prices any more, when told to', async () => {
    const strict = createRig({ piapi: { unverifiedVersions: 'refuse' } })
    for (const [version, row] of Object.entries(versions)) {
      if (row.model !== 'kling') continue
      expect((await strict.create({ version })).status).toBe(row.state === 'current' ? 200 : 400)
    }
  })

  it('prices every cell it lists in whole millionths of a dollar', () => {
    for (const row of Object.values(versionsOf).flatMap((known) => Object.values(known))) {
      for (const mode of row.modes) {
        const { silent = 0, audio = 0 } = row.rates[mode] ?? {}
        expect(Number.isInteger(silent) && silent > 0).toBe(true)
        if (row.audio) expect(audio).toBeGreaterThan(silent)
      }
    }
  })
})
