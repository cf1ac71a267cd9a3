import { type CommandDef, runCommand } from 'citty'
import { describeFailure, errorDocument, exitCodeOf, UsageError } from './failure.ts'
import { commandPage, overviewPage } from './help.ts'
import { loaded } from './runtime.ts'
import { answer, answerJson, lostOutput, page, say, widthOf } from './terminal.ts'
import { own } from './version.ts'

// biome-ignore lint/suspicious/noExplicitAny: each command has arguments of its own
type AnyCommand = CommandDef<any>

const commands: Readonly<Record<string, () => Promise<AnyCommand>>> = {
  generate: async () => (await import('./generate.ts')).generateCommand,
  wait: async () => (await import('./wait.ts')).waitCommand,
  resume: async () => (await import('./resume.ts')).resumeCommand,
  emulate: async () => (await import('./emulate.ts')).emulateCommand,
}

const asksFor = (words: readonly string[], ...names: readonly string[]): boolean => {
  const end = words.indexOf('--')
  return words.slice(0, end === -1 ? undefined : end).some((word) => names.includes(word))
}

async function run(rawArgs: readonly string[]): Promise<number> {
  const [name, ...rest] = rawArgs
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    page(await overviewPage(commands))
    return name === undefined ? 2 : 0
  }
  if (name === '--version' || name === '-v' || name === '-V') {
    if (asksFor(rest, '--json')) answerJson({ version: own.version })
    else answer(own.version)
    return 0
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!load) {
    const known = Object.keys(commands).join(', ')
    throw new UsageError(`There is no command "${name}". Use one of ${known}.`)
  }
  const command = await loaded(load)
  if (asksFor(rest, '--help', '-h')) {
    page(await commandPage(name, command))
    return 0
  }
  await runCommand(command, { rawArgs: rest })
  return Number(process.exitCode ?? 0)
}

/** Tells of an error, for people on stderr and, with `--json`, for scripts on stdout. Answers with the exit code. */
export function failed(error: unknown, rawArgs: readonly string[]): number {
  // A purchase on the emulator costs nothing, however it ends.
  const live = rawArgs[0] !== 'generate' || asksFor(rawArgs, '--live')
  say(describeFailure(error, live, widthOf(process.stderr)))
  if (asksFor(rawArgs, '--json')) answerJson(errorDocument(error))
  return exitCodeOf(error)
}

/** Runs the command line and answers with the process's exit code: 0 done, else see {@link exitCodeOf}. */
export async function main(rawArgs: readonly string[]): Promise<number> {
  const code = await run(rawArgs).catch((error: unknown) => failed(error, rawArgs))
  const lost = await lostOutput()
  if (lost === undefined) return code
  say(`reelay: the result could not be written to stdout (${lost}).`)
  return code === 0 ? 1 : code
}
