import {
  type ClipRef,
  clipOf,
  type EncodedRequest,
  isClipRef,
  ReelayError,
  type RenderRequest,
  type TaskHandle,
  type VideoProvider,
  type VideoTask,
} from '@reelay/core'
import { leastRequest } from '@reelay/core/adapter'
import type { Emulator, EmulatorOptions, ProviderId } from '@reelay/emulator'
import type { VirtualClock } from '@reelay/testing/clock'
import { samplesFor } from '../../../testing/src/probe/samples.ts'
import { createEmulated } from '../../src/all.ts'
import { createPng } from '../../src/images.ts'
import { bytesIn, fetched } from './artefact.ts'

/** What came of a body that was sent past the adapter's own checks. */
export interface Answer {
  readonly outcome: 'succeeded' | 'failed' | 'refused'
  /** The provider's words. */
  readonly why: string
  /** Fields of the body that the provider does not know, and so ignores. */
  readonly ignored: readonly string[]
  readonly task?: VideoTask
  /** How long its clip is by the emulated provider's own books, where the result does not say. */
  readonly seconds?: number
}

/** Every provider beside its emulated one. */
export interface Market {
  readonly clock: VirtualClock
  readonly emulator: Emulator
  readonly providers: readonly VideoProvider[]
  /** The task of a request, ended. */
  ended(provider: VideoProvider, handle: TaskHandle): Promise<VideoTask>
  /** The request with real clips in the place of those that were never made. */
  withClips(provider: VideoProvider, request: RenderRequest): Promise<RenderRequest>
  /** Sends a body as it is, whatever the adapter thinks of the request it was made of. */
  sendUnchecked(provider: VideoProvider, request: RenderRequest, encoded: EncodedRequest): Promise<Answer>
}

// Longer than any provider takes the ids of its clips.
const longAgoMs = 60 * 86_400_000
// Longer than any of the emulated providers takes, and shorter than any of them keeps its results.
const enoughMs = 50 * 60_000

/** Where a provider's creates go, and with what headers: as its own adapter sent one. */
interface Door {
  readonly origin: string
  readonly headers: Headers
  readonly handle: TaskHandle
}

/** The bytes that a placeholder of `encode` stands for. */
function filled(json: unknown, request: RenderRequest): unknown {
  const at = (path: string): unknown =>
    path
      .split('.')
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], request)
  const bytesAt = (path: string) => bytesIn(at(path))
  const base64 = (path: string): string => Buffer.from(bytesAt(path) ?? []).toString('base64')
  return JSON.parse(JSON.stringify(json), (_key, value) => {
    if (typeof value !== 'string') return value
    return value
      .replace(/<([\w.]+) in base64>/, (_all, path) => base64(path))
      .replace(
        /^data:([^;]*);base64,<([\w.]+)>$/,
        (_all, type, path) => `data:${type};base64,${base64(path)}`,
      )
      .replace(/<address of the uploaded ([\w.]+)>/, (_all, path) => `data:image/png;base64,${base64(path)}`)
  })
}

const picture = createPng(fetched.width, fetched.height)

/** A market whose emulated providers fetch pictures of 640 by 480 pixels wherever they are told to. */
export async function createMarket(options: EmulatorOptions = {}): Promise<Market> {
  let last: Request | undefined
  const { clock, emulator, create } = createEmulated(
    (emulated) => (input, init) => {
      const request = new Request(input, init)
      if (request.method === 'POST') last = request.clone()
      return emulated(request)
    },
    {
      // The size of a file in an answer is known once the file is made, which nobody may ever open.
      fal: { outputFile: 'url-only' },
      // Clips of models that may be gone are what other requests go on from.
      kling: { unverifiedModels: 'accept' },
      // Old pages refuse a camera move beside an image and newer ones are silent: the strict reading.
      piapi: { textOnlyFields: 'refuse' },
      pictures: { fetch: async () => new Response(Buffer.from(picture)) },
      ...options,
    },
  )
  const providers = Object.values(create())
  const doors = new Map<string, Door>()
  for (const provider of providers) {
    const offer = provider.catalog.offers.find(
      ({ state, kind }) => state === 'current' && kind === 'text-to-video',
    )
    if (!offer) throw new Error(`${provider.id} sells no clip to look at.`)
    const request = leastRequest(offer, samplesFor(offer))
    const { handle } = await provider.submit(request)
    const path = provider.encode?.(request)?.path ?? ''
    if (!last?.url.includes(path)) throw new Error(`${provider.id} posted to ${last?.url}, not to ${path}.`)
    const origin = last.url.slice(0, last.url.indexOf(path))
    const headers = new Headers(
      [...last.headers].filter(([name]) => /^(authorization|x-api-key|content-type)$/.test(name)),
    )
    doors.set(provider.id, { origin, headers, handle })
  }
  emulator.control.reset()

  const ended: Market['ended'] = async (provider, handle) => {
    await clock.sleep(enoughMs)
    return provider.get(handle)
  }
  async function clip(provider: VideoProvider, wanted: ClipRef): Promise<ClipRef> {
    const rows = provider.catalog.offers.filter(
      ({ kind, state }) => kind === wanted.kind && state !== 'discontinued',
    )
    const row = rows.find(({ model, mode }) => model === wanted.model && mode === wanted.mode)
    const offer = row ?? rows.find(({ model }) => model === wanted.model) ?? rows[0]
    if (!offer) throw new Error(`${provider.id} makes no clip to go on from.`)
    const { handle } = await provider.submit(leastRequest(offer, samplesFor(offer)))
    const task = await ended(provider, handle)
    if (task.status !== 'succeeded') throw new Error(`The clip to go on from ended ${task.status}.`)
    if (wanted.endedAt !== undefined) await clock.sleep(longAgoMs)
    return clipOf(task)
  }
  return {
    clock,
    emulator,
    providers,
    ended,
    async withClips(provider, request) {
      const made: [string, ClipRef][] = []
      for (const [field, value] of Object.entries(request)) {
        if (isClipRef(value) && value.provider === provider.id)
          made.push([field, await clip(provider, value)])
      }
      return { ...request, ...Object.fromEntries(made) }
    },
    async sendUnchecked(provider, request, { path, json }) {
      const door = doors.get(provider.id)
      const { offer } = provider.appraise(request)
      if (!door || !offer) throw new Error(`${provider.id} has no row for ${JSON.stringify(request)}.`)
      const known = new Set(emulator.control.tasks().map(({ id }) => id))
      const body = JSON.stringify(filled(json, request))
      const response = await emulator.fetch(door.origin + path, {
        method: 'POST',
        headers: door.headers,
        body,
      })
      const text = await response.text()
      const task = emulator.control
        .tasks()
        .find(({ id, provider: by }) => by === (provider.id as ProviderId) && !known.has(id))
      const ignored = emulator.control.requests().at(-1)?.unknownKeys ?? []
      if (!task) return { outcome: 'refused', why: `${response.status} ${text.slice(0, 300)}`, ignored }
      const { kind, model, mode, route } = offer
      const handle = { ...door.handle, id: task.id, kind, model, mode, route }
      // Nothing that could be read: nothing was made that anybody could use.
      const end = await ended(provider, handle).catch((error: unknown) => {
        if (ReelayError.isInstance(error)) return error
        throw error
      })
      if (end instanceof Error) return { outcome: 'failed', why: end.message, ignored }
      if (end.status === 'succeeded')
        return { outcome: 'succeeded', why: '', ignored, task: end, seconds: task.seconds }
      return { outcome: 'failed', why: end.status === 'failed' ? end.failure.message : end.status, ignored }
    },
  }
}
