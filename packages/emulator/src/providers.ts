import type { Wire, WireEntry, WireParts } from './engine/wire.ts'
import { type Wires, wires } from './wires.ts'

/**
 * Providers this emulator speaks, each in its own folder of `src/`.
 *
 * @example
 * ```ts
 * import type { ProviderId } from '@reelay/emulator'
 *
 * const provider: ProviderId = 'kling'
 * ```
 */
export type ProviderId = keyof Wires

/** The options of each provider. */
export type WireOptions = {
  readonly [Id in ProviderId]?: Wires[Id] extends WireEntry<infer Options, unknown> ? Options : never
}

/**
 * What each provider's demo account is entered with; it works on every emulator, and nowhere else.
 *
 * @example
 * ```ts
 * import { type DemoCredentials, demoCredentials } from '@reelay/emulator'
 * const keyOf = ({ fal }: DemoCredentials): string => fal.key
 * process.env.FAL_KEY = keyOf(demoCredentials)
 * ```
 */
export type DemoCredentials = { readonly [Id in ProviderId]: Wires[Id]['demo'] }

/** A wire under its name. */
export interface EmulatedProvider extends Wire {
  readonly id: ProviderId
}

export const providerIds: readonly ProviderId[] = Object.keys(wires) as ProviderId[]

/** Opens every wire of the list; `partsOf` gives each what it does not share with the others. */
export function openWires(
  options: WireOptions,
  partsOf: (id: ProviderId) => Omit<WireParts<unknown>, 'options'>,
): readonly EmulatedProvider[] {
  return providerIds.map((id) => {
    // The list pairs every id with its own options; TypeScript cannot follow that pairing through a union.
    const { create } = wires[id] as WireEntry<unknown, unknown>
    return { id, ...create({ ...partsOf(id), options: options[id] ?? {} }) }
  })
}
