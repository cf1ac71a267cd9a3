import { isMainThread } from 'node:worker_threads'
import type { Emulator } from '../emulator.ts'
import { emulatorEnvironment } from '../environment.ts'
import { isProviderHost } from '../provider-hosts.ts'
import { throughURL } from '../real-hosts.ts'
import { RegisterError, servedHosts, sharedOrigin } from './origin.ts'
import { refuseProviderLookups } from './wall.ts'

/**
 * What `save()` and every other download of @reelay/core asks first, since its connections are its own: a `fetch` that
 * answers for providers' hosts, and `undefined` for any other, which is checked as ever.
 */
const emulatorFetch = Symbol.for('reelay.emulator.fetch')

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

async function enter(thread: URL): Promise<void> {
  const { env } = process
  // Before anything can fail: nothing that runs from here on may find a real key.
  Object.assign(env, emulatorEnvironment(env.REELAY_EMULATOR ?? '', env.NODE_OPTIONS))
  const origin = await sharedOrigin(thread)
  Object.assign(env, emulatorEnvironment(origin, env.NODE_OPTIONS))

  const own = globalThis.fetch
  const hosts = await servedHosts(origin, own)
  const fetch = forwarding(origin, own)
  await intercept({ fetch, hosts })
  refuseProviderLookups()
  const forDownloads = (input: Parameters<Fetch>[0], init?: RequestInit): Promise<Response> | undefined => {
    const { hostname } = new URL(input instanceof Request ? input.url : input)
    // Interception knows what to do about a host that nobody serves.
    if (!isProviderHost(hostname)) return undefined
    return hosts.includes(hostname) ? fetch(input, init) : globalThis.fetch(input, init)
  }
  Object.defineProperty(globalThis, emulatorFetch, { value: forDownloads })
}

/**
 * Puts this thread on the shared emulator, or ends the process: a program must not run on half of it.
 *
 * @param thread The module that the emulator's own thread runs.
 */
export async function register(thread: URL): Promise<void> {
  if (emulatorFetch in globalThis) return
  try {
    await enter(thread)
  } catch (error) {
    const words = error instanceof RegisterError ? error.message : error
    console.error('@reelay/emulator/register:', words, 'Nothing was run.')
    if (isMainThread) process.exit(1)
    throw error
  }
}
