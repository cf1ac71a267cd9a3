import type { ProviderSpec } from '@reelay/core/adapter'
import { extend } from './kinds/extend.ts'
import { imagesToImage } from './kinds/image-to-image.ts'
import type { KlingKind } from './kinds/kind.ts'
import { lipSync } from './kinds/lip-sync.ts'
import { reference } from './kinds/reference-to-video.ts'
import { wordsToImage } from './kinds/text-to-image.ts'
import { video } from './kinds/video.ts'
import { tryOn } from './kinds/virtual-try-on.ts'
import { specOf } from './spec-of.ts'

/** Every kind that this adapter sells, in the order of its catalogue. */
export const kinds: readonly KlingKind[] = [
  video,
  reference,
  extend,
  lipSync,
  tryOn,
  wordsToImage,
  imagesToImage,
]

/** Official Kling, as webhooks and tests take it: with all it sells. */
export const spec: ProviderSpec = specOf(kinds)
