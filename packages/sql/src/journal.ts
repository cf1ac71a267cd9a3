import { type Found, type Journal, systemClock } from '@reelay/core'
import { assertRetention, isolatesRequests, type Reserved } from '@reelay/core/adapter'
import { amend, page as pageOfReserved, reservations } from './budgets/reservations.ts'
import { reserve } from './budgets/reserve.ts'
import type { Driver } from './driver.ts'
import { change } from './orders/change.ts'
import { type Mark, named, order, page, start } from './orders/look-up.ts'
import { prune } from './orders/prune.ts'
import { checked, prepare } from './schema/migrate.ts'
import { toColumn } from './text.ts'

const pageSize = 100

/** The one journal, over whatever database. */
export function journalOver(driver: Driver): Required<Journal> {
  const { dialect, title } = driver
  let ready = false
  let preparing: Promise<void> | undefined

  async function prepareOnce(): Promise<void> {
    if (ready) return
    // There, none may wait for what another request began.
    const mine = isolatesRequests() ? prepare(driver) : (preparing ?? prepare(driver))
    preparing = mine
    await mine.finally(() => {
      preparing = undefined
    })
    ready = true
  }

  const read: Driver['read'] = async (script) => {
    await prepareOnce()
    return driver.read(() => checked(title, script()))
  }

  const write: Driver['write'] = async (script) => {
    await prepareOnce()
    return driver.write(() => checked(title, script()))
  }

  async function* pages(which: 'open' | 'all'): AsyncGenerator<Found> {
    for (let mark: Mark | undefined = start; mark; ) {
      const from: Mark = mark
      const { found, last } = await read(() => page(which, from, pageSize))
      yield* found
      mark = last
      // A file answers at once: others of this process want their turn.
      if (mark) await systemClock.sleep(0)
    }
  }

  async function* reserved(): AsyncGenerator<Reserved> {
    for (let after: string | undefined = ''; after !== undefined; ) {
      const from: string = after
      const some = await read(() => pageOfReserved(from, pageSize))
      yield* some
      const last = some.length < pageSize ? undefined : some.at(-1)
      after = last && toColumn(last.id)
      if (after !== undefined) await systemClock.sleep(0)
    }
  }

  return {
    writers: driver.writers,
    order: (key) => read(() => order(key)),
    named: (name) => read(() => named(name)),
    change: (key, at, transition) => write(() => change(dialect, key, at, transition)),
    open: () => pages('open'),
    orders: () => pages('all'),
    async prune(olderThanMs, at) {
      assertRetention(olderThanMs)
      return prune(driver, write, olderThanMs, at)
    },
    reserve: (asked) => write(() => reserve(dialect, asked)),
    amend: (id, amendment) => write(() => amend(dialect, id, amendment)),
    reservations: (budget, of) => read(() => reservations(budget, of)),
    reserved,
    close: () => driver.close(),
  }
}
