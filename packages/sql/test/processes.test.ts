import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ReelayError } from '@reelay/core'
import { describe, expect, it } from 'vitest'
import { sqliteJournal } from '../src/index.ts'
import { assertSound, child, listed, temporary } from './support.ts'
import { orderOf } from './support-order.ts'

const fileIn = (folder: string): string => join(folder, 'reelay.db')

/** What a process was promised before it died. */
const promised = (lines: readonly string[], word: string): readonly string[] =>
  lines.filter((line) => line.startsWith(word)).map((line) => line.slice(word.length + 1))

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms))

describe('a process that dies by kill -9', () => {
  it('leaves everything that it was promised, and nothing by halves', async () => {
    const file = fileIn(temporary())
    for (let round = 0; round < 2; round += 1) {
      const writers = ['a', 'b', 'c'].map((name) => child(['write', file, `${name}${round}`]))
      await Promise.all(writers.map((one) => one.printed('ordered')))
      for (const [index, writer] of writers.entries()) {
        // Each at another instant.
        await pause(5 + 11 * index + 3 * round)
        writer.process.kill('SIGKILL')
      }
      const lines = (await Promise.all(writers.map((one) => one.ended))).flat()
      const journal = sqliteJournal(file)
      for (const key of promised(lines, 'ordered')) {
        expect((await journal.order(key))?.v).toBe(1)
        expect(await journal.named(`attempt ${key}/4`)).toHaveLength(1)
      }
      for (const key of promised(lines, 'reserved'))
        expect(await journal.reservations('b', { key })).toHaveLength(1)
      await journal.close()
      assertSound(file)
    }
  })

  it('leaves nothing of the transaction in which it died', async () => {
    const file = fileIn(temporary())
    const holder = child(['hold', file])
    await holder.printed('inside')
    holder.process.kill('SIGKILL')
    await holder.ended
    const journal = sqliteJournal(file)
    expect(await journal.order('held')).toBeUndefined()
    await journal.change('held', 1, (_, now) => ({ order: orderOf('held', now), result: undefined }))
    await journal.close()
  })
})

describe('processes at once', () => {
  it('lose no change of an order, and never overspend', async () => {
    const file = fileIn(temporary())
    const names = ['a', 'b', 'c']
    const added = names.map((name) => child(['add', file, name, '25']))
    const spent = names.map((name) => child(['spend', file, name]))
    for (const one of added) expect(await one.ended).toEqual(['added 25'])
    const counts = (await Promise.all(spent.map((one) => one.ended))).map(([line]) =>
      Number(line?.split(' ')[1]),
    )
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(90)
    const journal = sqliteJournal(file)
    const order = await journal.order('shared')
    expect(order?.v === 1 && order.purchases[0]?.attempts).toHaveLength(75)
    await journal.close()
    assertSound(file)
  })

  const unshare = ['unshare', '--pid', '--fork', '--mount-proc']
  const mayUnshare = spawnSync('unshare', [...unshare.slice(1), 'true']).status === 0
  it.skipIf(!mayUnshare)(
    'hold to it in PID namespaces of their own (skipped where unshare is not allowed)',
    async () => {
      const file = fileIn(temporary())
      const names = ['a', 'b', 'c']
      const added = names.map((name) => child(['add', file, name, '20'], unshare))
      const spent = names.map((name) => child(['spend', file, name], unshare))
      for (const one of added) expect(await one.ended).toEqual(['added 20'])
      const counts = (await Promise.all(spent.map((one) => one.ended))).map(([line]) =>
        Number(line?.split(' ')[1]),
      )
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(90)
      assertSound(file)
    },
  )
})

describe('a process that is stopped inside of a transaction', () => {
  it('holds others up for the stated time only, and they say by whom', async () => {
    const file = fileIn(temporary())
    const holder = child(['hold', file])
    await holder.printed('inside')
    const journal = sqliteJournal(file, { lockTimeoutMs: 300 })
    // Reading goes on: a known order is answered.
    expect(await journal.order('held')).toBeUndefined()
    let beats = 0
    const beat = setInterval(() => {
      beats += 1
    }, 5)
    const asked = journal.change('mine', 1, (_, now) => ({ order: orderOf('mine', now), result: undefined }))
    const error = await asked.catch((thrown: unknown) => thrown)
    clearInterval(beat)
    if (!ReelayError.isInstance(error)) throw error
    expect([error.code, error.outcome, error.retryable]).toEqual(['ERR_CONFIG', 'none', true])
    expect(error.message).toContain('Nothing is sent without it.')
    if (process.platform === 'linux') {
      expect(error.message).toContain(`is held by process ${holder.process.pid}`)
      expect(error.message).toContain('which is stopped')
    }
    // The process itself was never stopped meanwhile.
    expect(beats).toBeGreaterThan(3)
    holder.process.kill('SIGCONT')
    await holder.printed('done')
    await journal.change('mine', 1, (_, now) => ({ order: orderOf('mine', now), result: undefined }))
    expect((await listed(journal.orders())).map(({ key }) => key)).toEqual(['held', 'mine'])
    await journal.close()
  })
})

describe('a disk', () => {
  const limited = ['sh', '-c', 'ulimit -f 1000; exec "$0" "$@"']
  const mounted = [
    'unshare',
    '--mount',
    'sh',
    '-c',
    'mount -t tmpfs -o size=512k none "$FOLDER"; exec "$0" "$@"',
  ]

  async function filled(file: string, within: readonly string[]): Promise<void> {
    const lines = await child(['fill', file], within).ended
    const failures = lines.filter((line) => line.startsWith('failed'))
    expect(failures.length).toBe(2)
    for (const line of failures)
      expect(line).toMatch(/^failed ERR_CONFIG none .*Nothing is sent without it\./)
    const [, written, there, more] = /written (\d+) there (\d+) more (\w+)/.exec(lines.at(-1) ?? '') ?? []
    expect(Number(written)).toBeGreaterThan(3)
    expect([there, more]).toEqual([written, 'false'])
  }

  it('that takes no more is told, and what was promised stays', async () => {
    const file = fileIn(temporary())
    await filled(file, limited)
    assertSound(file)
  })

  const mayMount = spawnSync('unshare', ['--mount', 'sh', '-c', 'mount -t tmpfs none /mnt']).status === 0
  it.skipIf(!mayMount)('that is full is told (skipped where mounting is not allowed)', async () => {
    const folder = temporary()
    await filled(fileIn(folder), ['env', `FOLDER=${folder}`, ...mounted])
  })

  it.skipIf(process.getuid?.() !== 0)(
    'that is for reading only is told, by who may not write (skipped but as root)',
    async () => {
      const file = fileIn(temporary())
      const journal = sqliteJournal(file)
      await journal.order('warm')
      await journal.close()
      for (const line of (await child(['attempt', file, '65534']).ended).slice(1))
        expect(line).toMatch(/^ERR_CONFIG none .*Nothing is sent without it\./)
    },
  )
})
