import { ReelayError } from '@reelay/core'

/** A promise of the contract was broken; the message says which and how. */
export class ContractViolation extends Error {
  override readonly name = 'ContractViolation'
}

/** Thrown by a case that cannot be tried in this world; the message is the reason. */
export class CaseSkipped extends Error {
  override readonly name = 'CaseSkipped'
}

/** Ends a case that cannot be tried here. */
export function skip(reason: string): never {
  throw new CaseSkipped(reason)
}

const longestShown = 300

/** A value as one line of a message. */
export function show(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message.split('\n')[0]}`
  const text = typeof value === 'string' ? JSON.stringify(value) : (JSON.stringify(value) ?? String(value))
  return text.length > longestShown ? `${text.slice(0, longestShown)}…` : text
}

export function ok(condition: unknown, message: string): asserts condition {
  if (!condition) throw new ContractViolation(message)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** Equality of plain data: same keys, same values, all the way down. */
export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (!isRecord(a) || !isRecord(b) || Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameData(a[key], b[key]))
  )
}

export function equal(actual: unknown, expected: unknown, what: string): void {
  ok(sameData(actual, expected), `${what}: expected ${show(expected)}, got ${show(actual)}`)
}

export function oneOf(actual: unknown, allowed: readonly unknown[], what: string): void {
  ok(allowed.includes(actual), `${what}: expected one of ${show(allowed)}, got ${show(actual)}`)
}

/** Survives storage: what JSON gives back is what went in. */
export function plainJson(value: unknown, what: string): void {
  const text = JSON.stringify(value)
  ok(text !== undefined, `${what} is not JSON`)
  equal(JSON.parse(text), value, `${what}, after a round trip through JSON`)
}

/** What a call comes back with, where it has no right to fail. */
export async function fulfilled<Value>(work: Promise<Value>, what: string): Promise<Value> {
  return work.catch((error: unknown) => {
    if (error instanceof CaseSkipped) throw error
    throw new ContractViolation(`${what} should not have failed with ${show(error)}`)
  })
}

/** What a call is rejected with. */
export async function rejection(work: Promise<unknown>, what: string): Promise<unknown> {
  let value: unknown
  try {
    value = await work
  } catch (error) {
    return error
  }
  throw new ContractViolation(`${what} should have been rejected, and came back with ${show(value)}`)
}

export function isReelayError(error: unknown, what: string): asserts error is ReelayError {
  ok(ReelayError.isInstance(error), `${what} should fail with a ReelayError, not with ${show(error)}`)
}

/** The `ReelayError` a call is rejected with. */
export async function failure(work: Promise<unknown>, what: string): Promise<ReelayError> {
  const error = await rejection(work, what)
  isReelayError(error, what)
  return error
}
