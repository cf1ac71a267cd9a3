import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type JournalEntry, openPurchases, purchaseId } from '../../src/index.ts'
import { fileJournal } from '../../src/node/index.ts'
import { entriesOf, intent, submission } from './journaled-support.ts'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reelay-journal-'))
  path = join(folder, 'deep', 'journal.jsonl')
})
afterEach(() => rm(folder, { recursive: true }))

const never = { fsync: 'never' } as const
const day = 24 * 60 * 60_000
const settled = (purchase: string): JournalEntry => ({
  type: 'settled',
  purchase,
  verdict: 'not-created',
  at: 1,
})
const reserved = (id: string, amount: number, at = 1) =>
  ({ type: 'reserved', id, budget: 'day', amount, at }) as const

describe('fileJournal', () => {
  it.each(['always', 'never'] as const)(
    'keeps entries in order across instances, fsync %s',
    async (fsync) => {
      expect(await entriesOf(fileJournal(path, { fsync }))).toEqual([])
      const all = ['a', 'b', 'c'].map(settled)
      await fileJournal(path, { fsync }).append(settled('a'))
      const second = fileJournal(path, { fsync })
      await Promise.all([second.append(settled('b')), second.append(settled('c'))])
      expect(await entriesOf(fileJournal(path))).toEqual(all)
      expect(await readFile(path, 'utf8')).toBe(all.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    },
  )

  it('skips a line torn by a crash, and starts the next one afresh', async () => {
    const journal = fileJournal(path)
    await journal.append(settled('a'))
    await appendFile(path, '{"type":"settled","purch')
    expect(await entriesOf(journal)).toEqual([settled('a')])
    await journal.append(settled('b'))
    expect(await entriesOf(journal)).toEqual([settled('a'), settled('b')])
  })

  it('counts a last line that lacks only its newline', async () => {
    const journal = fileJournal(path)
    await journal.append(settled('a'))
    await truncate(path, (await readFile(path)).length - 1)
    expect(await entriesOf(journal)).toEqual([settled('a')])
    await journal.append(settled('b'))
    expect(await entriesOf(journal)).toEqual([settled('a'), settled('b')])
  })

  it('skips what it does not understand', async () => {
    const journal = fileJournal(path)
    await journal.append(settled('a'))
    const strange = ['null', '7', '[]', '{}', '{"type":"intent","at":1}', '{"type":"later","at":1}', '\u0000']
    await appendFile(path, `${strange.join('\n')}\n`)
    await journal.append(settled('b'))
    expect(await entriesOf(journal)).toEqual([settled('a'), settled('b')])
  })

  it('never throws and never loses a complete line, however it is appended to and cut', async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('append' as const), text: fc.string({ unit: 'grapheme' }) }),
      fc.record({ do: fc.constant('cut' as const), bytes: fc.nat(80) }),
      fc.record({ do: fc.constant('tear' as const), text: fc.string({ unit: 'grapheme', maxLength: 20 }) }),
    )
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const file = join(folder, `${++run}.jsonl`)
        await writeFile(file, '')
        const journal = fileJournal(file, never)
        for (const one of steps) {
          if (one.do === 'append') await journal.append(settled(`p${one.text}`))
          // What a crash in the middle of a write leaves: the beginning of a line, cut at any byte.
          else if (one.do === 'tear') await appendFile(file, JSON.stringify(settled(one.text)).slice(0, -1))
          else await truncate(file, Math.max(0, (await readFile(file)).length - one.bytes))
          const expected = (await readFile(file, 'utf8')).split('\n').flatMap((line): JournalEntry[] => {
            try {
              const entry: JournalEntry = JSON.parse(line)
              return 'purchase' in entry && entry.purchase !== '' ? [entry] : []
            } catch {
              return []
            }
          })
          expect(await entriesOf(journal)).toEqual(expected)
          if (one.do === 'append') expect(expected.at(-1)).toEqual(settled(`p${one.text}`))
        }
      }),
      { numRuns: 150 },
    )
  })

  it('reads lines longer than a chunk, and characters cut by its border', async () => {
    const journal = fileJournal(path, never)
    const long = ['x'.repeat(65_500), 'ü'.repeat(70_001), '🎬'.repeat(50_003)].map(settled)
    for (const entry of long) await journal.append(entry)
    expect(await entriesOf(journal)).toEqual(long)
  })

  it('gives a claim once, and again when it was given back', async () => {
    const [one, two] = [fileJournal(path), fileJournal(path)]
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 ? one : two).claim('p', `h${n}`)),
    )
    const states = claims.map(({ state }) => state)
    expect(states.filter((state) => state === 'new')).toHaveLength(1)
    const winner = `h${states.indexOf('new')}`
    for (const claim of claims) if (claim.state === 'taken') expect(claim.requestHash).toBe(winner)
    await two.unclaim('p')
    await two.unclaim('p')
    expect(await one.claim('p', 'h')).toEqual({ state: 'new' })
    expect(await readdir(`${path}.claims`)).toHaveLength(1)
  })

  it('reserves up to the limit, counting what others append, from where it last read', async () => {
    const [one, two] = [fileJournal(path, never), fileJournal(path, never)]
    expect(await one.reserve(reserved('a', 60), 100, 0)).toEqual({ state: 'reserved' })
    expect(await two.reserve(reserved('b', 60), 100, 0)).toEqual({ state: 'exceeded', used: 60 })
    await two.append({ type: 'spent', id: 'a', budget: 'day', amount: 30, at: 2 })
    // A crash leaves a torn line in between.
    await appendFile(path, '{"type":"reserv')
    expect(await one.reserve(reserved('c', 60), 100, 0)).toEqual({ state: 'reserved' })
    expect(await two.reserve(reserved('d', 20), 100, 0)).toEqual({ state: 'exceeded', used: 90 })
    expect(await one.reserve(reserved('e', 10), 100, 0)).toEqual({ state: 'reserved' })
  })

  it('compacts away what is closed and old, with its keys, and nothing else', async () => {
    const journal = fileJournal(path, never)
    const now = Date.now()
    const names = ['closed', 'recent', 'open'] as const
    for (const idempotencyKey of names) {
      const of = { ...submission, idempotencyKey }
      const { startedAt: _startedAt, ...shared } = of
      const handle = { ...shared, id: `task-${idempotencyKey}`, submittedAt: 1 }
      const at = idempotencyKey === 'recent' ? now - day : now - 40 * day
      await journal.claim(purchaseId(of), 'hash')
      await journal.append(intent(of, at))
      await journal.append({ type: 'verdict', submission: of, outcome: 'accepted', handle, at })
      if (idempotencyKey !== 'open') await journal.append({ type: 'ended', handle, status: 'succeeded', at })
    }
    await journal.append(reserved('old', 1, now - 40 * day))
    await journal.append(reserved('new', 2, now - day))
    expect(await journal.compact()).toEqual({ kept: 6, dropped: 4 })
    expect(await openPurchases(journal)).toMatchObject([{ submission: { idempotencyKey: 'open' } }])
    const again = names.map((idempotencyKey) =>
      journal.claim(purchaseId({ ...submission, idempotencyKey }), 'hash'),
    )
    expect((await Promise.all(again)).map(({ state }) => state)).toEqual(['new', 'taken', 'taken'])
    expect(await journal.reserve(reserved('x', 9), 10, now - 30 * day)).toEqual({
      state: 'exceeded',
      used: 2,
    })
    expect(await journal.compact()).toEqual({ kept: 6, dropped: 0 })
  })
})
