import type { TextToVideoRequest } from '@reelay/core'
import {
  createEmulator,
  demoCredentials,
  type Emulator,
  type EmulatorOptions,
  type RequestRecord,
} from '@reelay/emulator'
import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import { createReplicate, type ReplicateOptions, type ReplicateProvider } from '../../src/index.ts'

export const apiKey: string = demoCredentials.replicate.apiToken

/** An emulated Replicate and providers that talk to it, all on one virtual clock. */
export interface Rig {
  readonly clock: VirtualClock
  readonly emulator: Emulator
  readonly replicate: ReplicateProvider
  /** A further instance, as in another process. */
  create(options?: ReplicateOptions): ReplicateProvider
  /** The requests of one kind, in order. */
  requests(op: RequestRecord['op']): readonly RequestRecord[]
}

export function createRig(emulated: EmulatorOptions['replicate'] = {}): Rig {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock: clock.server, seed: 1, replicate: emulated })
  const fetch = clock.track(emulator.fetch)
  const create = (options: ReplicateOptions = {}): ReplicateProvider =>
    createReplicate({ apiKey, fetch, clock, ...options })
  return {
    clock,
    emulator,
    replicate: create(),
    create,
    requests: (op) => emulator.control.requests().filter((request) => request.op === op),
  }
}

export const boat: TextToVideoRequest = {
  kind: 'text-to-video',
  prompt: 'A paper boat in the rain',
  model: 'kling-v3',
}
