import { systemClock } from '@reelay/core'
import type { Patience } from './patience.ts'
import type { Session } from './session.ts'

// A server that starts again, or still waits for its copies, is asked so often.
const pauseMs = 50

async function ask(id: string, open: () => Promise<Session>): Promise<unknown> {
  let session: Session | undefined
  try {
    session = await open()
    const [row] = await session.send('SELECT txid_status(?::bigint) AS status', [id])
    return row?.status
  } catch {
    return undefined
  } finally {
    await session?.undo()
    session?.end()
  }
}

/** What became of a transaction whose commit got no answer; undefined when the server does not say within our patience. */
export async function fateOf(
  id: string,
  open: () => Promise<Session>,
  patience: Patience,
): Promise<'committed' | 'aborted' | undefined> {
  do {
    const status = await ask(id, open)
    if (status === 'committed' || status === 'aborted') return status
    await systemClock.sleep(pauseMs)
  } while (patience.leftMs() > 0)
  return undefined
}
