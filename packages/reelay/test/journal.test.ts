import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  guard,
  type Journal,
  journaled,
  noteStored,
  openPurchases,
  usd,
  type VideoProvider,
} from '@reelay/core'
import { createEmulator, type Emulator } from '@reelay/emulator'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { sqliteJournal } from '@reelay/sql'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { columnsIn } from '../src/cli/columns.ts'
import { lengthFlag, sinceFlag } from '../src/cli/journal/when.ts'
import { main } from '../src/cli/main.ts'
import { createDesk, type Desk } from './cli-process.ts'

const request = { kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v3' } as const
let desk: Desk
let emulator: Emulator
let journal: Required<Journal>
let file = ''

beforeEach(() => {
  desk = createDesk()
  emulator = createEmulator()
  file = join(desk.folder, 'journal.db')
  journal = sqliteJournal(file)
})
afterEach(async () => {
  await journal.close()
  await desk.close()
})

/** Runs the command line in this process: none of these commands sends anything. */
async function reelay(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' }
  vi.spyOn(process.stdout, 'write').mockImplementation((chunk, ...rest: unknown[]) => {
    written.out += chunk
    for (const done of rest) if (typeof done === 'function') done()
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    written.err += chunk
    return true
  })
  const code = await main([...args, '--journal', file])
  vi.restoreAllMocks()
  process.exitCode = 0
  return { code, ...written }
}

const linesOf = (text: string): readonly Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

function provider(id: 'kling' | 'fal'): VideoProvider {
  const { clock, fetch } = emulator
  const { baseURL, hosts, env } = emulator.providers('http://127.0.0.1')[id]
  const shared = { clock, fetch, baseURL: hosts ?? baseURL, official: true } as const
  return id === 'kling'
    ? createKling({ ...shared, apiKey: env.KLINGAI_API_KEY ?? '' })
    : createFal({ ...shared, apiKey: env.FAL_KEY ?? '' })
}

/** One order that is closed and stored, one that goes on, one without a verdict, one that came to nothing. */
async function fill(): Promise<void> {
  const budget = { amount: usd(5), windowMs: 86_400_000, name: 'studio' }
  const kling = journaled(guard(provider('kling'), { budget, journal }), journal)
  const done = await kling.submit(request, { idempotencyKey: 'done' })
  emulator.control.advance(600_000)
  await kling.get(done.handle)
  await noteStored(journal, done.handle, { state: 'done' }, Date.now())
  await kling.submit(request, { idempotencyKey: 'going' })
  emulator.control.setBalance(0, { provider: 'kling' })
  await kling.submit(request, { idempotencyKey: 'poor' }).catch(() => undefined)
  emulator.control.fault({ provider: 'fal', on: 'create', kind: 'lost-after-create' })
  const fal = journaled(provider('fal'), journal)
  await fal.submit(request, { idempotencyKey: 'lost' }).catch(() => undefined)
}

describe('reelay journal', () => {
  it('lists what was bought: who, what, how it stands, what it cost, when', async () => {
    await fill()
    const { code, out, err } = await reelay('journal')
    expect(code).toBe(0)
    const rows = out
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/))
    expect(rows.map(([key, ...rest]) => [key, ...rest.slice(0, -1)])).toEqual([
      ['key', 'provider', 'model', 'state', 'task', 'stored', 'money'],
      ['done', 'kling', 'kling-v3 std', 'bought', 'succeeded', 'done', '$0.42'],
      ['going', 'kling', 'kling-v3 std', 'bought*', 'going on', 'not asked', '$0.42 quoted'],
      ['poor', 'kling', 'kling-v3 std', 'nothing', 'not asked', 'none'],
      ['lost', 'fal', 'kling-v3 std', 'unknown*', 'not asked', expect.stringMatching(/^\$\d/)],
    ])
    for (const row of rows.slice(1)) expect(row.at(-1)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d$/)
    expect(err).toContain('4 purchases, 2 open')
  })

  it.each([
    [['--open'], ['going', 'lost']],
    [['--state', 'nothing'], ['poor']],
    [
      ['--state', 'bought'],
      ['done', 'going'],
    ],
    [['--provider', 'fal'], ['lost']],
    [['--open', '--provider', 'kling'], ['going']],
    [
      ['--since', '7d'],
      ['done', 'going', 'poor', 'lost'],
    ],
    [['--since', '2999-01-01'], []],
  ])('filters by %j, for machines too', async (flags, keys) => {
    await fill()
    const { code, out } = await reelay('journal', ...flags, '--json')
    expect([code, out === '' ? [] : linesOf(out).map(({ key }) => key)]).toEqual([0, keys])
  })

  it.each([
    [['--state', 'paid'], '--state takes bought, nothing, unknown, unreadable'],
    [['--since', 'yesterday'], '--since takes a date such as 2026-11-01'],
    [['--opne'], 'Did you mean --open?'],
    [['shwo'], 'There is no command "journal shwo". Use one of journal, journal show'],
    [['show'], 'KEY'],
    [['show', 'nobody'], 'knows no order, task or purchase "nobody"'],
    [['prune'], 'Say how old: --older-than 90d'],
    [['prune', '--older-than', '90'], '--older-than takes a length of time'],
    [['prune', '--older-than', '0d'], '--older-than takes a length of time'],
  ])('refuses %j', async (words, message) => {
    await journal.order('x')
    const { code, err } = await reelay('journal', ...words)
    expect([code, err]).toEqual([2, expect.stringMatching(new RegExp(message.replaceAll('?', '\\?'), 'i'))])
  })

  it('is not made by asking for it', async () => {
    file = join(desk.folder, 'none.db')
    expect(await reelay('journal')).toMatchObject({
      code: 2,
      err: expect.stringContaining('There is no journal'),
    })
    await expect(stat(file)).rejects.toThrow('ENOENT')
    file = join(desk.folder, 'journal.jsonl')
    const told = await reelay('journal')
    expect(told).toMatchObject({ code: 2, err: expect.stringContaining(`${desk.folder}/journal.db`) })
  })

  it('explains itself and its commands', async () => {
    const { out } = await reelay('journal', '--help')
    for (const part of ['journal show', 'journal export', 'journal prune', '--since', 'Nothing is sent'])
      expect(out).toContain(part)
    expect((await reelay('journal', 'prune', '--help')).out).toContain('reelay journal prune')
  })

  it('shows and exports what it cannot read, and never forgets it', async () => {
    await fill()
    const later = '{"v":2,"key":"going","news":true}'
    const database = new DatabaseSync(file)
    database.prepare('UPDATE reelay_orders SET doc = ? WHERE key = ?').run(later, 'going')
    database.close()
    const listed = linesOf((await reelay('journal', '--provider', 'piapi', '--json')).out)
    expect(listed).toEqual([
      { key: 'going', state: 'unreadable', open: true, why: expect.stringContaining('version 2') },
    ])
    expect((await reelay('journal', '--state', 'unreadable')).out).toMatch(/going +unreadable\*/)
    const shown = await reelay('journal', 'show', 'going')
    expect(shown).toMatchObject({ code: 0, out: expect.stringContaining('may have been paid for') })
    const lines = linesOf((await reelay('journal', 'export')).out)
    expect(lines.find(({ type }) => type === 'unreadable')).toMatchObject({ key: 'going', doc: later })
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 100 * 86_400_000 })
    expect((await reelay('journal', 'prune', '--older-than', '1d', '--yes')).out).toContain(
      '2 left, 2 of them open',
    )
    vi.useRealTimers()
    expect(await journal.order('going')).toMatchObject({ v: 'unreadable' })
  })
})

describe('reelay journal show', () => {
  it('shows every purchase and every request of an order, by its key or by what it is called elsewhere', async () => {
    await fill()
    const [open] = await openPurchases(journal)
    const { out } = await reelay('journal', 'show', 'going')
    for (const part of [
      'order    going',
      'state     bought',
      `task      ${open?.handle?.id}`,
      'quote     $0.42, 3 units (list price',
      'stored    not asked',
      'accepted (',
      'It is open: reelay resume sees to it.',
    ])
      expect(out).toContain(part)
    for (const name of [open?.id ?? '', open?.handle?.id ?? ''])
      expect((await reelay('journal', 'show', name)).out).toBe(out)
    const json = await reelay('journal', 'show', 'going', '--json')
    expect(JSON.parse(json.out)).toEqual(await journal.order('going'))
  })
})

describe('reelay journal export', () => {
  it('writes every order and reservation, one a line, and never over an earlier one', async () => {
    await fill()
    const { out } = await reelay('journal', 'export')
    const lines = linesOf(out)
    const orders = lines.filter(({ type }) => type === 'order').map(({ order }) => order)
    expect(orders.map((order) => (order as { key: string }).key)).toEqual(['done', 'going', 'poor', 'lost'])
    expect(orders[0]).toEqual(await journal.order('done'))
    const reservations = lines.filter(({ type }) => type === 'reservation')
    expect(reservations.map(({ reservation }) => reservation)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ budget: 'studio', key: 'done', amount: 420_000, spent: true }),
      ]),
    )
    const to = join(desk.folder, 'export.jsonl')
    const told = await reelay('journal', 'export', '--to', to)
    expect(told).toMatchObject({ code: 0, err: expect.stringContaining(`Wrote ${lines.length} lines`) })
    expect(await readFile(to, 'utf8')).toBe(out)
    expect(await reelay('journal', 'export', '--to', to)).toMatchObject({
      code: 2,
      err: expect.stringContaining('is there already'),
    })
    expect(await readFile(to, 'utf8')).toBe(out)
  })
})

describe('a large journal', () => {
  it('is exported to the last line, whatever the pace of the reader, and without a word beside it', async () => {
    await fill()
    await journal.close()
    const database = new DatabaseSync(file)
    database.exec(`
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
      INSERT INTO reelay_orders (key, began, at, open, doc)
      SELECT 'bulk-' || i, began, at, open, json_set(doc, '$.key', 'bulk-' || i) FROM n, reelay_orders WHERE key = 'done'`)
    database.close()
    const { code, out, err } = await desk.run(['journal', 'export', '--journal', file])
    const orders = linesOf(out).filter(({ type }) => type === 'order')
    expect([code, err, orders.length]).toEqual([0, '', 3_004])
  })
})

describe('reelay journal prune', () => {
  const keys = async (): Promise<readonly string[]> => {
    const all: string[] = []
    for await (const { key } of journal.orders()) all.push(key)
    return all
  }
  const old = async (): Promise<void> => {
    await fill()
    // The emulator's day, as the journal has it, is a day of the past for the command line.
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 100 * 86_400_000 })
  }
  afterEach(() => void vi.useRealTimers())

  it('forgets what is closed and old, says so, and leaves what is open or counts', async () => {
    await old()
    const before = await journal.reserve({ ...asked, id: 'probe-1' })
    const { code, out } = await reelay('journal', 'prune', '--older-than', '90d', '--yes')
    expect([code, out]).toEqual([0, expect.stringMatching(/^Forgot 2 orders; 2 left, 2 of them open\./)])
    expect(await keys()).toEqual(['going', 'lost'])
    expect(await journal.reserve({ ...asked, id: 'probe-2' })).toMatchObject({
      used: before.state === 'exceeded' ? before.used : -1,
    })
    expect((await reelay('journal', 'prune', '--older-than', '90d', '--yes')).out).toMatch(/^Nothing in /)
  })

  it('asks first, and forgets nothing where nobody can be asked', async () => {
    await old()
    const { code, err } = await reelay('journal', 'prune', '--older-than', '90d')
    expect([code, err]).toEqual([2, expect.stringContaining('Add --yes to forget')])
    expect(await keys()).toHaveLength(4)
  })

  it('says as JSON what it did', async () => {
    await old()
    const { out } = await reelay('journal', 'prune', '--older-than', '4w', '--yes', '--json')
    expect(JSON.parse(out)).toEqual({ forgotten: 2, left: 2, open: 2 })
  })

  const asked = {
    budget: 'studio',
    key: 'probe',
    amount: 1,
    limit: 0,
    windowMs: Number.POSITIVE_INFINITY,
    at: 0,
  }
})

describe('columns', () => {
  const columns = (key: string) => [
    { title: 'key', cells: [key, 'b'], least: 6 },
    { title: 'state', cells: ['bought', ''] },
    { title: 'when', cells: ['2026-11-26 21:04', '2026-11-26 21:05'] },
  ]

  it('fit the terminal: the widest gives way, down to its least', () => {
    for (const width of [40, 60, 80])
      for (const line of columnsIn(columns('k'.repeat(200)), width))
        expect(line.length).toBeLessThanOrEqual(width)
    expect(columnsIn(columns('kk'), 80)).toEqual([
      '  key  state   when',
      '  kk   bought  2026-11-26 21:04',
      '  b            2026-11-26 21:05',
    ])
    expect(columnsIn(columns('k'.repeat(9)), 34)[1]).toBe('  kkkkk…  bought  2026-11-26 21:04')
  })

  it('become blocks where that is too little', () => {
    expect(columnsIn(columns('kkk'), 20)).toEqual([
      '  kkk',
      '    state  bought',
      '    when   2026-11-26 21:04',
      '  b',
      '    when   2026-11-26 21:05',
    ])
  })

  it('show control characters instead of obeying them', () => {
    expect(columnsIn(columns('\u001b[2J'), 80)[1]).toContain('\\u001b[2J')
  })
})

describe('a time as a flag', () => {
  it('is a length, or a day', () => {
    expect(lengthFlag('older-than', '90d')).toBe(90 * 86_400_000)
    expect(sinceFlag('since', '12h', 86_400_000)).toBe(43_200_000)
    expect(sinceFlag('since', '2026-11-01', 0)).toBe(new Date(2026, 10, 1).getTime())
  })
  it.each(['', '90', 'd', '-1d', '1.5d', '1e3d', 'NaNd', '0d', '2026-13-01x'])('is not %j', (text) => {
    expect(() => lengthFlag('older-than', text)).toThrow('--older-than')
  })
  it.each(['', '90', '2026', '2026-13-45', 'Infinity', 'now'])('is no moment: %j', (text) => {
    expect(() => sinceFlag('since', text, 0)).toThrow('--since')
  })
})
