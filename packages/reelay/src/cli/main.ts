import { stripVTControlCharacters } from 'node:util'
import { defineCommand, renderUsage, runCommand } from 'citty'
import { describeFailure, exitCodeOf, UsageError } from './failure.ts'

const command = defineCommand({
  meta: { name: 'reelay', description: 'Render Kling video: never pay twice, never lose a paid task.' },
  subCommands: {
    generate: () => import('./generate.ts').then((module) => module.generateCommand),
    emulate: () => import('./emulate.ts').then((module) => module.emulateCommand),
    wait: () => import('./wait.ts').then((module) => module.waitCommand),
    resume: () => import('./resume.ts').then((module) => module.resumeCommand),
  },
})

const plain = (text: string): string =>
  process.stdout.isTTY && !process.env.NO_COLOR ? text : stripVTControlCharacters(text)

/** Runs the command line and answers with the process's exit code: 0 done, else see {@link exitCodeOf}. */
export async function main(rawArgs: readonly string[]): Promise<number> {
  const [name, ...rest] = rawArgs
  const commands = { ...(command.subCommands as Record<string, () => Promise<typeof command>>) }
  try {
    if (name === undefined || name === '--help' || name === '-h') {
      console.log(plain(await renderUsage(command)))
      return name === undefined ? 2 : 0
    }
    const load = commands[name]
    if (!load)
      throw new UsageError(`There is no command "${name}". Use one of ${Object.keys(commands).join(', ')}.`)
    const chosen = await load()
    if (rest.includes('--help') || rest.includes('-h')) {
      console.log(plain(await renderUsage(chosen, command)))
      return 0
    }
    await runCommand(chosen, { rawArgs: rest })
    return Number(process.exitCode ?? 0)
  } catch (error) {
    // A purchase on the emulator costs nothing, however it ends.
    const live = name !== 'generate' || rest.includes('--live')
    console.error(describeFailure(error, live))
    return exitCodeOf(error)
  }
}
