import type { TextToVideoRequest } from '@reelay/core'
import {
  createEmulator,
  demoCredentials,
  type Emulator,
  type EmulatorOptions,
  type RequestRecord,
} from '@reelay/emulator'
import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import { createFal, type FalOptions, type FalProvider } from '../../src/index.ts'

/** An emulated fal and providers that talk to it, all on one virtual clock. */
export interface Rig {
  readonly clock: VirtualClock
  readonly emulator: Emulator
  readonly fal: FalProvider
  /** A further instance, as in another process. */
  create(options?: FalOptions): FalProvider
  /** The requests of one kind, in order. */
  requests(op: RequestRecord['op']): readonly RequestRecord[]
}

export const apiKey: string = demoCredentials.fal.key

export function createRig(emulated: EmulatorOptions['fal'] = {}): Rig {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock: clock.server, seed: 1, fal: emulated })
  const fetch = clock.track(emulator.fetch)
  const create = (options: FalOptions = {}): FalProvider => createFal({ apiKey, fetch, clock, ...options })
  return {
    clock,
    emulator,
    fal: create(),
    create,
    requests: (op) => emulator.control.requests().filter((request) => request.op === op),
  }
}

export const boat: TextToVideoRequest = {
  kind: 'text-to-video',
  prompt: 'A paper boat in the rain',
  model: 'kling-v3',
}
