import type { Fault, FaultInfo, FaultOn, FaultSpec } from './spec.ts'

/** A fault chosen for one request. `spare` gives the hit back where there was nothing to spoil. */
export interface TakenFault {
  readonly spec: FaultSpec
  spare(): void
}

export interface FaultRegistry {
  add(spec: FaultSpec): Fault
  /** The earliest planted fault that wants this request; only that one counts a hit. */
  take(info: FaultInfo): TakenFault | undefined
  clear(): void
}

const reads: readonly FaultInfo['op'][] = ['query', 'result', 'list']

const covers = (on: FaultOn, op: FaultInfo['op']): boolean =>
  on === 'any' || on === op || (on === 'any-read' && reads.includes(op))

export function createFaultRegistry(): FaultRegistry {
  interface Planted {
    readonly spec: FaultSpec
    toSkip: number
    hits: number
  }
  const planted = new Set<Planted>()

  const wants = ({ spec, hits }: Planted, info: FaultInfo): boolean =>
    hits < (spec.times ?? 1) &&
    (spec.provider === undefined || spec.provider === info.provider) &&
    covers(spec.on, info.op) &&
    (spec.match === undefined || spec.match(info))

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
        if (!wants(fault, info)) continue
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
