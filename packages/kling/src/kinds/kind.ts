import type { Kind, Sold, SpecParts } from '@reelay/core/adapter'

/**
 * A kind as this adapter sells it, with what the engine needs for it alone.
 *
 * @example
 * ```ts
 * import { type KlingKind, klingLipSync, klingVideo } from '@reelay/kling/kinds'
 * const talking: readonly KlingKind[] = [klingVideo, klingLipSync]
 * ```
 */
export interface KlingKind<K extends Kind = Kind> extends Sold<K> {
  readonly parts?: SpecParts
}
