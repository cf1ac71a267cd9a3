import { createEmulated } from '@reelay/rig/all'
import { describe, expect, it } from 'vitest'
import {
  type FinishedDraft,
  generate,
  journaled,
  memoryJournal,
  type PromoteOptions,
  promote,
  promotionKey,
  promotionOf,
  type RecommendedClip,
  ReelayError,
  type RenderRequest,
  usd,
  type VideoProvider,
} from '../../src/index.ts'

const boat: RenderRequest = {
  kind: 'text-to-video',
  prompt: 'A paper boat in the rain',
  model: 'kling-v2-5-turbo',
  mode: 'std',
  duration: 10,
  aspectRatio: '9:16',
}

/** A draft at Kling, finished, and everybody who may make its final. */
async function drafted(request: RenderRequest = boat, at: 'kling' | 'fal' = 'kling') {
  const emulated = createEmulated((fetch) => fetch)
  const leaves = emulated.create()
  const { handle } = await generate(leaves[at], request, { idempotencyKey: 'draft-1' })
  const draft: FinishedDraft = { request, handle }
  const paid = (): readonly string[] => emulated.emulator.control.ledger().map(({ provider }) => provider)
  return { ...emulated, ...leaves, draft, paid }
}

const yes = { confirm: () => true } as const

async function thrownBy(promise: Promise<unknown>): Promise<ReelayError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!ReelayError.isInstance(error)) throw new Error(`Not refused: ${String(error)}`)
  return error
}

describe('the final of a draft', () => {
  it('is the same clip on the best row, quoted and confirmed', async () => {
    const { kling, draft, paid } = await drafted()
    const asked: RecommendedClip[] = []
    const confirm = (final: RecommendedClip): boolean => asked.push(final) > 0
    const task = await promote(draft, [kling], { maxCost: usd(1.2), confirm })
    expect(task.handle).toMatchObject({ model: 'kling-v3', mode: 'pro', provider: 'kling' })
    expect(asked).toHaveLength(1)
    expect(asked[0]?.quote).toMatchObject({ microUsd: usd(1.12) })
    expect(asked[0]?.request).toEqual({ ...boat, generateAudio: false, model: 'kling-v3', mode: 'pro' })
    expect(paid()).toEqual(['kling', 'kling'])
  })

  it('may be made by another provider than the draft', async () => {
    const { kling, fal, draft, paid } = await drafted()
    const { handle } = await promote(draft, [kling, fal], { ...yes, model: 'kling-v3-turbo' })
    expect(handle.provider).toBe('fal')
    expect(paid()).toEqual(['kling', 'fal'])
  })

  it.each([
    ['no', false],
    ['nothing that is no yes', undefined],
  ])('is not bought for %s', async (_name, answer) => {
    const { kling, draft, paid } = await drafted()
    const confirm = (() => answer) as PromoteOptions['confirm']
    const { code, outcome, message } = await thrownBy(promote(draft, [kling], { confirm }))
    expect([code, outcome]).toEqual(['ERR_DECLINED', 'none'])
    expect(message).toContain('$4.20')
    expect(paid()).toEqual(['kling'])
  })

  it('is refused without somebody to ask', async () => {
    const { kling, draft } = await drafted()
    const { code } = await thrownBy(promote(draft, [kling], {} as PromoteOptions))
    expect(code).toBe('ERR_CONFIG')
  })

  it('is refused for what is no draft', async () => {
    const { kling } = await drafted()
    for (const draft of [undefined, { request: boat }, { request: boat, handle: {} }]) {
      const error = await thrownBy(promote(draft as FinishedDraft, [kling], yes))
      expect([error.code, error.outcome]).toEqual(['ERR_INVALID_REQUEST', 'none'])
    }
  })

  it('has the sound that the draft had, whoever adds it unasked', async () => {
    const silent = await drafted()
    const { kling, fal, piapi, replicate } = silent
    const all = [kling, fal, piapi, replicate]
    const final = promotionOf(silent.draft, all)
    if (final.type === 'none') throw new Error(final.why)
    expect(final.request).toMatchObject({ generateAudio: false })
    expect(final.offer.limits).not.toMatchObject({ audio: 'always' })
    expect(final.offer.limits).toHaveProperty('audio')
    // The same handle as if fal's v4 had made it, which always adds sound.
    const handle = { ...silent.draft.handle, provider: 'fal', model: 'kling-v4', mode: 'std' as const }
    const loud = promotionOf({ ...silent.draft, handle }, all)
    if (loud.type === 'none') throw new Error(loud.why)
    expect([loud.offer.model, loud.offer.mode]).toEqual(['kling-v4', 'pro'])
    expect(loud.request).toMatchObject({ generateAudio: true })
  })

  it('stays with the provider that the draft has settings for', async () => {
    const { kling, fal, draft } = await drafted()
    const request = { ...draft.request, providerOptions: { kling: { watermark_info: { enabled: false } } } }
    const final = promotionOf({ ...draft, request }, [fal, kling])
    expect(final.type === 'clip' && final.provider.id).toBe('kling')
    expect(final.passedOver.filter(({ rule }) => rule === 'settings-stay').length).toBeGreaterThan(5)
  })

  it('is better than the draft, or is none', async () => {
    const best = { ...boat, model: 'kling-v3', mode: '4k' } as const
    const { kling, draft, paid } = await drafted(best)
    const error = await thrownBy(promote(draft, [kling], yes))
    expect([error.code, error.outcome]).toEqual(['ERR_UNSUPPORTED', 'none'])
    expect(error.message).toContain('no better than the draft')
    expect(paid()).toHaveLength(1)
  })

  it('is never above what it may cost', async () => {
    const { kling, draft } = await drafted()
    const error = await thrownBy(promote(draft, [kling], { ...yes, maxCost: usd(0.1) }))
    expect([error.code, error.outcome]).toEqual(['ERR_BUDGET', 'none'])
    expect(error.message).toContain('Raise the budget to $')
  })

  it('is quoted again: a price that went up since is refused', async () => {
    const { kling, draft, paid } = await drafted()
    let asked = 0
    // Dear once the row is chosen: `generate` and the purchase itself ask anew.
    const rising: VideoProvider = {
      ...kling,
      appraise(request) {
        const appraisal = kling.appraise(request)
        if (request.mode === 'pro' && request.model === 'kling-v3') asked += 1
        const { quote } = appraisal
        return asked > 1 && quote.type === 'exact'
          ? { ...appraisal, quote: { ...quote, microUsd: quote.microUsd * 2 } }
          : appraisal
      },
    }
    const error = await thrownBy(promote(draft, [rising], { ...yes, maxCost: usd(1.12) }))
    expect([error.code, error.outcome]).toEqual(['ERR_BUDGET', 'none'])
    expect(error.message).toContain('$2.24')
    expect(paid()).toHaveLength(1)
  })
})

describe('a promotion that is begun again', () => {
  const pro = { ...yes, mode: 'pro' } as const

  it('answers with its first clip, and asks nobody', async () => {
    const { kling, draft, paid } = await drafted()
    const provider = journaled(kling, memoryJournal())
    const first = await promote(draft, [provider], pro)
    const confirm = (): boolean => {
      throw new Error('Asked about a clip that is paid.')
    }
    const second = await promote(draft, [provider], { ...pro, confirm })
    expect(second.id).toBe(first.id)
    expect(paid()).toHaveLength(2)
  })

  it('is not bought a second time at Kling even without a journal', async () => {
    const { kling, draft, emulator } = await drafted()
    const first = await promote(draft, [kling], pro)
    // Kling takes an id once, and the same draft has the same key.
    const again = await promote(draft, [kling], pro).catch((error: unknown) => error)
    const tasks = emulator.control.tasks().filter(({ id }) => id !== draft.handle.id)
    expect(tasks.map(({ id }) => id)).toEqual([first.id])
    expect(again).toBeDefined()
  })

  it('is not bought elsewhere either once another row is the best', async () => {
    const { kling, fal, draft, paid } = await drafted()
    const journal = memoryJournal()
    await promote(draft, [journaled(kling, journal)], yes)
    const both = [journaled(kling, journal), journaled(fal, journal)]
    const error = await thrownBy(promote(draft, both, { ...yes, maxCost: usd(1.2) }))
    expect([error.code, error.outcome]).toEqual(['ERR_INVALID_REQUEST', 'none'])
    expect(paid()).toEqual(['kling', 'kling'])
  })

  it('names its clip once nothing fits any more, instead of saying that there is none', async () => {
    const { kling, draft, paid } = await drafted()
    const provider = journaled(kling, memoryJournal())
    const { handle } = await promote(draft, [provider], pro)
    const error = await thrownBy(promote(draft, [provider], { ...pro, maxCost: usd(0.1) }))
    expect([error.code, error.outcome, error.handle]).toEqual(['ERR_INVALID_REQUEST', 'none', handle])
    expect(paid()).toHaveLength(2)
  })

  it('reads its clip where it was bought, though the same row is cheaper elsewhere by now', async () => {
    const { kling, fal, draft, paid } = await drafted()
    const journal = memoryJournal()
    const terms = { ...yes, model: 'kling-v3', mode: 'pro' } as const
    const first = await promote(draft, [journaled(fal, journal)], terms)
    const again = await promote(draft, [journaled(kling, journal), journaled(fal, journal)], terms)
    expect(again.id).toBe(first.id)
    expect(paid()).toEqual(['kling', 'fal'])
  })

  it('has one key per draft and wish', async () => {
    const { draft } = await drafted()
    const keys = await Promise.all([
      promotionKey(draft),
      promotionKey(draft, { mode: 'pro' }),
      promotionKey({ ...draft, handle: { ...draft.handle, id: 'another' } }),
      promotionKey({ ...draft, handle: { ...draft.handle, account: 'another' } }),
    ])
    expect(new Set(keys).size).toBe(4)
    expect(await promotionKey(draft, { maxCost: usd(1) })).toBe(keys[0])
  })
})
