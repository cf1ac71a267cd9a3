import type { ProviderSpec, Sold } from '@reelay/core/adapter'
import { lipSync } from './kinds/lip-sync.ts'
import { reference } from './kinds/reference-to-video.ts'
import { video } from './kinds/video.ts'
import { specOf } from './spec-of.ts'

/** Every kind that this adapter sells, in the order of its catalogue. */
export const kinds: readonly Sold[] = [video, reference, lipSync]

/** Replicate's predictions, as webhooks and tests take them: with all it sells. */
export const spec: ProviderSpec = specOf(kinds)
