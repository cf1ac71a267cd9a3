import { once } from 'node:events'
import { createEmulator, demoCredentials, type ProviderAccess } from '@reelay/emulator'
import { type CommandDef, defineCommand } from 'citty'
import { numberFlag, refuseMistakes } from './args.ts'
import { runOnEmulator } from './emulated-command.ts'
import { UsageError } from './failure.ts'
import { answer, answerJson, say } from './terminal.ts'

const args = {
  port: { type: 'string', description: 'Port on 127.0.0.1; a free one when left out', valueHint: 'number' },
  speed: {
    type: 'string',
    default: '1',
    description: 'Emulated seconds per real second',
    valueHint: 'number',
  },
  env: { type: 'boolean', description: 'Print export lines for a shell' },
  json: {
    type: 'boolean',
    description:
      'Print one line of JSON: { providers }; with a command, on stderr and at its end: { bought }',
  },
  debug: { type: 'boolean', description: 'Show where an internal error happened' },
} as const

type Providers = Readonly<Record<string, ProviderAccess>>

const asEnv = (providers: Providers): string =>
  Object.entries(providers)
    .flatMap(([name, { baseURL, env, official, webhook }]) => [
      // For a configuration that says baseURL: env('REELAY_…_BASE_URL'); no adapter reads these by itself.
      `export REELAY_${name.toUpperCase()}_BASE_URL='${baseURL}'`,
      // For its official: env('REELAY_…_OFFICIAL'): the emulator keeps the provider's promises, as no relay does.
      `export REELAY_${name.toUpperCase()}_OFFICIAL='${official}'`,
      ...(webhook?.userId ? [`export REELAY_${name.toUpperCase()}_WEBHOOK_USER_ID='${webhook.userId}'`] : []),
      ...Object.entries(env).map(([key, value]) => `export ${key}='${value}'`),
    ])
    .join('\n')

const asText = (providers: Providers): string =>
  Object.entries(providers)
    .flatMap(([name, { baseURL, env }]) => [
      name,
      `  baseURL  ${baseURL}`,
      ...Object.entries(env).map(([key, value]) => `  ${key}=${value}`),
    ])
    .join('\n')

/** The words before `--`, and the command behind it, if there is one. */
function divided(rawArgs: readonly string[]): {
  readonly own: readonly string[]
  readonly command: readonly string[] | undefined
} {
  const end = rawArgs.indexOf('--')
  if (end === -1) return { own: rawArgs, command: undefined }
  const command = rawArgs.slice(end + 1)
  if (command.length === 0)
    throw new UsageError('Nothing stands behind --. Say what to run: reelay emulate -- node app.js')
  return { own: rawArgs.slice(0, end), command }
}

/** `reelay emulate`: every provider's wire on one local port, until interrupted or as long as a command runs. */
export const emulateCommand: CommandDef<typeof args> = defineCommand({
  meta: {
    name: 'emulate',
    description: 'Serve every provider locally, for a command too: no key, no network, no money',
  },
  args,
  async run({ args: flags, rawArgs }) {
    const { own, command } = divided(rawArgs)
    refuseMistakes(own, args, 0)
    const port = numberFlag('port', flags.port, 0, 65_535) ?? 0
    const speed = numberFlag('speed', flags.speed) ?? 1
    if (!Number.isInteger(port)) throw new UsageError('--port takes a whole number.')
    if (speed <= 0) throw new UsageError('--speed takes a number above 0.')
    if (command && flags.env)
      throw new UsageError(
        '--env is for a shell; the command finds what it needs in its environment. Leave it out.',
      )
    // The demo account, and a secret as one makes in Kling's console: its callbacks are signed.
    const { kling } = demoCredentials
    const account = { ...kling, name: 'demo', apiKeys: [kling.apiKey] }
    const emulator = createEmulator({ speed, kling: { accounts: [account] } })
    const server = await emulator.listen({ port }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error
      throw new UsageError(
        `Port ${port} is in use. Choose another with --port, or leave it out for a free one.`,
      )
    })
    if (command) {
      process.exitCode = await runOnEmulator(command, emulator, server, flags.json === true)
      return
    }
    if (flags.json) answerJson({ providers: server.providers })
    else if (flags.env) answer(asEnv(server.providers))
    else {
      answer(asText(server.providers))
      say('\nThe keys are made up. Ctrl-C stops the emulator.')
    }
    await Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)))
    await server.close()
  },
})
