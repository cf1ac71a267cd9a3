import type { ProviderSpec, Sold } from '@reelay/core/adapter'
import { imagesToImage } from './kinds/image-to-image.ts'
import { lipSync } from './kinds/lip-sync.ts'
import { reference } from './kinds/reference-to-video.ts'
import { wordsToImage } from './kinds/text-to-image.ts'
import { video } from './kinds/video.ts'
import { tryOn } from './kinds/virtual-try-on.ts'
import { specOf } from './spec-of.ts'

/** Every kind that this adapter sells, in the order of its catalogue. */
export const kinds: readonly Sold[] = [video, reference, lipSync, wordsToImage, imagesToImage, tryOn]

/** Kling through fal's queue, as webhooks and tests take it: with all it sells. */
export const spec: ProviderSpec = specOf(kinds)
