import type { MediaRule, Mode, Offer } from '@reelay/core/adapter'
import { tasksPerPage } from '../routes.ts'

/**
 * No limit is documented for reads. fal's own clients ask for each of their requests twice a second (JavaScript) or ten
 * times (Python), side by side (`@fal-ai/client` 1.10.1, `fal_client` of 2026-06): 200 a second are what they make of 100
 * or of 20 requests.
 */
export const readSpacingMs = 5

/** An answer takes a fraction of a second: enough for the spacing at 160 ms each. */
export const readsAtOnce = 32

/** How often tasks of a row are asked after, which is a matter of the queue and not of the row. */
export const timingOf = (expectedMs: number): Offer['timing'] => ({
  expectedMs,
  pollFloorMs: 3_000,
  readSpacingMs,
  tasksPerRead: tasksPerPage,
  readsAtOnce,
})

// Estimates for 5 s: one to six minutes is what clients report.
export const expectedMs: { readonly [mode in Mode]: number } = { std: 120_000, pro: 180_000, '4k': 360_000 }

/** Measures of the O1, v3 turbo and v4 pages, and Kling's own; the other pages name none. */
export const images = (megabytes: number): MediaRule => ({
  forms: ['url', 'data-uri', 'upload'],
  mediaTypes: ['image/jpeg', 'image/png'],
  maxBytes: megabytes * 1_048_576,
  // "For a few KB", says the files page; larger ones go through fal's storage.
  inlineMaxBytes: 4_096,
  minSide: 300,
  maxRatio: 2.5,
})
