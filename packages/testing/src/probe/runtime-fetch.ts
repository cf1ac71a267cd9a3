import type { World } from '../world.ts'
import { type Attempt, attempt } from './attempt.ts'

/** A submit whose provider uses the runtime's own `fetch`, which fails with a system error and sends nothing. */
export async function underRuntimeFetch(world: World, code: string, syscall: string): Promise<Attempt> {
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
