import { wires } from './wires.ts'

/** Holds the address of the one emulator that several processes share. */
export const emulatorVariable = 'REELAY_EMULATOR'

/** For providers whose wire is still to come: it opens nothing anywhere. */
const noKey = 'demo-key-not-real'

/**
 * Every variable that a client of any provider reads a credential from, with the emulator's key in the place of a real
 * one. All are set, also those that were not: a `.env` file read later replaces none.
 */
const keys: Readonly<Record<string, string>> = Object.assign(
  {
    AIML_API_KEY: noKey,
    AIMLAPI_API_KEY: noKey,
    AIMLAPI_KEY: noKey,
    SEGMIND_API_KEY: noKey,
    SEGMIND_KEY: noKey,
    USEAPI_TOKEN: noKey,
    USEAPI_API_KEY: noKey,
    USEAPI_API_TOKEN: noKey,
    USEAPI_KEY: noKey,
    RUNWARE_API_KEY: noKey,
    RUNWARE_KEY: noKey,
  },
  ...Object.values(wires).map(({ variables }) => variables),
)

/**
 * What a program's environment has to hold so that it and its children live on the emulator at `url`, Node or not: the
 * emulator's keys under every name that any provider's client reads a key from, the address under `REELAY_EMULATOR`, and
 * `NODE_OPTIONS` with `--import` of `@reelay/emulator/register`. With it no real key is left to be spent.
 *
 * @param url Origin of an emulator's port on this machine.
 * @param nodeOptions What `NODE_OPTIONS` holds already; it is kept.
 *
 * @example
 * ```ts
 * import { spawn } from 'node:child_process'
 * import { createEmulator, emulatorEnvironment } from '@reelay/emulator'
 *
 * const server = await createEmulator().listen()
 * const env = { ...process.env, ...emulatorEnvironment(server.url, process.env.NODE_OPTIONS) }
 * spawn('node', ['app.js'], { env, stdio: 'inherit' })
 * ```
 */
export function emulatorEnvironment(url: string, nodeOptions = ''): Record<string, string> {
  // By its own name, so that it is found from the sources and from the package alike.
  const option = `--import=${import.meta.resolve('@reelay/emulator/register')}`
  const options = nodeOptions.includes(option) ? nodeOptions : `${nodeOptions} ${option}`.trim()
  return { ...keys, [emulatorVariable]: url, NODE_OPTIONS: options }
}
