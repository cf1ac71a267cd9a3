import type { Row, Script, Value } from '../script.ts'
import type { PostgresClient, Source } from './client.ts'
import { type Patience, patienceOf } from './patience.ts'
import { troubleOf } from './trouble.ts'

const undoMs = 0

/** A connection for one transaction. */
export interface Session {
  /** Asks the server; what fails is thrown as it is. */
  send(text: string, values?: readonly Value[]): Promise<readonly Row[]>
  /** The same, and what fails is told by `troubleOf`. */
  ask(text: string, values?: readonly Value[]): Promise<readonly Row[]>
  /** Runs a script to its end. */
  play<Result>(script: Script<Result>): Promise<Result>
  /** Undoes what is not committed, if the connection still answers. */
  undo(): Promise<void>
  /** Gives the connection back, or closes it if it is in the middle of something. */
  end(): void
}

const numbered = new Map<string, string>()

/** With `$1`, `$2`, … for each `?`. Texts are the few of this package. */
function numberedOf(text: string): string {
  let count = 0
  const known =
    numbered.get(text) ??
    text.replaceAll('?', () => {
      count += 1
      return `$${count}`
    })
  numbered.set(text, known)
  return known
}

/** Of several statements in one text, the last one's. */
function rowsOf(answer: unknown): readonly Row[] {
  const last: unknown = Array.isArray(answer) ? answer.at(-1) : answer
  return (last as { readonly rows?: readonly Row[] } | undefined)?.rows ?? []
}

async function connected(source: Source, patience: Patience): Promise<PostgresClient> {
  const connecting = source.connect()
  return patience.within(connecting).catch((error: unknown) => {
    // One that comes too late is not wanted any more.
    connecting.then((client) => client.release()).catch(() => undefined)
    throw error
  })
}

/**
 * Opens a session.
 *
 * @throws what connecting fails with.
 */
export async function openSession(title: string, source: Source, patience: Patience): Promise<Session> {
  const client = await connected(source, patience)
  // Told by the statement that fails of it; without a listener the process would end of it as well.
  const ignore = (): void => undefined
  client.on('error', ignore)
  let isIdle = true
  let isOpen = true

  async function send(
    text: string,
    values?: readonly Value[],
    how: Patience = patience,
  ): Promise<readonly Row[]> {
    isIdle = false
    const rows = rowsOf(
      await how.within(client.query(values ? numberedOf(text) : text, values && [...values])),
    )
    isIdle = /^(COMMIT|ROLLBACK)$/.test(text)
    return rows
  }

  async function ask(text: string, values?: readonly Value[]): Promise<readonly Row[]> {
    try {
      return await send(text, values)
    } catch (error) {
      throw troubleOf(title, error, patience.waitedMs())
    }
  }

  return {
    send: (text, values) => send(text, values),
    ask,
    async play(script) {
      let rows: readonly Row[] = []
      for (;;) {
        const step = script.next(rows)
        if (step.done) return step.value
        rows = await ask(step.value.text, step.value.values)
      }
    },
    async undo() {
      if (isOpen && !isIdle) await send('ROLLBACK', undefined, patienceOf(undoMs)).catch(() => undefined)
    },
    end() {
      if (!isOpen) return
      isOpen = false
      if (isIdle) client.removeListener('error', ignore)
      client.release(!isIdle)
    },
  }
}
