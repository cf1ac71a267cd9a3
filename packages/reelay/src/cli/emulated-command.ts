import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { formatUsd } from '@reelay/core'
import { type Emulator, type EmulatorServer, emulatorEnvironment, type LedgerEntry } from '@reelay/emulator'
import { UsageError } from './failure.ts'
import { jsonLine, page, say } from './terminal.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Says what is missing before anything runs: the command would only end with it. */
async function needMsw(): Promise<void> {
  await import('@reelay/emulator/msw').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UsageError('To run a command on the emulator, msw 3 is needed: npm install --save-dev msw')
  })
}

/** How the command ended, as shells tell it. */
async function ended(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [command = '', ...args] = words
  const child = spawn(command, args, { env, stdio: 'inherit' })
  const passOn = (signal: NodeJS.Signals): void => {
    // A terminal tells everybody who runs in it, the command too; a second signal would often kill at once.
    if (process.stdin.isTTY && signal !== 'SIGTERM') return
    child.kill(signal)
  }
  for (const signal of signals) process.on(signal, passOn)
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    return code ?? 128 + (signal ? constants.signals[signal] : 0)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why: Readonly<Record<string, string>> = {
      ENOENT: 'there is no such command',
      EACCES: 'it is not executable',
    }
    throw new UsageError(`${JSON.stringify(command)} could not be run: ${why[code ?? ''] ?? code}.`)
  } finally {
    for (const signal of signals) process.off(signal, passOn)
  }
}

const costOf = (entries: readonly LedgerEntry[]): number =>
  entries.reduce((sum, { microUsd, refunded }) => sum + (refunded ? 0 : microUsd), 0)

const tasks = (count: number): string => (count === 1 ? '1 task' : `${count} tasks`)

function told(entries: readonly LedgerEntry[]): string {
  if (entries.length === 0) return 'reelay: nothing was bought on the emulator.'
  // Without ids, which no terminal of a hundred columns has room for; --json has them.
  const rows = entries.map(({ provider, model, mode, microUsd, refunded, state }) => [
    provider,
    [model, mode].filter(Boolean).join(' '),
    refunded ? 'refunded' : formatUsd(microUsd),
    state,
  ])
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map(
    (row) =>
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}`,
  )
  const sum = `reelay: bought on the emulator: ${tasks(entries.length)}; at the providers, ${formatUsd(costOf(entries))}.`
  return [sum, ...lines].join('\n')
}

/**
 * Runs a command whose every request to a provider, and whose children's, meets the emulator, and says at its end, on
 * stderr, what was bought: stdout belongs to the command.
 *
 * @returns Its exit code; 128 and the signal's number where a signal ended it.
 * @throws UsageError when it cannot be run.
 */
export async function runOnEmulator(
  words: readonly string[],
  emulator: Emulator,
  server: EmulatorServer,
  json: boolean,
): Promise<number> {
  try {
    await needMsw()
    const env = { ...process.env, ...emulatorEnvironment(server.url, process.env.NODE_OPTIONS) }
    const code = await ended(words, env)
    const bought = emulator.control.ledger()
    if (json) page(jsonLine({ bought, microUsd: costOf(bought), exitCode: code }).trimEnd(), process.stderr)
    else say(told(bought))
    return code
  } finally {
    await server.close()
  }
}
