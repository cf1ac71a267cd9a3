/**
 * How a relay words its replies: `K` as Kling does, `K+` with the id at the top too, `W` in the gateway's wrapper, `F`
 * flat in one, `B` flat and bare, `O` as an OpenAI video object.
 *
 * @example
 * ```ts
 * import { createEmulator, type RelayForm } from '@reelay/emulator'
 *
 * const create: RelayForm = 'O'
 * createEmulator({ kling: { relay: { form: { create, read: 'W' } } } })
 * ```
 */
export type RelayForm = 'K' | 'K+' | 'W' | 'F' | 'B' | 'O'

/**
 * Options of the emulated relay: a gateway that takes requests in Kling's form, under `/relay/kling` of a port, makes the
 * tasks at the emulated Kling's first account, and keeps none of Kling's promises. It charges for every create it takes
 * and passes no external id on. Written after notes on such gateways of 2026-11-26.
 *
 * @example
 * ```ts
 * import { createEmulator, type KlingRelayOptions } from '@reelay/emulator'
 *
 * const relay: KlingRelayOptions = { form: 'W', blindMs: 3000 }
 * const emulator = createEmulator({ kling: { relay } })
 * console.log(emulator.providers('http://127.0.0.1:4010').kling.relay?.baseURL)
 * ```
 */
export interface KlingRelayOptions {
  /** Its own keys, none of Kling's; the one of `demoCredentials` unless told. */
  readonly keys?: readonly string[]
  /** Form of its replies; `K` unless told. */
  readonly form?: RelayForm | { readonly create: RelayForm; readonly read: RelayForm }
  /** Times in replies of form K and K+; milliseconds unless told. */
  readonly times?: 'ms' | 's'
  /** For so long after a create it does not know the task, milliseconds; 0 unless told. */
  readonly blindMs?: number
  /** Whether a create under one `Idempotency-Key` is made once within 24 hours; false unless told: it is not looked at. */
  readonly idempotencyKeys?: boolean
  /** Fields it does not know: dropped in silence unless told. */
  readonly unknownFields?: 'drop' | 'refuse'
  /** Its refusals: the gateway's words unless told, or Kling's codes. */
  readonly errors?: 'words' | 'codes'
}

/** The options with every default filled in. */
export interface RelaySettings extends Required<Omit<KlingRelayOptions, 'form'>> {
  readonly form: { readonly create: RelayForm; readonly read: RelayForm }
}

export function settleRelay(options: KlingRelayOptions, key: string): RelaySettings {
  const { form = 'K', ...given } = options
  return {
    keys: [key],
    times: 'ms',
    blindMs: 0,
    idempotencyKeys: false,
    unknownFields: 'drop',
    errors: 'words',
    ...given,
    form: typeof form === 'string' ? { create: form, read: form } : form,
  }
}
