import { subscribe } from 'node:diagnostics_channel'
import type { VideoProvider } from '@reelay/core'
import { createEmulator, demoCredentials, type Emulator } from '@reelay/emulator'
import { createProvider, type ProviderConfig } from 'reelay/config'
import { type Options, UsageError } from './options.ts'

/** How long to wait for an answer, for a clip, and for another process that buys the same. */
export interface Patience {
  readonly timeoutMs: number
  readonly deadlineMs: number
  readonly inFlightMs: number
}

/** Where the clips are rendered. */
export interface Target {
  readonly provider: VideoProvider
  /** For people. */
  readonly name: string
  /** What a download needs to reach the results. */
  readonly download: { readonly fetch?: typeof globalThis.fetch; readonly allowLoopback: boolean }
  /** Milliseconds of the provider's clock. */
  readonly patience: Patience
  /** Whether its tasks outlive this program. */
  readonly lasting: boolean
  /** HTTP requests so far. */
  requests(): number
}

const builtIn = 'built-in-'

/** Real minutes: however fast an emulator's time runs, this computer is as slow as ever. */
const patience = (speed: number): Patience => ({
  timeoutMs: 60_000 * speed,
  deadlineMs: 3_600_000 * speed,
  inFlightMs: 90_000 * speed,
})

/** Whether an account was a built-in emulator's, which ended with its program. */
export const isBuiltIn = (account: string): boolean => account.startsWith(builtIn)

const keys: Readonly<Record<string, Partial<ProviderConfig>>> = {
  kling: { apiKey: demoCredentials.kling.apiKey },
  piapi: { apiKey: demoCredentials.piapi.apiKey },
  fal: { apiKey: demoCredentials.fal.key },
  replicate: { apiKey: demoCredentials.replicate.apiToken },
}

/** Counts what goes out through the runtime's own fetch, which stays as it is: only that one can prove "never sent". */
function countRequests(): () => number {
  let count = 0
  subscribe('undici:request:create', () => {
    count += 1
  })
  return () => count
}

/** The time that an emulator elsewhere lives in, told by its answers. */
async function tellTime({ control }: Emulator, origin: string): Promise<void> {
  const answer = await fetch(`${origin}/kling`).catch(() => {
    throw new UsageError(
      `No emulator answers at ${origin}. Start one with: npx reelay emulate --port 4010 --speed 60`,
    )
  })
  const theirs = Date.parse(answer.headers.get('date') ?? '')
  if (!Number.isNaN(theirs)) control.advance(theirs - control.now())
}

async function liveTarget(use: string): Promise<Target> {
  return {
    provider: await createProvider(use),
    name: use,
    download: { allowLoopback: false },
    patience: patience(1),
    lasting: true,
    requests: countRequests(),
  }
}

async function emulatedTarget({ provider: use, emulator: origin, speed }: Options): Promise<Target> {
  const emulator = createEmulator({ speed })
  const { clock, control } = emulator
  if (origin !== undefined) await tellTime(emulator, origin)
  const requests = origin === undefined ? () => control.requests().length : countRequests()
  const addresses: Readonly<Record<string, Pick<ProviderConfig, 'baseURL' | 'official'>>> =
    Object.fromEntries(
      Object.entries(emulator.providers(origin ?? 'http://127.0.0.1')).map(
        ([id, { baseURL, hosts, official }]) => [id, { baseURL: hosts ?? baseURL, official }],
      ),
    )
  const patient = patience(speed)
  const reach = origin === undefined ? { fetch: emulator.fetch } : {}
  return {
    provider: await createProvider({
      use,
      ...keys[use],
      ...addresses[use],
      ...reach,
      clock,
      timeoutMs: patient.timeoutMs,
      // A built-in emulator begins with nothing: what an earlier one made is not asked of this one.
      account: origin === undefined ? `${builtIn}${crypto.randomUUID()}` : 'emulator',
    }),
    name: `${use}, ${origin === undefined ? 'built-in emulator' : `emulator at ${origin}`}`,
    download: { ...reach, allowLoopback: true },
    patience: patient,
    lasting: origin !== undefined,
    requests,
  }
}

/** Opens the provider that was asked for. */
export const openTarget = (options: Options): Promise<Target> =>
  options.live ? liveTarget(options.provider) : emulatedTarget(options)
