import type { Clock, TextToVideoRequest } from '@reelay/core'
import {
  createEmulator,
  demoCredentials,
  type Emulator,
  type EmulatorOptions,
  type RequestRecord,
} from '@reelay/emulator'
import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import { createKling, type KlingOptions, type KlingProvider } from '../../src/index.ts'

/** An emulated Kling and providers that talk to it, all on one virtual clock. */
export interface Rig {
  readonly clock: VirtualClock
  readonly emulator: Emulator
  readonly kling: KlingProvider
  /** A further instance, as in another process. */
  create(options?: KlingOptions): KlingProvider
  /** The requests of one kind, in order. */
  requests(op: RequestRecord['op']): readonly RequestRecord[]
}

const { accessKey, secretKey, apiKey } = demoCredentials.kling
const pair = { accessKey, secretKey }

export { apiKey, pair }

export function createRig(options: KlingOptions = {}, emulated: EmulatorOptions['kling'] = {}): Rig {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock: clock.server, seed: 1, kling: emulated })
  const fetch = clock.track(emulator.fetch)
  const create = (more: KlingOptions = {}): KlingProvider =>
    createKling({ fetch, clock, ...('apiKey' in more ? {} : pair), ...more })
  return {
    clock,
    emulator,
    kling: create(options),
    create,
    requests: (op) => emulator.control.requests().filter((request) => request.op === op),
  }
}

/** A clock that runs so many milliseconds ahead of another. */
export function ahead(clock: Clock, ms: number): Clock {
  return { now: () => clock.now() + ms, sleep: (time, signal) => clock.sleep(time, signal) }
}

export const boat: TextToVideoRequest = {
  kind: 'text-to-video',
  prompt: 'A paper boat in the rain',
  model: 'kling-v2-6',
}
