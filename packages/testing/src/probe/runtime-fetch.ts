import { ok } from '../assert.ts'
import type { World } from '../world.ts'
import { type Attempt, attempt } from './attempt.ts'

/** What undici calls with the end of a request: `onError` until version 7, `onResponseError` since. */
interface Handler {
  onError?(error: Error): void
  onResponseError?(controller: undefined, error: Error): void
}

// Where Node's fetch looks for who opens its connections: undici 6 and 7, and 8 (lib/global.js).
const dispatchers = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')]

/**
 * Runs something while no connection of Node's own `fetch` comes about; nothing is sent. Not by a `fetch` in its place,
 * whose errors prove nothing.
 */
export async function cutOff<Value>(
  code: string,
  syscall: string,
  run: () => Promise<Value>,
): Promise<Value> {
  const host = globalThis as Record<symbol, unknown>
  const before = dispatchers.map((name) => [name, host[name]] as const)
  const dispatch = (_request: unknown, handler: Handler): boolean => {
    const error = Object.assign(new Error(`${syscall} ${code}`), { code, syscall })
    queueMicrotask(() => {
      if (handler.onResponseError) handler.onResponseError(undefined, error)
      else handler.onError?.(error)
    })
    return true
  }
  for (const name of dispatchers) host[name] = { dispatch }
  try {
    // A runtime that looks elsewhere would send what follows to a real provider.
    const probe = await fetch('http://cut-off.invalid/').catch((thrown: Error) => thrown.cause)
    ok((probe as { code?: unknown } | undefined)?.code === code, 'this runtime’s own fetch can be cut off')
    return await run()
  } finally {
    for (const [name, value] of before) host[name] = value
  }
}

/** A submit whose provider uses the runtime's own `fetch`, which fails with a system error and sends nothing. */
export function underRuntimeFetch(world: World, code: string, syscall: string): Promise<Attempt> {
  return cutOff(code, syscall, () => attempt(world, world.createProvider({ fetch: globalThis.fetch })))
}

/** A submit under a `fetch` that was put in the place of the runtime's and fails as that would. */
export async function underReplacedFetch(world: World, code: string, syscall: string): Promise<Attempt> {
  const own = globalThis.fetch
  globalThis.fetch = world.clock.track(async () => {
    const cause = Object.assign(new Error(`${syscall} ${code}`), { code, syscall })
    throw new TypeError('fetch failed', { cause })
  })
  try {
    return await attempt(world, world.createProvider({ fetch: globalThis.fetch }))
  } finally {
    globalThis.fetch = own
  }
}
