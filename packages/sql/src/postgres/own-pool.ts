import { ReelayError } from '@reelay/core'
import { isolatesRequests } from '@reelay/core/adapter'
import type { PostgresClient, Source } from './client.ts'

// Nobody holds a connection for longer than a few statements, and servers have about a hundred of them for everybody.
const most = 5
const keptMs = 10_000

type Pg = Pick<typeof import('pg'), 'Client' | 'Pool'>

async function loadPg(title: string): Promise<Pg> {
  try {
    // In a `try`, by which bundlers see that it may be missing.
    const loaded = await import('pg')
    return loaded.default ?? loaded
  } catch (cause) {
    const message = `${title} needs the package pg, which cannot be loaded here. Nothing is sent without it. Install it (npm install pg), or pass a pool of your own: postgresJournal(pool).`
    throw new ReelayError('ERR_CONFIG', message, { outcome: 'none', cause })
  }
}

/** Connections by an address; the first is made at first use. */
export function sourceOfAddress(title: string, address: string, patienceMs: number): Source {
  const options = {
    connectionString: address,
    connectionTimeoutMillis: Math.max(patienceMs, 1),
    fallback_application_name: 'reelay',
    keepAlive: true,
  }
  let pool: InstanceType<Pg['Pool']> | undefined

  async function alone({ Client }: Pg): Promise<PostgresClient> {
    const client = new Client(options)
    client.on('error', () => undefined)
    await client.connect()
    const release = (): void => void client.end().catch(() => undefined)
    return Object.assign(client, { release })
  }

  return {
    async connect() {
      const pg = await loadPg(title)
      // There, a connection belongs to the request that made it.
      if (isolatesRequests()) return alone(pg)
      if (!pool) {
        pool = new pg.Pool({ ...options, max: most, idleTimeoutMillis: keptMs, allowExitOnIdle: true })
        // What a connection dies of while nobody uses it; without a listener the process would end of it.
        pool.on('error', () => undefined)
      }
      return pool.connect()
    },
    async close() {
      await pool?.end()
      pool = undefined
    },
  }
}
