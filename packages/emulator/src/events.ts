import type { Operation } from './engine/exchange.ts'
import type { FaultKind } from './faults/spec.ts'
import type { ProviderId } from './providers.ts'

interface EventFacts {
  /** Provider whose wire the request spoke. */
  readonly provider: ProviderId
  readonly op: Operation
  readonly method: string
  /** Path as the provider sees it, without any mount prefix. */
  readonly path: string
  /** Emulator clock, milliseconds since the Unix epoch. */
  readonly at: number
  /** The provider's task id, once a task is known. */
  readonly taskId?: string
}

/**
 * One thing that happened to a request, in this order: `request-received`, `task-created` (creates only),
 * then `answer-started` and `answer-sent`, or `connection-lost`. Faults add `fault-applied` and `answer-held`.
 *
 * @example
 * ```ts
 * import { createEmulator, type EmulatorEvent } from '@reelay/emulator'
 *
 * const emulator = createEmulator()
 * emulator.control.onEvent(async (event: EmulatorEvent) => {
 *   if (event.type === 'task-created') console.log(event.taskId)
 * })
 * ```
 */
export type EmulatorEvent =
  | (EventFacts & { readonly type: 'request-received' })
  | (EventFacts & { readonly type: 'task-created'; readonly taskId: string; readonly externalId?: string })
  | (EventFacts & { readonly type: 'fault-applied'; readonly kind: FaultKind })
  /** The answer is being kept back: by a `hang`, `slow` or `stall` fault, or because the client asked to wait. */
  | (EventFacts & { readonly type: 'answer-held' })
  | (EventFacts & { readonly type: 'answer-started'; readonly status: number })
  /** In-process: handed to the caller. On a port: the last byte was given to the socket. */
  | (EventFacts & { readonly type: 'answer-sent'; readonly status: number })
  | (EventFacts & { readonly type: 'connection-lost'; readonly by: 'fault' | 'client' })

/**
 * Called for every event and awaited: the emulator does not go on until it settles.
 *
 * @example
 * ```ts
 * import { createEmulator, type EmulatorEventListener } from '@reelay/emulator'
 *
 * const log: EmulatorEventListener = (event) => console.log(event.type, event.op)
 * createEmulator().control.onEvent(log)
 * ```
 */
export type EmulatorEventListener = (event: EmulatorEvent) => void | Promise<void>

export interface EventBus {
  emit(event: EmulatorEvent): Promise<void>
  /** Returns the function that unsubscribes. */
  on(listener: EmulatorEventListener): () => void
}

export function createEventBus(): EventBus {
  const listeners = new Set<EmulatorEventListener>()
  return {
    emit: async (event) => {
      for (const listener of [...listeners]) await listener(event)
    },
    on: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
