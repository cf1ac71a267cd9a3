import { once } from 'node:events'
import { createEmulator, demoCredentials, type ProviderAccess } from '@reelay/emulator'
import { type CommandDef, defineCommand } from 'citty'
import { numberFlag, refuseMistakes } from './args.ts'
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
  json: { type: 'boolean', description: 'Print one line of JSON: { providers }' },
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

/** `reelay emulate`: every provider's wire on one local port, until interrupted. */
export const emulateCommand: CommandDef<typeof args> = defineCommand({
  meta: { name: 'emulate', description: 'Serve every provider locally: no key, no network, no money' },
  args,
  async run({ args: flags, rawArgs }) {
    refuseMistakes(rawArgs, args, 0)
    const port = numberFlag('port', flags.port, 0, 65_535) ?? 0
    const speed = numberFlag('speed', flags.speed) ?? 1
    if (!Number.isInteger(port)) throw new UsageError('--port takes a whole number.')
    if (speed <= 0) throw new UsageError('--speed takes a number above 0.')
    // The demo account, and a secret as one makes in Kling's console: its callbacks are signed.
    const { kling } = demoCredentials
    const account = { ...kling, name: 'demo', apiKeys: [kling.apiKey] }
    const server = await createEmulator({ speed, kling: { accounts: [account] } })
      .listen({ port })
      .catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EADDRINUSE') throw error
        throw new UsageError(
          `Port ${port} is in use. Choose another with --port, or leave it out for a free one.`,
        )
      })
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
