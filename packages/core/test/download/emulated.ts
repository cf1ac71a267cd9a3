import { createEmulator, demoCredentials, type Emulator } from '@reelay/emulator'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'
import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import { generate, type SucceededTask, type VideoProvider } from '../../src/index.ts'

const makers = {
  kling: (options: object) => createKling({ apiKey: demoCredentials.kling.apiKey, ...options }),
  piapi: (options: object) => createPiapi({ apiKey: demoCredentials.piapi.apiKey, ...options }),
  fal: (options: object) => createFal({ apiKey: demoCredentials.fal.key, ...options }),
  replicate: (options: object) => createReplicate({ apiKey: demoCredentials.replicate.apiToken, ...options }),
}

export interface Finished {
  readonly clock: VirtualClock
  readonly emulator: Emulator
  readonly fetch: typeof globalThis.fetch
  readonly provider: VideoProvider
  readonly task: SucceededTask
}

/** A finished clip at one provider of the emulator. */
export async function finished(id: keyof typeof makers = 'kling'): Promise<Finished> {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock: clock.server, seed: 1 })
  const fetch = clock.track(emulator.fetch)
  const provider = makers[id]({ clock, fetch })
  const task = await generate(provider, {
    kind: 'text-to-video',
    prompt: 'A paper boat in the rain',
    duration: 5,
  })
  return { clock, emulator, fetch, provider, task }
}
