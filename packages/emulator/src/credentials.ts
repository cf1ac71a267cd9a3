import type { DemoCredentials } from './providers.ts'
import { wires } from './wires.ts'

/**
 * The keys of each provider's demo account: fixed, public, and worthless anywhere else.
 *
 * @example
 * ```ts
 * import { createEmulator, demoCredentials } from '@reelay/emulator'
 *
 * const emulator = createEmulator()
 * const headers = { authorization: `Bearer ${demoCredentials.kling.apiKey}` }
 * const answer = await emulator.fetch('https://api-singapore.klingai.com/v1/videos/text2video', { headers })
 * ```
 */
export const demoCredentials: DemoCredentials = Object.fromEntries(
  Object.entries(wires).map(([id, { demo }]) => [id, demo]),
) as DemoCredentials
