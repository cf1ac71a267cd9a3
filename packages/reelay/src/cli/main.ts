import { missingFeatures } from '@reelay/core'
import { type CommandDef, runCommand } from 'citty'
import { describeFailure, errorDocument, exitCodeOf, UsageError } from './failure.ts'
import { commandPage, overviewPage } from './help.ts'
import { kindIn } from './request.ts'
import { answer, answerJson, lostOutput, page, say, widthOf } from './terminal.ts'
import { own } from './version.ts'

// biome-ignore lint/suspicious/noExplicitAny: each command has arguments of its own
type AnyCommand = CommandDef<any>

const commands: Readonly<Record<string, () => Promise<AnyCommand>>> = {
  compare: async () => (await import('./compare.ts')).compareCommand,
  quote: async () => (await import('./quote.ts')).quoteCommand,
  recommend: async () => (await import('./recommend.ts')).recommendCommand,
  promote: async () => (await import('./promote.ts')).promoteCommand,
  models: async () => (await import('./models.ts')).modelsCommand,
  generate: async () => (await import('./generate.ts')).generateCommand,
  wait: async () => (await import('./wait.ts')).waitCommand,
  resume: async () => (await import('./resume.ts')).resumeCommand,
  journal: async () => (await import('./journal/list.ts')).listCommand,
  'journal show': async () => (await import('./journal/show.ts')).showCommand,
  'journal export': async () => (await import('./journal/export.ts')).exportCommand,
  'journal prune': async () => (await import('./journal/prune.ts')).pruneCommand,
  spend: async () => (await import('./spend.ts')).spendCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  emulate: async () => (await import('./emulate.ts')).emulateCommand,
}

const asksFor = (words: readonly string[], ...names: readonly string[]): boolean => {
  const end = words.indexOf('--')
  return words.slice(0, end === -1 ? undefined : end).some((word) => names.includes(word))
}

/** Those of a command that are commands themselves, such as `journal show`. */
const partsOf = (name: string): typeof commands =>
  Object.fromEntries(Object.entries(commands).filter(([other]) => other.startsWith(`${name} `)))

interface Meant {
  readonly called: string
  readonly load: () => Promise<AnyCommand>
  readonly words: readonly string[]
}

/** The command of one word or two that is meant. */
function meant(name: string, rest: readonly string[]): Meant {
  const [second = ''] = rest
  const both = `${name} ${second}`
  const found = Object.entries(commands).find(([known]) => known === both)
  if (found) return { called: both, load: found[1], words: rest.slice(1) }
  const one = Object.entries(commands).find(([known]) => known === name)
  const parts = Object.keys(partsOf(name))
  const isWord = second !== '' && !second.startsWith('-')
  if (one && !(parts.length > 0 && isWord)) return { called: name, load: one[1], words: rest }
  const [what, list] = one ? [both, [name, ...parts]] : [name, Object.keys(commands)]
  throw new UsageError(`There is no command "${what}". Use one of ${list.join(', ')}.`)
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
  const { called, load, words } = meant(name, rest)
  const command = await loaded(load)
  if (asksFor(words, '--help', '-h')) {
    page(await commandPage(called, command, partsOf(called), kindIn(words)))
    return 0
  }
  await runCommand(command, { rawArgs: [...words] })
  return Number(process.exitCode ?? 0)
}

/** Tells of an error, for people on stderr and, with `--json`, for scripts on stdout. Answers with the exit code. */
export function failed(error: unknown, rawArgs: readonly string[]): number {
  // A purchase on the emulator costs nothing, however it ends.
  const live = !['generate', 'promote'].includes(rawArgs[0] ?? '') || asksFor(rawArgs, '--live')
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

const needs = `Reelay runs on Node ${own.engines.node}; this is ${process.version}. Nothing was sent.`

/** Refuses, before anybody is asked or anything is bought, a runtime that could not finish the job. */
export function refuseOldRuntime(): void {
  const missing = missingFeatures()
  if (missing.length > 0) throw new UsageError(`This runtime lacks ${missing.join(', ')}. ${needs}`)
}

/** A command's code, loaded: what an old runtime cannot load, it cannot run either. */
export async function loaded<Module>(load: () => Promise<Module>): Promise<Module> {
  refuseOldRuntime()
  try {
    return await load()
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    throw new UsageError(`This runtime cannot load what the command needs: ${why?.slice(0, 200)}. ${needs}`)
  }
}
