#!/usr/bin/env node
import { surviveClosedStreams } from './cli/terminal.ts'
import { hushSqlite } from './cli/warnings.ts'

surviveClosedStreams()
hushSqlite()
const rawArgs = process.argv.slice(2)

/** What nobody caught is a bug: one screen about it, and what was paid for is named. */
async function crash(error: unknown): Promise<never> {
  const { failed } = await import('./cli/main.ts')
  process.exit(failed(error, rawArgs))
}
process.on('uncaughtException', crash)
process.on('unhandledRejection', crash)

const { main } = await import('./cli/main.ts')
process.exitCode = await main(rawArgs)
