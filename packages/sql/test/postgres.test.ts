import { connect, createServer, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type Journal, ReelayError } from '@reelay/core'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type PostgresJournalOptions, type PostgresPool, postgresJournal } from '../src/index.ts'
import { sourceOfPool } from '../src/postgres/client.ts'
import { postgresDriver } from '../src/postgres/driver.ts'
import { prepare, type Step, steps } from '../src/schema/migrate.ts'
import { binaries, type PostgresServer, postgresServer } from './postgres-server.ts'
import { child, listed } from './support.ts'
import { orderOf } from './support-order.ts'

const put = <Result>(journal: Journal, key: string, result: Result): Promise<Result> =>
  journal.change(key, 1, (_, now) => ({ order: orderOf(key, now), result }))

/** What something was refused with, before anything was sent. */
async function refusal(work: Promise<unknown> | (() => unknown)): Promise<ReelayError> {
  const error = await (async () => (typeof work === 'function' ? work() : work))().then(
    () => 'nothing',
    (thrown: unknown) => thrown,
  )
  if (!ReelayError.isInstance(error)) throw new Error(`not refused: ${String(error)}`)
  expect([error.code, error.outcome]).toEqual(['ERR_CONFIG', 'none'])
  expect(error.message).toMatch(/Nothing (is|was) sent/)
  return error
}

describe('what cannot be a journal is refused before anything is sent', () => {
  it.each([
    undefined,
    '',
    7,
    {},
    'reelay.db',
    'mysql://host/database',
    'postgres://user:pa#ss@host/database',
    'postgres://user:secret@host:port/database',
  ])('a server of %j', async (server) => {
    const { message } = await refusal(() => postgresJournal(server as string))
    expect(message).toContain("such as postgresJournal('postgres://user:password@host:5432/database')")
    expect(message).not.toMatch(/secret|pa#ss/)
  })

  it.each([
    { schema: '' },
    { schema: 7 },
    { schema: 'pg_catalog' },
    { schema: 'ü'.repeat(32) },
    { schema: 'a\0b' },
    { time: 'mine' },
    { lockTimeoutMs: Number.NaN },
    { lockTimeoutMs: -1 },
    { lockTimeoutMs: '5' },
    { lockTimeoutMs: 600_001 },
  ])('options of %j', async (options) => {
    const { message } = await refusal(() =>
      postgresJournal('postgres://host/database', options as PostgresJournalOptions),
    )
    expect(message).toContain(Object.keys(options)[0])
  })

  it('a server that is not there, at once and without the password', async () => {
    const journal = postgresJournal('postgres://reelay:secret@127.0.0.1:1/app')
    const error = await refusal(journal.order('order-77'))
    expect(error.message).toContain('(127.0.0.1:1/app, schema reelay) cannot be used')
    expect(JSON.stringify(error) + error.message + String(error.cause)).not.toContain('secret')
    await journal.close()
  })
})

describe.skipIf(!binaries())('PostgreSQL (skipped where no binaries of it are)', () => {
  let server: PostgresServer
  let count = 0
  beforeAll(async () => {
    server = await postgresServer()
  }, 120_000)
  afterAll(async () => server.stop(), 60_000)

  const schemaHere = (): string => {
    count += 1
    return `case_${count}`
  }

  function journalIn(
    schema: string,
    options: PostgresJournalOptions = {},
    where: string | PostgresPool = server.url,
  ): Required<Journal> {
    const journal = postgresJournal(where, { lockTimeoutMs: 60_000, ...options, schema })
    onTestFinished(() => journal.close())
    return journal
  }

  function poolHere(url = server.url): pg.Pool {
    const pool = new pg.Pool({ connectionString: url })
    pool.on('error', () => undefined)
    onTestFinished(() => pool.end())
    return pool
  }

  /** A way to the server that can be cut. */
  async function cable(): Promise<{
    url: string
    cut(): void
    freeze(): void
    onSent(listener: (text: string) => void): void
  }> {
    const sockets = new Set<Socket>()
    let frozen = false
    let listener = (_text: string): void => undefined
    const between = createServer((near) => {
      const far = connect(server.socket)
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        sockets.add(from)
        from.on('error', () => to.destroy())
        from.on('close', () => to.destroy())
        from.on('data', (chunk: Buffer) => {
          if (from === near) listener(chunk.toString('latin1'))
          if (!frozen) to.write(chunk)
        })
      }
    })
    await new Promise<void>((done) => between.listen(0, '127.0.0.1', done))
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy()
      between.close()
    })
    const { port } = between.address() as { port: number }
    return {
      url: `postgres://reelay@127.0.0.1:${port}/postgres`,
      cut() {
        for (const socket of sockets) socket.destroy()
      },
      freeze() {
        frozen = true
      },
      onSent(told) {
        listener = told
      },
    }
  }

  it("takes a user's own pool, and leaves it open", async () => {
    const pool = poolHere()
    const journal = journalIn(schemaHere(), {}, pool)
    expect(await put(journal, 'order-77', 'written')).toBe('written')
    await journal.close()
    await refusal(journal.order('order-77'))
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
    // Nothing of ours stays on its connections.
    expect((await pool.query('SHOW search_path')).rows).toEqual([{ search_path: '"$user", public' }])
  })

  it('goes by the time of the server, and not by that of the caller', async () => {
    const journal = journalIn(schemaHere())
    const now = await journal.change('order-77', 5, (_, at) => ({ result: at }))
    const [row] = await server.ask('SELECT EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS now')
    expect(Math.abs(Number(row?.now) - now)).toBeLessThan(60_000)
  })

  it('keeps schemas apart', async () => {
    const [a, b] = [journalIn(schemaHere()), journalIn(schemaHere())]
    await put(a, 'order-77', 1)
    expect(await b.order('order-77')).toBeUndefined()
    // What one holds does not hold up the other.
    await a.change('order-78', 1, () => ({ result: 1 }))
  })

  it('is made once by many who come first at the same time', async () => {
    const schema = schemaHere()
    const journals = Array.from({ length: 6 }, () => journalIn(schema))
    await Promise.all(journals.map((journal, index) => put(journal, `order-${index}`, 1)))
    expect(await listed(journalIn(schema).orders())).toHaveLength(6)
  })

  describe('versions', () => {
    const later = steps.length + 1

    it('a later one is not opened, and not used when it comes under a running process', async () => {
      const schema = schemaHere()
      const running = journalIn(schema)
      await put(running, 'order-77', 1)
      await server.ask(`ALTER TABLE ${schema}.reelay_orders RENAME TO reelay_orders_2`)
      await server.ask(`UPDATE ${schema}.reelay_meta SET value = ${later} WHERE name = 'version'`)
      for (const journal of [running, journalIn(schema)]) {
        const asked = [
          journal.order('order-77'),
          put(journal, 'order-78', 1),
          journal.open()[Symbol.asyncIterator]().next(),
        ]
        for (const { message } of await Promise.all(asked.map((one) => refusal(one))))
          expect(message).toContain(
            `is of version ${later}, and this @reelay/sql reads version ${steps.length}`,
          )
      }
    })

    it('an earlier one is brought to the newest once, while others write', async () => {
      const schema = schemaHere()
      const journal = journalIn(schema)
      await put(journal, 'order-77', 1)
      const more: Step = () => [
        'CREATE TABLE reelay_more (name TEXT)',
        "INSERT INTO reelay_more VALUES ('once')",
      ]
      const writing = Array.from({ length: 40 }, (_, index) =>
        put(journal, `order-${index}`, 'written').catch((error: unknown) => refusal(Promise.reject(error))),
      )
      const drivers = [1, 2, 3].map(() =>
        postgresDriver({
          title: 'It',
          source: sourceOfPool(poolHere()),
          schema,
          time: 'server',
          patienceMs: 60_000,
        }),
      )
      await Promise.all(drivers.map((driver) => prepare(driver, [...steps, more])))
      await Promise.all(writing)
      expect(await server.ask(`SELECT name FROM ${schema}.reelay_more`)).toEqual([{ name: 'once' }])
      // Whoever reads only what was before has stopped.
      expect((await refusal(journal.order('order-77'))).message).toContain(`is of version ${later}`)
    })
  })

  describe('a connection that is lost', () => {
    it('before the commit is made anew, and the change is made once', async () => {
      const { url, cut, onSent } = await cable()
      const journal = journalIn(schemaHere(), {}, url)
      await put(journal, 'warm', 1)
      let asked = 0
      onSent((text) => {
        if (text.includes('INSERT INTO reelay_orders')) {
          onSent(() => undefined)
          cut()
        }
      })
      await journal.change('order-77', 1, (order, now) => {
        asked += 1
        return { order: orderOf('order-77', now, [...(order ? ['again'] : []), 'order-77/1']), result: 1 }
      })
      expect(asked).toBe(2)
      expect(await journal.named('attempt again')).toEqual([])
    })

    it.each(['before', 'after'] as const)(
      '%s the server has its commit, it is asked what became of it',
      async (when) => {
        const { url, cut, onSent } = await cable()
        const schema = schemaHere()
        const journal = journalIn(schema, {}, url)
        await put(journal, 'warm', 1)
        let asked = 0
        let cuts = 0
        onSent((text) => {
          if (!text.includes('COMMIT') || cuts > 0) return
          cuts += 1
          // Before: the commit never arrives. After: its answer is what is lost.
          if (when === 'before') cut()
          else queueMicrotask(cut)
        })
        await journal.change('order-77', 1, (order, now) => {
          asked += 1
          expect(order).toBeUndefined()
          return { order: orderOf('order-77', now), result: 1 }
        })
        expect(cuts).toBe(1)
        expect(asked).toBeLessThanOrEqual(2)
        expect((await journal.order('order-77'))?.v).toBe(1)
      },
    )

    it('and does not come back is told within the stated time, as nothing sent', async () => {
      const { url, freeze } = await cable()
      const journal = journalIn(schemaHere(), { lockTimeoutMs: 300 }, url)
      await put(journal, 'warm', 1).catch(() => put(journal, 'warm', 1))
      freeze()
      const error = await refusal(put(journal, 'order-77', 1))
      expect(error.retryable).toBe(true)
      expect(error.message).toContain('could not be reached (no answer)')
    })

    it('never ends the process, idle or not', async () => {
      const { url, cut } = await cable()
      const pool = new pg.Pool({ connectionString: url })
      pool.on('error', () => undefined)
      const own = journalIn(schemaHere(), {}, url)
      const theirs = journalIn(schemaHere(), {}, pool)
      for (const journal of [own, theirs]) {
        await put(journal, 'warm', 1)
        cut()
        await put(journal, 'order-77', 1)
      }
      await pool.end()
    })
  })

  it('a server that is killed and comes back loses nothing that was promised', async () => {
    const journal = journalIn(schemaHere())
    await put(journal, 'order-1', 1)
    await server.kill()
    const waiting = put(journal, 'order-2', 'written')
    await pause(300)
    await server.start()
    expect(await waiting).toBe('written')
    expect((await listed(journal.orders())).map(({ key }) => key)).toEqual(['order-1', 'order-2'])
  })

  describe('processes', () => {
    const place = (schema: string): string => JSON.stringify({ url: server.url, schema })

    it('that die by kill -9 leave everything that they were promised, and nothing by halves', async () => {
      const schema = schemaHere()
      const writers = ['a', 'b', 'c'].map((name) => child(['write', place(schema), name]))
      await Promise.all(writers.map((one) => one.printed('ordered')))
      for (const [index, writer] of writers.entries()) {
        await pause(5 + 11 * index)
        writer.process.kill('SIGKILL')
      }
      const lines = (await Promise.all(writers.map((one) => one.ended))).flat()
      const journal = journalIn(schema)
      for (const line of lines) {
        const [word, key = ''] = line.split(' ')
        if (word === 'ordered') expect(await journal.named(`attempt ${key}/4`)).toHaveLength(1)
        if (word === 'reserved') expect(await journal.reservations('b', { key })).toHaveLength(1)
      }
      const [sums] = await server.ask(
        `SELECT (SELECT SUM(amount) FROM ${schema}.reelay_reservations) AS rows, (SELECT SUM(amount) FROM ${schema}.reelay_sums WHERE level = 6) AS sums`,
      )
      expect(sums?.sums).toBe(sums?.rows)
    })

    it('at once lose no change of an order, and never overspend', async () => {
      const schema = schemaHere()
      const names = ['a', 'b', 'c']
      const added = names.map((name) => child(['add', place(schema), name, '20']))
      const spent = names.map((name) => child(['spend', place(schema), name]))
      for (const one of added) expect(await one.ended).toEqual(['added 20'])
      const counts = (await Promise.all(spent.map((one) => one.ended))).map(([line]) =>
        Number(line?.split(' ')[1]),
      )
      expect(counts.reduce((sum, one) => sum + one, 0)).toBe(90)
      const order = await journalIn(schema).order('shared')
      expect(order?.v === 1 && order.purchases[0]?.attempts).toHaveLength(60)
    })

    it('one that is stopped inside of a transaction holds others up for the stated time only', async () => {
      const schema = schemaHere()
      // It may be idle for 30 s: half of its own patience.
      const holder = child(['hold', place(schema)])
      await holder.printed('inside')
      const journal = journalIn(schema, { lockTimeoutMs: 300 })
      // Reading goes on, and so does everything else that is written.
      expect(await journal.order('held')).toBeUndefined()
      await put(journal, 'mine', 1)
      const error = await refusal(put(journal, 'held', 1))
      expect(error.message).toContain('is held by another transaction')
      expect(error.retryable).toBe(true)
      holder.process.kill('SIGCONT')
      await holder.printed('done')
      expect((await journal.order('held'))?.v).toBe(1)
    })

    it('one that is stopped for longer loses its transaction, and makes it anew', async () => {
      const schema = schemaHere()
      const holder = child(['hold', place(schema), '2000'])
      await holder.printed('inside')
      // Longer than it may be idle.
      await put(journalIn(schema), 'held', 1)
      holder.process.kill('SIGCONT')
      // It comes to what it would have come to one after the other, or says that nothing is sent.
      const lines = await holder.ended
      expect(lines.at(-1)).toMatch(/^(done|failed ERR_CONFIG none .*Nothing is sent without it)/)
    })
  })

  it('waits no longer than stated for two who hold what the other needs', async () => {
    const schema = schemaHere()
    const journal = journalIn(schema)
    await put(journal, 'warm', 1)
    const budgets = ['a', 'b']
    const asked = { amount: 1, limit: 1_000, windowMs: 1_000, key: 'k', at: 1 }
    for (const budget of budgets) await journal.reserve({ ...asked, id: `first ${budget}`, budget })
    // Releases across two budgets, both ways at once: locks are taken in one order, so nobody deadlocks.
    const crossed = Array.from({ length: 20 }, (_, index) => {
      const [budget = '', other = ''] = index % 2 ? budgets : budgets.toReversed()
      return journal.reserve({ ...asked, id: `more ${index}`, budget, release: [`first ${other}`] })
    })
    expect((await Promise.all(crossed)).every(({ state }) => state === 'reserved')).toBe(true)
  })

  it('refuses what only speaks its language, or is a standby', async () => {
    const answers = [
      {
        version: 'CockroachDB CCL v24.1.0',
        number: '130000',
        copy: false,
        told: 'needs PostgreSQL 12 or later',
      },
      {
        version: 'PostgreSQL 11.2-YB-2.18',
        number: '150000',
        copy: false,
        told: 'needs PostgreSQL 12 or later',
      },
      {
        version: 'PostgreSQL 10.1 on x86',
        number: '100001',
        copy: false,
        told: 'needs PostgreSQL 12 or later',
      },
      { version: 'PostgreSQL 16.1 on x86', number: '160001', copy: true, told: 'lies on a standby' },
    ]
    for (const { told, ...row } of answers) {
      const client = {
        query: async () => ({ rows: [row] }),
        release: () => undefined,
        on: () => undefined,
        removeListener: () => undefined,
      }
      const journal = postgresJournal({ connect: async () => client })
      expect((await refusal(journal.order('order-77'))).message).toContain(told)
    }
  })

  it('a user who may not make the schema is told what to do, and one who owns it needs no more', async () => {
    const schema = schemaHere()
    await server.ask('CREATE ROLE app LOGIN')
    const url = server.url.replace('reelay@', 'app@')
    expect((await refusal(put(journalIn(schema, {}, url), 'order-77', 1))).message).toContain('lacks a right')
    await server.ask(`CREATE SCHEMA ${schema} AUTHORIZATION app`)
    expect(await put(journalIn(schema, {}, url), 'order-77', 'written')).toBe('written')
  })

  it('keys that a locale would hold for equal, or a database would refuse, are keys of their own', async () => {
    const journal = journalIn(schemaHere())
    const keys = ['a', 'A', 'ä', 'a\u0308', 'a\0', 'a ', '\ud83d', '\ude80', '🚀'.repeat(512)]
    for (const key of keys) await put(journal, key, 1)
    for (const key of keys) expect((await journal.order(key))?.key).toBe(key)
    expect(await listed(journal.orders())).toHaveLength(keys.length)
  })

  it('no pool keeps a process alive that has nothing else to do', async () => {
    const lines = await child(['attempt', JSON.stringify({ url: server.url, schema: schemaHere() })]).ended
    expect(lines).toHaveLength(3)
    for (const line of lines) expect(line).toMatch(/^ok/)
  })
})
