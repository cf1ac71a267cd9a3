import type { EmulatorEvent, FaultSpec, Operation } from '@reelay/emulator'

/** What a child says of itself; it goes on only when it is told to. */
export type Note =
  | 'started'
  | 'intending'
  | 'intended'
  | 'judged'
  | 'ended'
  | 'stored'
  | 'saved'
  | 'unknown'
  | 'resumed'

/** A kind of instant at which a process can die. */
export interface Moment {
  /** Said by the child: instants that no provider can see. */
  readonly note?: Note
  /** Inside the transaction that writes the intent: by its own hand, since nothing else is quick enough. */
  readonly inside?: true
  /** Seen by the emulator. */
  readonly event?: EmulatorEvent['type']
  readonly op?: readonly Operation[]
  /** What has to go wrong on the wire for the instant to come. */
  readonly fault?: FaultSpec
  /** How many of the same a child may be spared before, 0 when absent: a first life must get that far. */
  readonly spare?: number
  /** Absent: at every provider. */
  readonly only?: 'kling'
}

/** Every kind of instant in the life of a clip, in the order in which they come. */
export const moments: Readonly<Record<string, Moment>> = {
  'nothing known, nothing written': { note: 'intending', spare: 1 },
  'inside the transaction of the intent': { inside: true },
  'intent written, nothing sent': { note: 'intended', spare: 1 },
  'POST received, never carried out': {
    event: 'fault-applied',
    op: ['create'],
    fault: { on: 'create', kind: 'lost-before-create' },
  },
  'POST received, carried out afterwards': { event: 'request-received', op: ['create'], spare: 1 },
  'task created, no answer yet': { event: 'task-created', op: ['create'], spare: 1 },
  // Elsewhere it cannot be told from one that is never seen: nobody can look for it.
  'task created, not to be found yet': {
    event: 'task-created',
    op: ['create'],
    fault: { on: 'create', kind: 'in-flight', ms: 60_000 },
    only: 'kling',
  },
  'create answer begun': { event: 'answer-started', op: ['create'], spare: 1 },
  'create answer half sent': {
    event: 'connection-lost',
    op: ['create'],
    fault: { on: 'create', kind: 'reset-mid-answer' },
  },
  'create answer sent': { event: 'answer-sent', op: ['create'], spare: 1 },
  'verdict written': { note: 'judged', spare: 1 },
  'poll received': { event: 'request-received', op: ['query', 'list', 'result'], spare: 2 },
  'poll answered': { event: 'answer-sent', op: ['query', 'list', 'result'], spare: 2 },
  'end written, clip not fetched': { note: 'ended', spare: 1 },
  'download received': { event: 'request-received', op: ['download'], spare: 1 },
  'download half sent': {
    event: 'answer-held',
    op: ['download'],
    fault: { on: 'download', kind: 'stall', afterBytes: 2_000 },
  },
  'clip saved, nobody told': { note: 'saved', spare: 1 },
  'clip noted as stored': { note: 'stored', spare: 1 },
}

/** The same sequence for the same seed (mulberry32), from 0 to below 1. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
