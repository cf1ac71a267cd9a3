import { createClock, type EmulatorClock } from './clock.ts'
import { type Control, createControl } from './control.ts'
import { createPictures, type PictureOptions } from './engine/pictures.ts'
import type { ProviderAccess } from './engine/wire.ts'
import { createEventBus } from './events.ts'
import type { OpenRecord } from './exchange.ts'
import { wantsRequest } from './faults/effects.ts'
import { createFaultRegistry } from './faults/registry.ts'
import { type GatewayParts, serve } from './gateway.ts'
import { fetchInProcess } from './in-process.ts'
import type { EmulatorServer, ListenOptions } from './listen.ts'
import { createMedia } from './media/store.ts'
import { openWires, type ProviderId, type WireOptions } from './providers.ts'
import { createIds, type Ids } from './random.ts'
import { hostsOf } from './real-hosts.ts'
import { createDeliveries } from './webhooks/deliveries.ts'
import type { WebhookOptions } from './webhooks/options.ts'

/**
 * Options of an emulator. Everything has a default.
 *
 * @example
 * ```ts
 * import { createEmulator, type EmulatorOptions } from '@reelay/emulator'
 *
 * const options: EmulatorOptions = { speed: 10, seed: 1, kling: { listOrder: 'oldest' } }
 * const emulator = createEmulator(options)
 * ```
 */
export interface EmulatorOptions extends WireOptions {
  /** Time source. The default is real time times `speed`, which `control.advance` can push forward. */
  readonly clock?: EmulatorClock
  /** Emulated seconds per real second, for the default clock; 1 unless told, 0 stands still. */
  readonly speed?: number
  /** Makes every id and UUID repeatable. Random unless told. */
  readonly seed?: number
  readonly webhooks?: WebhookOptions
  readonly pictures?: PictureOptions
}

/**
 * Every provider's wire, offline.
 *
 * @example
 * ```ts
 * import { createEmulator, type Emulator } from '@reelay/emulator'
 *
 * const emulator: Emulator = createEmulator()
 * const { kling } = emulator.providers('http://emulator.test')
 * const answer = await emulator.fetch(`${kling.baseURL}/v1/videos/text2video`, {
 *   headers: { authorization: `Bearer ${kling.env.KLINGAI_API_KEY}` },
 * })
 * ```
 */
export interface Emulator {
  /** A `fetch` that never leaves the process; give it to an adapter, or to a request interceptor. */
  fetch(request: Request | string | URL, init?: RequestInit): Promise<Response>
  /** Opens a port, on 127.0.0.1 unless told. Node only. */
  listen(options?: ListenOptions): Promise<EmulatorServer>
  /**
   * How to reach each provider when the emulator is mounted at `origin`, a URL without a path.
   *
   * @throws TypeError for what is no URL.
   */
  providers(origin: string): Record<ProviderId, ProviderAccess>
  /** The providers' real host names that `fetch` answers to. */
  readonly hosts: readonly string[]
  readonly control: Control
  /** The emulator's time. Give it to what talks to the emulator too, and both live at the same speed. */
  readonly clock: EmulatorClock
}

/**
 * Creates an emulator. Nothing is opened, encoded or loaded until it is needed.
 *
 * @example
 * ```ts
 * import { createEmulator } from '@reelay/emulator'
 *
 * const emulator = createEmulator({ speed: 60, seed: 7 })
 * const server = await emulator.listen()
 * console.log(server.providers.kling.baseURL)
 * await server.close()
 * ```
 */
export function createEmulator(options: EmulatorOptions = {}): Emulator {
  const ownClock = options.clock ? undefined : createClock(options.speed)
  const clock: EmulatorClock = options.clock ?? ownClock ?? createClock()
  let ids = createIds(options.seed)
  // Stable for the providers, while reset() starts the sequence over.
  const stableIds: Ids = { taskId: () => ids.taskId(), uuid: () => ids.uuid() }

  const webhooks = createDeliveries(
    options.webhooks?.clock ?? ownClock?.background ?? clock,
    // Whoever brings a clock has a receiver that lives by it; anybody else's looks at the wall.
    options.webhooks?.receiverNow ?? (ownClock ? Date.now : () => clock.now()),
    options.webhooks,
  )
  const pictures = createPictures(options.pictures)
  const providers = openWires(options, (id) => ({
    clock,
    ids: stableIds,
    media: createMedia(),
    webhooks: webhooks.of(id),
    pictures,
  }))
  const faults = createFaultRegistry(wantsRequest)
  const events = createEventBus()
  const log: OpenRecord[] = []
  const speed = ownClock ? (options.speed ?? 1) : undefined
  const parts: GatewayParts = { providers, clock, speed, faults, events, log, webhooks }

  // Two functions would be `{}` in JSON, where the access data of a port are handed to other programs.
  const shownClock: EmulatorClock = Object.assign(
    { now: () => clock.now(), sleep: clock.sleep.bind(clock) },
    { toJSON: () => undefined },
  )
  function access(origin: string): Record<ProviderId, ProviderAccess> {
    if (!URL.canParse(origin)) {
      throw new TypeError(
        `providers(origin) takes the URL at which the emulator is mounted, not ${origin}. An open port has its own: (await emulator.listen()).providers.`,
      )
    }
    const base = new URL(origin).origin
    return Object.fromEntries(
      providers.map((provider) => [provider.id, { ...provider.access(base), clock: shownClock }]),
    ) as Record<ProviderId, ProviderAccess>
  }
  const listening = new Set<EmulatorServer>()
  const resetIds = (): void => {
    ids = createIds(options.seed)
  }

  return {
    fetch: (input, init) => fetchInProcess((request, signal) => serve(parts, request, signal), input, init),
    listen: async (listenOptions) => {
      const { listen } = await import('./listen.ts')
      const server = await listen((request, signal) => serve(parts, request, signal), access, listenOptions)
      listening.add(server)
      return {
        ...server,
        close: async () => {
          // With the last port the provider is gone, and with it what it had still to tell.
          if (listening.delete(server) && listening.size === 0) webhooks.stop()
          return server.close()
        },
      }
    },
    providers: access,
    hosts: hostsOf(providers),
    control: createControl({ ...parts, ownClock, resetIds }),
    clock,
  }
}
