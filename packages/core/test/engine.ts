import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import { keyedSpec, plainSpec, searchedSpec } from '../../testing/test/fake/spec.ts'
import {
  type Auth,
  defineProvider,
  type InstanceOptions,
  type ProviderSpec,
  readHistory,
  resolveHosts,
  searchByInput,
  takeSteps,
} from '../src/adapter.ts'
import { type Clock, ReelayError, type TextToVideoRequest, type VideoProvider } from '../src/index.ts'

export { keyedSpec, plainSpec, searchedSpec }

/** A request as it left. */
export interface Sent {
  readonly method: string
  readonly url: URL
}

/** `undefined` breaks the connection. */
export type Answer =
  | { readonly status?: number; readonly json: unknown; readonly headers?: Record<string, string> }
  | undefined

/** A provider whose answers a test writes, and everything it sent. */
export interface Instance {
  readonly provider: VideoProvider
  readonly sent: readonly Sent[]
  readonly clock: VirtualClock & HostClock
}

/** A clock that the host may set. */
export interface HostClock {
  /** Sets it by so many milliseconds; negative is back. */
  set(ms: number): void
  /** Milliseconds that have really passed. */
  elapsed(): number
}

const auth: Auth = {
  authorize: (headers) => headers.set('authorization', 'Bearer stub-key-0123456789'),
  secrets: () => ['stub-key-0123456789'],
}

function hostClock(): VirtualClock & HostClock {
  const clock = createVirtualClock()
  return { ...clock, set: clock.stepWall }
}

/** A fake provider whose servers are a function. */
export function instance(
  spec: ProviderSpec,
  answer: (sent: Sent, number: number, clock: HostClock & Clock) => Answer,
  options: Partial<InstanceOptions> = {},
): Instance {
  const clock = hostClock()
  const sent: Sent[] = []
  const fetch = clock.track(async (input, init) => {
    const request = new Request(input, init)
    const record = { method: request.method, url: new URL(request.url) }
    sent.push(record)
    const given = answer(record, sent.length - 1, clock)
    if (!given) throw new TypeError('fetch failed')
    const { status = 200, json, headers = {} } = given
    return Response.json(json, { status, headers })
  })
  const hosting = resolveHosts(spec.id, { api: 'https://api.fake.example' }, {})
  return {
    provider: defineProvider(spec, { readHistory, searchByInput, takeSteps })({
      ...hosting,
      auth,
      fetch,
      clock,
      ...options,
    }),
    sent,
    clock,
  }
}

export const boat: TextToVideoRequest = { kind: 'text-to-video', prompt: 'A paper boat' }

/** A render as the fake provider shows it. */
export const render = { id: 'r-000001', state: 'waiting' }

/** A refusal as the fake provider words it. */
export const refused = (status: number, code: string, message: string = code): Answer => ({
  status,
  json: { error: { code, message } },
})

/** The error a call ends with. */
export async function caught(work: Promise<unknown>): Promise<ReelayError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!ReelayError.isInstance(error)) throw new Error(`expected a ReelayError, got ${error}`)
  return error
}

/** Never done. */
export const forever = (): Promise<never> => new Promise(() => {})
