import { skip } from '../assert.ts'
import type { FaultName, FaultOptions } from '../wire/index.ts'
import type { World } from '../world.ts'

/** Plants a fault, or ends the case where the wire cannot simulate it. */
export function plant(world: World, name: FaultName, options: FaultOptions = {}): void {
  const planted = world.wire.fault(name, options)
  if (!planted) skip(`the wire cannot simulate ${name} on a ${options.on ?? 'create'}`)
}
