import type * as v from 'valibot'
import { type ImageToVideoRequest, imageToVideo } from './image-to-video.ts'
import { type TextToVideoRequest, textToVideo } from './text-to-video.ts'

/**
 * Every kind of render, by name. To add a kind, write its file beside the others and list it here and in
 * {@link kinds}: the compiler then names each adapter table that has to know about it.
 */
export interface KindMap {
  'text-to-video': TextToVideoRequest
  'image-to-video': ImageToVideoRequest
}

/** Name of a kind of render. */
export type Kind = keyof KindMap

/**
 * What to render: a union discriminated by `kind`.
 *
 * @example
 * ```ts
 * import type { RenderRequest } from '@reelay/core'
 * const request: RenderRequest = { kind: 'text-to-video', prompt: 'A paper boat in the rain', model: 'kling-v3' }
 * ```
 */
export type RenderRequest = KindMap[Kind]

/** What core must know of a kind at run time. */
export interface KindRow {
  /** Shape a caller's request must have, exactly. */
  readonly schema: v.GenericSchema
  /** Fields that hold media. */
  readonly media: readonly string[]
}

/** The run-time side of {@link KindMap}. */
export const kinds: { readonly [kind in Kind]: KindRow } = {
  'text-to-video': { schema: textToVideo, media: [] },
  'image-to-video': { schema: imageToVideo, media: ['startImage', 'endImage'] },
}
