import { ReelayError } from '@reelay/core'

/** Nothing was done; it may be tried again. */
export class Again extends Error {}

/** The same, since the connection, or the server, is gone. */
export class Lost extends Again {}

// postgresql.org/docs/current/errcodes-appendix.html, 2026-11-26.
const again = new Set(['40001', '40P01'])
const lost = new Set(['25P03', '25P04', '57P01', '57P02', '57P03', '57P05', '53300'])

const causes: Readonly<Record<string, string>> = {
  '25006': 'This server is for reading only: give the address of the primary.',
  '28000': 'The server refuses this user: check the name and the rules of the server.',
  '28P01': 'The server refuses this user: check the name and the password.',
  '3D000': 'The server has no such database: create it, or check its name.',
  '42501':
    'This user lacks a right: let it create the schema, or create the schema and make the user its owner.',
  '53100': 'The disk of the server is full: make room.',
}

const held = new Set(['55P03', '57014'])

/** SQLSTATE, where the server said something; everything else comes of the connection. */
function stateOf(error: unknown): string | undefined {
  const code = (error as { readonly code?: unknown } | undefined)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as object)
    ? code
    : undefined
}

const textOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)) || 'no reason given'

/** Whether a connection died, so that nobody knows what became of the last statement. */
export const isLost = (error: unknown): boolean => {
  const state = stateOf(error)
  return state === undefined || lost.has(state) || state.startsWith('08')
}

/** Whether that came of the connection alone, and no server said anything. */
export const isSilent = (error: unknown): boolean => stateOf(error) === undefined

/** An error of the journal's, with what to do. */
export function unusable(title: string, cause: unknown): ReelayError {
  const next = causes[stateOf(cause) ?? ''] ?? 'See the cause.'
  const message = `${title} cannot be used (${textOf(cause)}). ${next} Nothing is sent without it.`
  return new ReelayError('ERR_CONFIG', message, { outcome: 'none', cause })
}

const seconds = (ms: number): number => Number((ms / 1_000).toFixed(1))

/** The error for what was tried for as long as was stated. */
export function outOfPatience(title: string, why: string, waitedMs: number): ReelayError {
  const message = `${title} ${why}, for ${seconds(waitedMs)} s. Nothing is sent without it. Try again later.`
  return new ReelayError('ERR_CONFIG', message, { outcome: 'none', retryable: true })
}

/** What a statement failed with, as what is to be done about it. */
export function troubleOf(title: string, error: unknown, waitedMs: number): Error {
  if (ReelayError.isInstance(error) || error instanceof Again) return error as Error
  const state = stateOf(error) ?? ''
  if (isLost(error)) return new Lost(textOf(error), { cause: error })
  if (again.has(state)) return new Again(textOf(error), { cause: error })
  if (held.has(state))
    return outOfPatience(title, 'is held by another transaction, and could not be had', waitedMs)
  return unusable(title, error)
}
