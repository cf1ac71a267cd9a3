import type { TextToVideoRequest } from '@reelay/core'
import {
  createEmulator,
  demoCredentials,
  type Emulator,
  type EmulatorOptions,
  type RequestRecord,
} from '@reelay/emulator'
import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import { createPiapi, type PiapiOptions, type PiapiProvider } from '../../src/index.ts'

export const { apiKey } = demoCredentials.piapi

/** An emulated PiAPI and a provider that talks to it, both on one virtual clock. */
export interface Rig {
  readonly clock: VirtualClock
  readonly emulator: Emulator
  readonly piapi: PiapiProvider
  /** A further instance, as in another process. */
  create(): PiapiProvider
  /** The requests of one kind, in order. */
  requests(op: RequestRecord['op']): readonly RequestRecord[]
}

export function createRig(options: PiapiOptions = {}, emulated: EmulatorOptions['piapi'] = {}): Rig {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock: clock.server, seed: 1, piapi: emulated })
  const fetch = clock.track(emulator.fetch)
  const create = (): PiapiProvider => createPiapi({ apiKey, fetch, clock, ...options })
  return {
    clock,
    emulator,
    piapi: create(),
    create,
    requests: (op) => emulator.control.requests().filter((request) => request.op === op),
  }
}

export const boat: TextToVideoRequest = {
  kind: 'text-to-video',
  prompt: 'A paper boat in the rain',
  model: 'kling-v2-6',
}
