import { type Found, isOpenOrder, isReadable } from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { refuseMistakes } from '../args.ts'
import { UsageError } from '../failure.ts'
import { agreed, refuseUnasked } from '../payment.ts'
import { answer, answerJson, say } from '../terminal.ts'
import { type JournalFile, journalArg, withNamedJournal } from './open.ts'
import { lengthFlag } from './when.ts'

const args = {
  'older-than': {
    type: 'string',
    description: 'Orders that nothing happened to for so long, such as 90d',
    valueHint: 'time',
  },
  journal: journalArg as typeof journalArg,
  yes: { type: 'boolean', description: 'Do not ask before forgetting' },
  json: { type: 'boolean', description: 'Print what was done as one JSON document' },
  debug: { type: 'boolean', description: 'Show where an internal error happened' },
} as const

const orders = (count: number): string => `${count} ${count === 1 ? 'order' : 'orders'}`

/** Orders that may be forgotten, those that are old and stay all the same, and all. */
async function census(journal: JournalFile, before: number) {
  const isOpen = (found: Found): boolean => !isReadable(found) || isOpenOrder(found)
  let [old, open, all] = [0, 0, 0]
  for await (const found of journal.orders()) {
    all += 1
    if (isOpen(found)) open += 1
    else if (isReadable(found) && found.at < before) old += 1
  }
  return { old, open, all }
}

/** `reelay journal prune`: forgets what is closed and old. */
export const pruneCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'journal prune', description: 'Forget orders that are closed and old; never what is open' },
  args,
  async run({ args: flags, rawArgs }) {
    refuseMistakes(rawArgs, args, 0)
    const { 'older-than': text, json, yes = false } = flags
    if (text === undefined) throw new UsageError('Say how old: --older-than 90d.')
    const ms = lengthFlag('older-than', text)
    await withNamedJournal(flags.journal, async (journal) => {
      const { old, open, all } = await census(journal, Date.now() - ms)
      const left = `${orders(all - old)} left, ${open} of them open.`
      if (old === 0) {
        if (json) answerJson({ forgotten: 0, left: all, open })
        else answer(`Nothing in ${journal.path} is closed and older than ${text}; ${left}`)
        return
      }
      refuseUnasked('Forgetting frees keys', 'forget', yes)
      if (!yes) {
        say(`${orders(old)} of ${journal.path} closed and older than ${text}.`)
        say('Their keys are free again: the same request under one of them would be bought anew.')
        if (!(await agreed(`Forget ${orders(old)}?`))) {
          if (json) answerJson({ forgotten: 0, left: all, open })
          else answer('Nothing was forgotten.')
          return
        }
      }
      const forgotten = await journal.prune(ms, Date.now())
      if (json) answerJson({ forgotten, left: all - forgotten, open })
      else
        answer(
          `Forgot ${orders(forgotten)}; ${all - forgotten} left, ${open} of them open. Budgets go on counting what they cost.`,
        )
    })
  },
})
