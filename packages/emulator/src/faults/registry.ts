import type { Fault, FaultInfo, FaultSpec } from './spec.ts'

/** A fault chosen for one request. `spare` gives the hit back where there was nothing to spoil. */
export interface TakenFault<Spec = FaultSpec> {
  readonly spec: Spec
  spare(): void
}

export interface FaultRegistry<Spec = FaultSpec, Info = FaultInfo> {
  add(spec: Spec): Fault
  /** The earliest planted fault that wants this; only that one counts a hit. */
  take(info: Info): TakenFault<Spec> | undefined
  clear(): void
}

interface Counted {
  readonly times?: number
  readonly skip?: number
}

export function createFaultRegistry<Spec extends Counted, Info>(
  wants: (spec: Spec, info: Info) => boolean,
): FaultRegistry<Spec, Info> {
  interface Planted {
    readonly spec: Spec
    toSkip: number
    hits: number
  }
  const planted = new Set<Planted>()

  return {
    add: (spec) => {
      const fault: Planted = { spec, toSkip: spec.skip ?? 0, hits: 0 }
      planted.add(fault)
      return {
        get hits() {
          return fault.hits
        },
        remove: () => void planted.delete(fault),
      }
    },
    take: (info) => {
      for (const fault of planted) {
        if (fault.hits >= (fault.spec.times ?? 1) || !wants(fault.spec, info)) continue
        if (fault.toSkip > 0) {
          fault.toSkip -= 1
          continue
        }
        fault.hits += 1
        const spare = (): void => {
          fault.hits -= 1
        }
        return { spec: fault.spec, spare }
      }
      return undefined
    },
    clear: () => planted.clear(),
  }
}
