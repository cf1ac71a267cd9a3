import { imageToVideo } from './kinds/image-to-video.ts'
import type { KlingKind } from './kinds/kind.ts'
import { textToVideo } from './kinds/text-to-video.ts'

/** What this Kling sells, each under its own create path. */
export const kinds: readonly KlingKind[] = [textToVideo, imageToVideo]

export const ops: readonly string[] = kinds.map(({ op }) => op)
