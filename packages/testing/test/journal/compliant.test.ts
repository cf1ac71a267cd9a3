import { memoryJournal } from '@reelay/core'
import { describeJournal } from '../../src/index.ts'
import { journalDescriptor } from './world.ts'

describeJournal(journalDescriptor())

describeJournal({
  name: 'memoryJournal',
  manifest: { clock: 'caller', damage: false },
  world() {
    const journal = memoryJournal()
    return { open: () => journal }
  },
})

// By its own clock, whatever callers say.
describeJournal({
  name: 'a journal with a clock of its own',
  manifest: { clock: 'server', damage: false },
  world() {
    const journal = memoryJournal()
    let now = Date.now()
    const tick = (): number => {
      now = Math.max(now, Date.now())
      return now
    }
    return {
      open: () => ({
        ...journal,
        change: (key, _, transition) => journal.change(key, tick(), transition),
        reserve: (asked) => journal.reserve({ ...asked, at: tick() }),
        prune: (olderThanMs) => journal.prune(olderThanMs, tick()),
      }),
    }
  },
})
