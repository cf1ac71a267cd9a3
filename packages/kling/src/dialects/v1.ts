import { type HttpRequest, pathPart, type Route } from '@reelay/core/adapter'
import type { Dialect } from './dialect.ts'

// It is polled per product: there is no /v1/videos/<id>. An id of ours stands in the place of Kling's own.
const read = ({ path }: Route, id: string): HttpRequest => ({
  method: 'GET',
  path: `${path}/${pathPart(id)}`,
})

/** A create of V1, named after the last part of its path. */
const created = (path: string): Route => ({ path, idempotency: 'external-id', find: 'external-id' })

/** One that takes no id of ours. */
const without = (path: string): Route => ({ path, idempotency: 'none', find: 'none' })

/**
 * The V1 API, as far as this adapter sells it. `external_task_id` is unique per account, a second create with it answers
 * "already exists", and it stands in the query path like a task id (official pages 2026-02 to 2026-09, and live probes
 * 2026-07-29/30).
 */
export const v1: Dialect = {
  routes: {
    text2video: created('/v1/videos/text2video'),
    image2video: created('/v1/videos/image2video'),
    // Its page has our id; a reseller's schema of 2026-10 leaves it out.
    'video-extend': created('/v1/videos/video-extend'),
    'omni-video': created('/v1/videos/omni-video'),
    'multi-image2video': created('/v1/videos/multi-image2video'),
    generations: created('/v1/images/generations'),
    'omni-image': created('/v1/images/omni-image'),
    'multi-image2image': created('/v1/images/multi-image2image'),
    expand: created('/v1/images/editing/expand'),
    'advanced-lip-sync': created('/v1/videos/advanced-lip-sync'),
    // None of these takes an id of ours: a lost answer is lost.
    'lip-sync': without('/v1/videos/lip-sync'),
    'identify-face': without('/v1/videos/identify-face'),
    tts: without('/v1/audio/tts'),
    // The often quoted /v1/images/virtual-try-on was never a path of Kling's.
    'kolors-virtual-try-on': created('/v1/images/kolors-virtual-try-on'),
    // Not for renders: `createKlingElements` makes them, and whoever has their handles reads them here.
    'advanced-custom-elements': created('/v1/general/advanced-custom-elements'),
    'custom-voices': created('/v1/general/custom-voices'),
    // The old library, answered at once; it takes no id of ours.
    'custom-elements': without('/v1/general/custom-elements'),
  },
  query: read,
  find: read,
}
