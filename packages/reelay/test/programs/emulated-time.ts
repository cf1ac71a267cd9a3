// Loaded before a command that is told the address of an emulator: it waits in emulated time for providers there, as
// programs under `@reelay/emulator/register` do, and needs no interception for it. See `emulatedTime`.
import { createProgramClock } from '../../../emulator/src/register/program-clock.ts'

const { EMULATED_AT: origin = 'nowhere', EMULATED_SPEED: speed } = process.env
const clock = createProgramClock(Date.now(), Number(speed))
globalThis.fetch = clock.track(globalThis.fetch)
const value = { clock: (url: string) => (url.startsWith(origin) ? clock : undefined) }
Object.defineProperty(globalThis, Symbol.for('reelay.emulator'), { value })
