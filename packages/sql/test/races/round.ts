import type { RenderRequest } from '@reelay/core'

/** Where the journal is. */
export type Place = { readonly file: string } | { readonly url: string; readonly schema: string }

/** What all are told at the same time. */
export interface Round {
  readonly round: number
  /** The key that all of them buy; each buys one of its own as well. */
  readonly shared: string
  readonly budget: string
  /** Micro-USD. */
  readonly limit: number
  /** Which composition has the other inside. */
  readonly outermost: 'guard' | 'journaled'
  /** Milliseconds by which one is late with its two purchases, and its provider with its answers. */
  readonly delays: readonly number[]
}

/** What became of a purchase. */
export interface Answer {
  readonly key: string
  readonly id?: string
  readonly refused?: string
  readonly message?: string
}

/** What a worker says. */
export type Said =
  | { readonly type: 'ready' }
  | { readonly type: 'post'; readonly round: number; readonly key: string; readonly id: string }
  | { readonly type: 'done'; readonly round: number; readonly answers: readonly Answer[] }

/** The clip of a key. */
export const request = (key: string): RenderRequest => ({ kind: 'text-to-video', prompt: key })

/** The key, as the provider sees it. */
export const promptOf = (body: unknown): string => String((body as { readonly prompt?: unknown }).prompt)
