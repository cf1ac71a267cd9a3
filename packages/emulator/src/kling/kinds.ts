import { elements } from './kinds/elements.ts'
import { expand } from './kinds/expand.ts'
import { extend } from './kinds/extend.ts'
import { identifyFace } from './kinds/faces.ts'
import { formerElements } from './kinds/former-elements.ts'
import { imageGeneration } from './kinds/image-generation.ts'
import { imageToVideo } from './kinds/image-to-video.ts'
import type { KlingKind } from './kinds/kind.ts'
import { formerLipSync, lipSync } from './kinds/lip-sync.ts'
import { multiImageToImage } from './kinds/multi-image.ts'
import { omniImage } from './kinds/omni-image.ts'
import { multiImage, omniVideo } from './kinds/reference-to-video.ts'
import { speech } from './kinds/speech.ts'
import { textToVideo } from './kinds/text-to-video.ts'
import { kolorsTryOn, solutionTryOn } from './kinds/virtual-try-on.ts'
import { voices } from './kinds/voices.ts'

/** What this Kling sells, each under its own create path. */
export const kinds: readonly KlingKind[] = [
  textToVideo,
  imageToVideo,
  omniVideo,
  multiImage,
  extend,
  imageGeneration,
  omniImage,
  multiImageToImage,
  expand,
  identifyFace,
  speech,
  lipSync,
  formerLipSync,
  kolorsTryOn,
  solutionTryOn,
  elements,
  formerElements,
  voices,
]

export const kindOf = (op: string): KlingKind => {
  const kind = kinds.find((one) => one.op === op)
  if (!kind) throw new Error(`the emulated Kling sells no ${op}`)
  return kind
}
