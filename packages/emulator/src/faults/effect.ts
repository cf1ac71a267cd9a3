import type { EmulatorClock } from '../clock.ts'
import type { Exchange } from '../engine/exchange.ts'
import type { Wire } from '../engine/wire.ts'
import type { FaultKind, FaultSpec } from './spec.ts'

/** What a fault's effect may use. */
export interface FaultRun {
  readonly exchange: Exchange
  readonly provider: Wire
  readonly clock: EmulatorClock
  /** Lets the provider do its work and returns the answer it would give. */
  next(): Promise<Response>
  /** Gives the hit back. */
  spare(): void
  /** Tells listeners that the answer is being kept back. */
  held(): Promise<void>
  /** Says beforehand that the body will not arrive whole. */
  breaksOff(): void
  /** Tells listeners that the connection broke while the body was on its way. */
  lost(by: 'fault' | 'client'): Promise<void>
}

export type SpecOf<Kind extends FaultKind> = Extract<FaultSpec, { readonly kind: Kind }>

export type Effect<Kind extends FaultKind> = (spec: SpecOf<Kind>, run: FaultRun) => Promise<Response>

/** A table with one effect per kind. */
export type Effects<Kind extends FaultKind> = { readonly [K in Kind]: Effect<K> }
