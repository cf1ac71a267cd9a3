import type { TaskHandle } from '../../model/handle.ts'
import type { Engine } from '../engine.ts'
import type { NativeTask } from '../native.ts'
import type { CallOptions } from '../options.ts'
import type { CallFailure } from './failure.ts'
import type { Find, Listing } from './pages.ts'
import { readWithRetry } from './read.ts'
import { take, turn } from './turn.ts'

/**
 * Reads tasks by their names, as many in one request as the provider takes; every task found is told to `found`. For a
 * spec with `named` reads.
 *
 * @example
 * ```ts
 * import { defineProvider, type ProviderSpec, readNamed } from '@reelay/core/adapter'
 * declare const spec: ProviderSpec
 * export const define = defineProvider(spec, { readNamed })
 * ```
 */
export async function readNamed(
  engine: Engine,
  { readSpacingMs }: Listing,
  wanted: readonly TaskHandle[],
  also: readonly TaskHandle[],
  options: CallOptions,
  found: (task: NativeTask) => Find,
): Promise<CallFailure | undefined> {
  const { named } = engine.spec
  // One is read as well by itself.
  if (!named || wanted.length < 2) return undefined
  const ids = [...new Set(wanted.map(({ id }) => id))]
  // Others come along for nothing where a request has room.
  const room = Math.ceil(ids.length / named.most) * named.most - ids.length
  const all = [...new Set([...ids, ...also.slice(0, room).map(({ id }) => id)])]
  for (let from = 0; from < all.length; from += named.most) {
    const some = all.slice(from, from + named.most)
    await turn(engine, readSpacingMs, options.abortSignal)
    take(engine, readSpacingMs)
    const result = await readWithRetry(engine, named.request(some), named.tasks, options)
    if (result.failure) {
      // What is wrong with a question about many is not wrong with each of them.
      const { code } = result.failure
      if (code === 'ERR_INVALID_REQUEST' || code === 'ERR_NOT_FOUND') return undefined
      return result.failure
    }
    for (const task of result.value) found(task)
  }
  return undefined
}
