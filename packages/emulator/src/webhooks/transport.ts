import { isLoopback, webURL } from './address.ts'
import type { Draft } from './message.ts'

/** How an attempt ended. */
export interface Outcome {
  /** HTTP status of the receiver. */
  readonly status?: number
  /** Why there is none. */
  readonly failure?: string
  /** No other attempt could end better. */
  readonly hopeless?: boolean
}

export type Transport = (url: string, draft: Draft, signal: AbortSignal) => Promise<Outcome>

/**
 * Sends attempts out. Without a `fetch` of the caller's own they go to this machine only: an emulator in a test or in
 * somebody's editor must not post to the hosts that its clients name.
 */
export function createTransport(own: typeof globalThis.fetch | undefined): Transport {
  return async (text, draft, signal) => {
    const url = webURL(text)
    if (!url) return { failure: 'not deliverable: no http or https URL', hopeless: true }
    if (!own && !isLoopback(url)) {
      return { failure: 'not deliverable: not a loopback address, and no webhooks.fetch', hopeless: true }
    }
    const { fetch = globalThis.fetch } = own ? { fetch: own } : {}
    try {
      const { headers, body } = draft
      const answer = await fetch(url.href, { method: 'POST', headers, body, redirect: 'manual', signal })
      // Nobody reads what a receiver says beside its status.
      answer.body?.cancel().catch(() => {})
      return { status: answer.type === 'opaqueredirect' ? 302 : answer.status }
    } catch (error) {
      return { failure: reasonOf(error) }
    }
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : ''
  return `${error.message}${code}`
}
