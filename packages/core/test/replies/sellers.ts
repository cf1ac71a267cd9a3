import type { RenderRequest, VideoProvider } from '@reelay/core'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'
import { createVirtualClock } from '@reelay/testing/clock'

/** What a provider's servers say. */
export interface Said {
  readonly status?: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** A provider whose servers are a function; `fal` asks more than one address about a task. */
export type SellerName = 'kling' | 'piapi' | 'fal' | 'replicate'

const makers = { kling: createKling, piapi: createPiapi, fal: createFal, replicate: createReplicate }
export const sellerNames: readonly SellerName[] = ['kling', 'piapi', 'fal', 'replicate']

export const order: RenderRequest = {
  kind: 'text-to-video',
  prompt: 'A paper boat in the rain',
  model: 'kling-v3',
  mode: 'std',
  duration: 5,
}

/** An instance at the provider's own hosts, on virtual time; every answer is the caller's. */
export function seller(name: SellerName, answer: (method: string, url: URL) => Said): VideoProvider {
  const clock = createVirtualClock()
  const fetch = clock.track(async (input, init) => {
    const { method, url } = new Request(input, init)
    const { status = 200, body, headers = {} } = answer(method, new URL(url))
    // As bytes, since a test may want to say what is no JSON.
    const text = typeof body === 'string' ? body : JSON.stringify(body)
    return new Response(text, { status, headers: { 'content-type': 'application/json', ...headers } })
  })
  return makers[name]({ apiKey: 'key-id-12345:key-secret-67890', clock, fetch })
}
