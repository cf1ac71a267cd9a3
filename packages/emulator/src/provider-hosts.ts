import { wires } from './wires.ts'

// The domains of every provider that sells Kling; the last four are those of providers whose wire is still to come.
const domains: readonly string[] = [
  ...Object.values(wires).flatMap((wire) => wire.domains),
  'aimlapi.com',
  'segmind.com',
  'useapi.net',
  'runware.ai',
]

/** A host as URLs and look-ups spell it, without the dot that may stand at its end. */
const plainName = (hostname: string): string => hostname.toLowerCase().replace(/\.$/, '')

/** Whether a host is a provider's: nothing may reach it from a program that runs on the emulator. */
export function isProviderHost(hostname: string): boolean {
  const name = plainName(hostname)
  return domains.some((domain) => name === domain || name.endsWith(`.${domain}`))
}

/**
 * For a request that would have left for a provider. It looks like an error of Node's own (`code` and `errno`): msw hands
 * only such a one to the client as it is, and makes a 500 answer of any other, which a client may retry.
 */
export function notEmulated(hostname: string, why: string): Error {
  const message = `Nothing was sent to ${hostname}: it is a provider's host, and ${why}.`
  const error = Object.assign(new Error(message), { code: 'ERR_NOT_EMULATED', hostname })
  // Where in the emulator that was noticed helps nobody.
  error.stack = `Error: ${message}`
  return Object.defineProperty(error, 'errno', { value: undefined })
}
