import { writeSync } from 'node:fs'
import { constants } from 'node:os'
import { stake } from './stake.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
type Signal = (typeof signals)[number]

/** The command was told to stop. */
export class Interrupted extends Error {
  /** What shells give for a process that died of the signal. */
  readonly exitCode: number
  constructor(signal: Signal) {
    super(`Interrupted (${signal}).`)
    this.exitCode = 128 + constants.signals[signal]
  }
}

function lastWords(signal: Signal, json: boolean): never {
  const { paid, handle, submission, next } = stake()
  const what = handle
    ? `Task ${handle.id} at ${handle.provider} is paid for and goes on.`
    : paid
      ? 'Nobody knows yet whether a task was bought.'
      : 'Nothing was bought.'
  const message = `${what}${paid && next ? ` Go on with: ${next}` : ''}`
  const outcome = handle ? 'accepted' : paid ? 'unknown' : 'none'
  const error = { code: 'ERR_ABORTED', outcome, message, handle, submission, ...(paid && { next }) }
  try {
    // Synchronously: this process has no other turn.
    writeSync(2, `\nreelay: stopped. ${JSON.stringify(message).slice(1, -1)}\n`)
    if (json) writeSync(1, `${JSON.stringify({ error })}\n`)
  } catch {
    // Nobody listens any more.
  }
  process.exit(128 + constants.signals[signal])
}

/**
 * Turns the first signal into an abort, so that what was paid for can still be named. The second one ends the process at
 * once, after one line about it. A closed terminal (SIGHUP) stops as Ctrl-C does.
 */
export function onInterrupt(json: boolean): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController()
  const stop = (signal: Signal): void => {
    if (controller.signal.aborted) lastWords(signal, json)
    controller.abort(new Interrupted(signal))
  }
  for (const signal of signals) process.on(signal, stop)
  return {
    signal: controller.signal,
    release() {
      for (const signal of signals) process.off(signal, stop)
    },
  }
}
