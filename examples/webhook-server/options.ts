import { parseArgs } from 'node:util'

/** The command line was not understood; nothing was done. */
export class UsageError extends Error {}

/** What the program was asked to do. */
export interface Options {
  readonly server: 'hono' | 'node'
  /** 0 for a free one. */
  readonly port: number
}

const usage = `node server.ts [options]

  --server hono|node   what takes the deliveries; hono
  --port <port>        where it listens, on 127.0.0.1; a free one`

const flags = {
  server: { type: 'string', default: 'hono' },
  port: { type: 'string', default: '0' },
  help: { type: 'boolean', short: 'h' },
} as const

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags }).values
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`)
  }
}

/**
 * Reads the command line; `undefined` when only help was asked for, which is printed.
 *
 * @throws UsageError
 */
export function readOptions(args: readonly string[]): Options | undefined {
  const { server, port, help } = parsed(args)
  if (help) {
    console.log(usage)
    return undefined
  }
  if (server !== 'hono' && server !== 'node')
    throw new UsageError(`--server is hono or node, not "${server}".`)
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError(`--port takes a number up to 65535, not "${port}".`)
  }
  return { server, port: Number(port) }
}
