import type { Journal } from '@reelay/core'

/**
 * One case's private journal.
 *
 * @example
 * ```ts
 * import { memoryJournal } from '@reelay/core'
 * import type { JournalWorld } from '@reelay/testing'
 * const journal = memoryJournal()
 * const world: JournalWorld = { open: () => journal }
 * ```
 */
export interface JournalWorld {
  /**
   * The journal, empty at first. Asked for more than once: each has to share what the others wrote, as a second process
   * would; a journal for one writer answers with the same one.
   */
  open(): Journal
  /** Puts a text in the place of an order that is there, as a later version or a bad disk would; read by the next `open`. */
  damage?(key: string, text: string): void | Promise<void>
  /** Called when the case has ended, to close files and connections. */
  close?(): void | Promise<void>
}

/**
 * What a journal says of itself. It decides which cases run.
 *
 * @example
 * ```ts
 * import type { JournalManifest } from '@reelay/testing'
 * const manifest: JournalManifest = { clock: 'caller', damage: true }
 * ```
 */
export interface JournalManifest {
  /** `caller`: goes by the caller's clock, or the newest time written. `server`: by a clock of its own. */
  readonly clock: 'caller' | 'server'
  /** Whether its worlds can `damage` what they hold. */
  readonly damage: boolean
}

/**
 * Everything the contract has to know about a journal.
 *
 * @example
 * ```ts
 * import { memoryJournal } from '@reelay/core'
 * import type { JournalDescriptor } from '@reelay/testing'
 * const descriptor: JournalDescriptor = {
 *   name: 'memoryJournal',
 *   manifest: { clock: 'caller', damage: false },
 *   world() {
 *     const journal = memoryJournal()
 *     return { open: () => journal }
 *   },
 * }
 * ```
 */
export interface JournalDescriptor {
  readonly name: string
  readonly manifest: JournalManifest
  /** A fresh world for each case. */
  world(): JournalWorld | Promise<JournalWorld>
}

/**
 * One promise of a journal, and how it is tried.
 *
 * @example
 * ```ts
 * import type { JournalCase } from '@reelay/testing'
 * const empty: JournalCase = {
 *   name: 'a new journal knows of nothing',
 *   async run({ open }) {
 *     if (await open().order('order-77')) throw new Error('it has an order')
 *   },
 * }
 * ```
 */
export interface JournalCase {
  /** Unique; a whole sentence. */
  readonly name: string
  /** `true` when the case applies to a journal; otherwise why it does not. */
  needs?(manifest: JournalManifest): true | string
  /** Rejects when the promise is broken. */
  run(world: JournalWorld): Promise<void>
}
