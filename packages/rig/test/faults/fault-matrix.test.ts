import { readFile, writeFile } from 'node:fs/promises'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import type { ProviderId } from '@reelay/emulator'
import { providerIds } from '@reelay/rig/all'
import { describe, expect, it } from 'vitest'
import { faultPage, type Matrix } from './fault-page.ts'
import { type FaultRow, faultRows } from './fault-rows.ts'
import { compositions, strike, type Verdict } from './fault-run.ts'

const page = fileURLToPath(new URL('../../../../docs/what-happens-to-my-money.md', import.meta.url))
const matrix = new Map<FaultRow, Record<string, Record<ProviderId, Verdict>>>()

const cases = faultRows.flatMap((row) =>
  Object.entries(compositions).flatMap(([composition, { only = providerIds }]) =>
    only.map((provider) => ({ row, composition, provider, title: row.title })),
  ),
)

function note({ row, composition, provider }: (typeof cases)[number], verdict: Verdict): void {
  const by = matrix.get(row) ?? {}
  matrix.set(row, {
    ...by,
    [composition]: { ...by[composition], [provider]: verdict } as Record<ProviderId, Verdict>,
  })
}

// One at a time: each run replaces the runtime's fetch.
describe('when', { concurrent: false }, () => {
  it.each(cases)('$title ($composition $provider)', async (one) => {
    const verdict = await strike(one.row, one.provider, one.composition)
    note(one, verdict)
    const { outcome, charged, posts, search, unhandled } = verdict
    const paid = charged.struck + charged.others
    expect(paid, 'tasks paid for').toBeLessThanOrEqual(1)
    expect(unhandled, 'unhandled rejections').toBe(0)
    // A verdict is a promise about the ledger.
    if (outcome === 'accepted') expect(paid).toBe(1)
    if (outcome === 'none' || outcome === 'rejected') expect(paid).toBe(0)
    if (outcome === 'unknown') expect(posts.others, 'paid requests after an open verdict').toBe(0)
    const proof = !(one.provider === 'piapi' || (one.provider === 'fal' && one.composition !== 'sole'))
    const seen = proof ? 'found' : 'candidates'
    if (outcome === 'unknown') expect(search).toBe(paid > 0 ? seen : 'not-found-yet')
    expect(posts.struck).toBeLessThanOrEqual(one.provider === 'kling' ? 2 : 1)
    if (!verdict.again) return
    const { again, ...first } = verdict
    expect(first, 'the verdict without a journal').toEqual(matrix.get(one.row)?.failover?.[one.provider])
    expect(again.charged, 'tasks paid for in the end').toBe(again.outcome === 'accepted' ? 1 : paid)
    if (outcome === 'accepted') expect(again).toMatchObject({ outcome, provider: verdict.provider })
    // Only what is surely free may be bought elsewhere.
    if (outcome === 'unknown') expect(again.provider).toBe(one.provider)
  })
})

describe('docs/what-happens-to-my-money.md', () => {
  it('says what these runs came to', async () => {
    const text = faultPage(matrix as Matrix)
    if (process.env.REELAY_WRITE_DOCS) await writeFile(page, text)
    expect(await readFile(page, 'utf8'), 'REELAY_WRITE_DOCS=1 writes it anew').toBe(text)
  })
})
