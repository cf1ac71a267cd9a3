import { ReelayError, withDetails } from './error.ts'
import type { TaskHandle } from './handle.ts'
import type { ErrorCode } from './outcome.ts'

/** What somebody else threw, in words that are safe to print: its class and code, never its message. */
export function kindOf(thrown: unknown): string {
  try {
    if (!(thrown instanceof Error)) return `a thrown ${thrown === null ? 'null' : typeof thrown}`
    const { name, code } = thrown as Error & { readonly code?: unknown }
    const named = /^\w{1,60}$/.test(name) ? name : 'Error'
    return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? `${named} ${code}` : named
  } catch {
    // A proxy may refuse even to be looked at.
    return 'something unreadable'
  }
}

/** Where it came from: stack frames name files and functions only, and help whoever wrote them. */
function framesOf(thrown: unknown): string {
  try {
    const { stack } = thrown as { readonly stack?: unknown }
    if (typeof stack !== 'string') return ''
    return stack
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .map((line) => `\n${line}`)
      .join('')
  } catch {
    return ''
  }
}

/** The same error, its stack that of what was thrown. */
export function at(thrown: unknown, error: ReelayError): ReelayError {
  const frames = framesOf(thrown)
  if (frames !== '') error.stack = `${error.name}: ${error.message}${frames}`
  return error
}

/**
 * Whatever was thrown while something was done about a task that is paid for, as an error that has its handle. What it
 * says may hold credentials and stays out, unless it is the `cause`: the caller's own, from a clock or a hook.
 *
 * @param doing What failed, as the beginning of a sentence: `Waiting for task 12`.
 */
export function ofPaidTask(
  thrown: unknown,
  handle: TaskHandle,
  doing: string,
  { code = 'ERR_CONFIG', cause }: { readonly code?: ErrorCode; readonly cause?: unknown } = {},
): ReelayError {
  const { provider, account } = handle
  if (ReelayError.isInstance(thrown)) {
    return thrown.handle ? thrown : withDetails(thrown, { provider, account, outcome: 'accepted', handle })
  }
  const next = `Task ${handle.id} goes on at ${provider}: wait for the handle on this error again, in this process or another.`
  const message = `${doing} broke off (${kindOf(thrown)}). ${next}`
  return at(thrown, new ReelayError(code, message, { provider, account, outcome: 'accepted', handle, cause }))
}

/** Does something about a task that is paid for; see {@link ofPaidTask}. */
export async function keeping<Value>(
  handle: TaskHandle,
  doing: string,
  work: () => Value | Promise<Value>,
): Promise<Value> {
  try {
    return await work()
  } catch (thrown) {
    throw ofPaidTask(thrown, handle, doing)
  }
}

/** Does what must not stop anything else, whatever it throws: a farewell to somebody's own signal. */
export function unheard(work: () => void): void {
  try {
    work()
  } catch {
    // See above.
  }
}
