import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import { isMainThread } from 'node:worker_threads'
import { clockPath } from '../clock-answer.ts'
import type { Emulator } from '../emulator.ts'
import { emulatorEnvironment } from '../environment.ts'
import { isProviderHost, notEmulated } from '../provider-hosts.ts'
import { throughURL } from '../real-hosts.ts'
import { readClock } from '../remote-clock.ts'
import { RegisterError, servedHosts, sharedOrigin } from './origin.ts'
import { createProgramClock, type ProgramClock } from './program-clock.ts'

/**
 * Where @reelay/core finds the emulator. `fetch` answers for providers' hosts, and with `undefined` for any other: `save()`
 * and every other download asks it first, since its connections are its own. `clock` is the emulator's time for the base
 * URL of a provider that lives here; for any other address there is none, since the seconds of a real host are real.
 */
const emulatorHere = Symbol.for('reelay.emulator')

type Fetch = typeof globalThis.fetch
type Answers = Pick<Emulator, 'fetch' | 'hosts'>

// Of this connection, not of the one to the emulator (RFC 9110, section 7.6.1).
const hopByHop = [
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
]

/** Asks the emulator in the other thread or process what the real host was asked. */
function forwarding(origin: string, own: Fetch): Emulator['fetch'] {
  return async (input, init) => {
    const request = new Request(input, init)
    const headers = new Headers(request.headers)
    for (const name of hopByHop) headers.delete(name)
    const { method, signal } = request
    const body = method === 'GET' || method === 'HEAD' ? null : await request.arrayBuffer()
    const url = throughURL(origin, new URL(request.url))
    const answer = await own(url, { method, headers, body, signal, redirect: 'manual' })
    return Object.defineProperty(answer, 'url', { value: request.url })
  }
}

async function intercept(answers: Answers): Promise<void> {
  const { setupServer } = await import('msw/node').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND')
      throw new RegisterError('It needs msw 3, which is not installed: npm install --save-dev msw')
    throw error
  })
  const { mswHandlers } = await import('../msw.ts')
  setupServer(...mswHandlers(answers)).listen({ onUnhandledFrame: 'bypass' })
}

/** The emulator's time, where that runs faster than real time. */
async function fasterClock(origin: string, own: Fetch): Promise<ProgramClock | undefined> {
  const { now, speed } = await readClock(own, new URL(clockPath, origin))
  return speed !== null && speed > 1 ? createProgramClock(now, speed) : undefined
}

/**
 * @throws RegisterError in Bun and Deno. Tried with Bun 1.4 (2026-11-27): the program ran, and its `fetch` went to the real
 * host.
 */
function assertNode(): void {
  const other = ['Bun', 'Deno'].find((name) => name in globalThis)
  if (other === undefined) return
  throw new RegisterError(
    `It works in Node alone: the fetch of ${other} would go to the real hosts. Give the adapter the emulator's address instead (createEmulator().listen()).`,
  )
}

async function enter(thread: URL): Promise<void> {
  const { env } = process
  // Before anything can fail: nothing that runs from here on may find a real key.
  Object.assign(env, emulatorEnvironment(env.REELAY_EMULATOR ?? '', env.NODE_OPTIONS))
  assertNode()
  const origin = await sharedOrigin(thread)
  Object.assign(env, emulatorEnvironment(origin, env.NODE_OPTIONS))

  const own = globalThis.fetch
  const hosts = await servedHosts(origin, own)
  const clock = await fasterClock(origin, own)
  const fetch = forwarding(origin, clock?.track(own) ?? own)
  await intercept({ fetch, hosts })
  refuseProviderLookups()
  const serves = (url: string): boolean => hosts.includes(new URL(url).hostname)
  const forDownloads = (input: Parameters<Fetch>[0], init?: RequestInit): Promise<Response> | undefined => {
    const { hostname } = new URL(input instanceof Request ? input.url : input)
    // Interception knows what to do about a host that nobody serves.
    if (!isProviderHost(hostname)) return undefined
    return hosts.includes(hostname) ? fetch(input, init) : globalThis.fetch(input, init)
  }
  const value = { fetch: forDownloads, clock: (url: string) => (serves(url) ? clock : undefined) }
  Object.defineProperty(globalThis, emulatorHere, { value: Object.freeze(value) })
}

/**
 * Puts this thread on the shared emulator, or ends the process: a program must not run on half of it.
 *
 * @param thread The module that the emulator's own thread runs.
 */
export async function register(thread: URL): Promise<void> {
  if (emulatorHere in globalThis) return
  try {
    await enter(thread)
  } catch (error) {
    const words = error instanceof RegisterError ? error.message : error
    console.error('@reelay/emulator/register:', words, 'Nothing was run.')
    if (isMainThread) process.exit(1)
    throw error
  }
}

const why =
  'this HTTP client goes round the emulator. Use the global fetch or node:https, or give the client a base URL of the emulator'

type Callback = (...results: unknown[]) => void
type LookUp = (hostname: string, ...rest: unknown[]) => unknown

const names = ['lookup', 'resolve', 'resolve4', 'resolve6', 'resolveAny'] as const

/** The same function, which knows no provider's host; whatever Node keeps at it (`util.promisify`) stays. */
function walled<F extends object>(original: F, refuse: (hostname: string, rest: unknown[]) => unknown): F {
  const through: LookUp = (hostname, ...rest) =>
    typeof hostname === 'string' && isProviderHost(hostname)
      ? refuse(hostname, rest)
      : (original as LookUp)(hostname, ...rest)
  return Object.defineProperties(through, Object.getOwnPropertyDescriptors(original)) as F
}

/**
 * Lets nobody find a provider's host. What msw catches needs no look-up; what looks one up has gone round it: npm undici's
 * own `request` and `fetch`, HTTP/2, raw sockets.
 */
export function refuseProviderLookups(): void {
  const later = (hostname: string, rest: unknown[]): void => {
    const done = rest.at(-1) as Callback
    process.nextTick(done, notEmulated(hostname, why))
  }
  const rejected = (hostname: string): Promise<never> => Promise.reject(notEmulated(hostname, why))
  for (const name of names) {
    Object.assign(dns, { [name]: walled(dns[name], later) })
    Object.assign(dns.promises, { [name]: walled(dns.promises[name], rejected) })
  }
  // Named imports of Node's modules see what was put into them, also what msw put into node:https.
  syncBuiltinESMExports()
}
