import { open, rm } from 'node:fs/promises'
import { isReadable } from '@reelay/core'
import { type CommandDef, defineCommand } from 'citty'
import { refuseMistakes } from '../args.ts'
import { UsageError } from '../failure.ts'
import { answerJson, flowing, jsonLine, say } from '../terminal.ts'
import { type JournalFile, journalArg, withNamedJournal } from './open.ts'

const args = {
  journal: journalArg as typeof journalArg,
  to: { type: 'string', description: 'File for the lines; stdout when left out', valueHint: 'file' },
  json: { type: 'boolean', description: 'With --to: print what was written as one JSON document' },
  debug: { type: 'boolean', description: 'Show where an internal error happened' },
} as const

/** Everything a journal holds, one document a line. */
async function* documents(journal: JournalFile): AsyncGenerator<Readonly<Record<string, unknown>>> {
  for await (const order of journal.orders()) {
    if (isReadable(order)) yield { type: 'order', order }
    else yield { type: 'unreadable', key: order.key, why: order.why, doc: order.doc }
  }
  for await (const reservation of journal.reserved()) yield { type: 'reservation', reservation }
}

async function write(journal: JournalFile, file: string): Promise<number> {
  // Never over an earlier one, and readable by its owner only: prompts are not in it, but what was spent is.
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'EEXIST' ? 'is there already' : `cannot be written (${error.code})`
    throw new UsageError(`--to: ${file} ${why}. Name another file.`)
  })
  let count = 0
  try {
    for await (const document of documents(journal)) {
      await handle.write(jsonLine(document))
      count += 1
    }
    await handle.sync()
  } catch (error) {
    await rm(file, { force: true })
    throw error
  } finally {
    await handle.close()
  }
  return count
}

/** `reelay journal export`: everything, as JSON lines. */
export const exportCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'journal export', description: 'Write every order and reservation as JSON lines' },
  args,
  async run({ args: flags, rawArgs }) {
    refuseMistakes(rawArgs, args, 0)
    await withNamedJournal(flags.journal, async (journal) => {
      if (flags.to === undefined) {
        for await (const document of documents(journal)) {
          answerJson(document)
          await flowing()
        }
        return
      }
      const lines = await write(journal, flags.to)
      if (flags.json) answerJson({ path: flags.to, lines })
      else say(`Wrote ${lines} ${lines === 1 ? 'line' : 'lines'} to ${flags.to}.`)
    })
  },
})
