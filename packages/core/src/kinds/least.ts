import type { Kind } from '../model/words.ts'
import { leastExtend } from './extend.ts'
import { leastImageToImage } from './image-to-image.ts'
import { leastImageToVideo } from './image-to-video.ts'
import type { Least, Samples } from './kind.ts'
import type { KindMap, Offer, RenderRequest } from './kinds.ts'
import { leastLipSync } from './lip-sync.ts'
import { leastReferenceToVideo } from './reference-to-video.ts'
import { leastTextToImage } from './text-to-image.ts'
import { leastTextToVideo } from './text-to-video.ts'
import { leastVirtualTryOn } from './virtual-try-on.ts'

const least: { readonly [K in Kind]: Least<KindMap[K]> } = {
  'text-to-video': leastTextToVideo,
  'image-to-video': leastImageToVideo,
  'reference-to-video': leastReferenceToVideo,
  'text-to-image': leastTextToImage,
  'image-to-image': leastImageToImage,
  'virtual-try-on': leastVirtualTryOn,
  extend: leastExtend,
  'lip-sync': leastLipSync,
}

/**
 * The smallest request that a catalogue row serves, to try it with: names the row's model and mode, and has what the kind
 * cannot do without.
 *
 * @example
 * ```ts
 * import type { VideoProvider } from '@reelay/core'
 * import { leastRequest, type Samples } from '@reelay/core/adapter'
 * declare const samples: Samples
 * const prices = ({ catalog, quote }: VideoProvider) =>
 *   catalog.offers.map((offer) => quote(leastRequest(offer, samples)))
 * ```
 */
export function leastRequest(offer: Offer, samples: Samples): RenderRequest {
  const { kind, model, mode } = offer
  // A row beside the request of its own kind, which is more than types can follow through a table.
  const fields = (least[kind] as Least<KindMap[Kind]>)(offer, samples)
  return { kind, model, mode, ...fields } as RenderRequest
}
