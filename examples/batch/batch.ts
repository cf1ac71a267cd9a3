// Renders the rows of a CSV. Each is bought once, however often this is started, stopped or killed.
import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { ReelayError, type VideoProvider } from '@reelay/core'
import { sqliteJournal } from 'reelay/sql'
import { describePlan, plan } from './jobs.ts'
import { follow } from './ledger.ts'
import { type Options, readOptions, UsageError } from './options.ts'
import { showProgress } from './progress.ts'
import { type Result, render } from './render.ts'
import { type Row, readRows } from './rows.ts'
import { stack } from './stack.ts'
import { exitCodeOf, type Run, summarize } from './summary.ts'
import { openTarget, type Target } from './target.ts'

const args = process.argv.slice(2)

/** The first Ctrl-C stops the waiting, so that what was bought can be told; the second one kills as usual. */
function onInterrupt(): AbortSignal {
  const controller = new AbortController()
  const stop = (): void => {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    controller.abort(new Error('Stopped before it was bought.'))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
  return controller.signal
}

async function rowsOf({ csv, limit }: Options, provider: VideoProvider): Promise<readonly Row[]> {
  const text = await readFile(csv, 'utf8').catch(() => {
    throw new UsageError(`There is no readable file ${csv}.`)
  })
  const { rows, problems } = readRows(text, provider)
  if (problems.length === 0) return rows.slice(0, limit)
  const list = problems.map((problem) => `\n  line ${problem.line}: ${problem.text}`)
  throw new UsageError(`${csv} cannot be rendered like this; nothing was sent.${list.join('')}`)
}

async function renderAll(options: Options, target: Target, rows: readonly Row[]): Promise<Run> {
  const startedAt = Date.now()
  const { out } = options
  const file = join(out, 'journal.db')
  const { journal, ledger } = await follow(sqliteJournal(file), target.provider)
  const before = ledger.spent()
  const provider = stack(target.provider, { ...options, ...target.patience, journal })
  const signal = onInterrupt()
  const kitchen = { provider, target, journal, out, signal }
  const todo = await plan(rows, { ...kitchen, ledger })
  console.log(describePlan(todo, target))

  const results: Result[] = todo.there.map((id) => ({ id, state: 'there' }))
  const count = (...states: readonly Result['state'][]): number =>
    results.filter(({ state }) => states.includes(state)).length
  const standing = () => ({
    total: todo.there.length + todo.jobs.length,
    done: count('there', 'rendered', 'failed'),
    there: todo.there.length,
    failed: count('failed'),
    inFlight: ledger.open(),
    spent: ledger.spent(),
  })
  const progress = showProgress(standing())
  // All at once: the queue in the stack lets through as many as the account takes.
  await Promise.all(
    todo.jobs.map(async (job) => {
      results.push(await render(kitchen, job))
      progress.update(standing())
    }),
  )
  progress.stop()
  await journal.close?.()
  return {
    results,
    journal: relative('', file),
    spent: { all: ledger.spent(), now: ledger.spent() - before },
    requests: target.requests(),
    tookMs: Date.now() - startedAt,
    stopped: signal.aborted,
  }
}

async function main(): Promise<number> {
  const options = readOptions(args)
  if (!options) return 0
  const target = await openTarget(options)
  const run = await renderAll(options, target, await rowsOf(options, target.provider))
  console.log(summarize(run))
  if (run.stopped) console.log(`\n${farewell(run, target)}`)
  return exitCodeOf(run)
}

function farewell({ results }: Run, { lasting, provider }: Target): string {
  const open = results.filter(({ state }) => state === 'open').length
  const quoted = args.map((arg) => (/^[\w./:=-]+$/.test(arg) ? arg : `'${arg}'`))
  const again = ['node batch.ts', ...quoted].join(' ')
  return lasting
    ? `Stopped. ${open} clips are bought and go on at ${provider.id}; nothing is lost. To go on: ${again}`
    : `Stopped, and the built-in emulator with it, and its ${open} tasks. To render the rest: ${again}`
}

try {
  process.exitCode = await main()
} catch (error) {
  const known = error instanceof UsageError || (ReelayError.isInstance(error) && error.outcome === 'none')
  if (!known) throw error
  console.error(error.message)
  process.exitCode = 2
}
