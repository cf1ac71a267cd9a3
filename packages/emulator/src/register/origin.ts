import { Worker } from 'node:worker_threads'
import { emulatorVariable } from '../environment.ts'
import { hostsPath } from '../real-hosts.ts'
import { isLoopback, webURL } from '../webhooks/address.ts'

/** What keeps a program from being started. */
export class RegisterError extends Error {}

/** Where the shared emulator is: where the environment says, else in a new thread of this process. */
export async function sharedOrigin(thread: URL): Promise<string> {
  const told = process.env[emulatorVariable]?.trim()
  if (!told) return opened(thread)
  const url = webURL(told)
  if (url?.protocol === 'http:' && isLoopback(url)) return url.origin
  throw new RegisterError(
    `${emulatorVariable} is ${JSON.stringify(told)}, which is no http address of this machine. Unset it, and an emulator is started.`,
  )
}

function opened(thread: URL): Promise<string> {
  const speed = process.env.REELAY_EMULATOR_SPEED
  if (speed && !(Number(speed) > 0)) {
    throw new RegisterError(`REELAY_EMULATOR_SPEED takes a number above 0, not ${JSON.stringify(speed)}.`)
  }
  return new Promise((resolve, reject) => {
    // Without what was told to this process: the thread is the one place where nothing may be intercepted.
    const worker = new Worker(thread, { execArgv: [], env: { ...process.env, NODE_OPTIONS: '' } })
    worker.once('message', (origin: string) => {
      worker.unref()
      resolve(origin)
    })
    // It stays on: an error nobody listens to would end the program that is only served by the thread.
    worker.on('error', (error) => {
      reject(new RegisterError(`The emulator could not be started: ${error.message}`))
      console.error('@reelay/emulator/register: the emulator broke off.', error)
    })
  })
}

/** The real hosts that the emulator at `origin` answers to. */
export async function servedHosts(
  origin: string,
  fetch: typeof globalThis.fetch,
): Promise<readonly string[]> {
  const answer = await fetch(origin + hostsPath).catch(() => {
    throw new RegisterError(
      `No emulator answers at ${origin}, where ${emulatorVariable} says: the program that started it has ended. Unset it, or start this one from that program.`,
    )
  })
  const hosts: unknown = await answer.json().catch(() => undefined)
  if (Array.isArray(hosts)) return hosts
  throw new RegisterError(`What answers at ${origin}, where ${emulatorVariable} says, is no emulator.`)
}
