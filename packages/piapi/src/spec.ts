import type { ProviderSpec } from '@reelay/core/adapter'
import type { PiapiKind, Setup } from './create.ts'
import { extendOf } from './kinds/extend.ts'
import { lipSyncOf } from './kinds/lip-sync.ts'
import { referenceOf } from './kinds/reference-to-video.ts'
import { videoOf } from './kinds/video.ts'
import { tryOnOf } from './kinds/virtual-try-on.ts'
import { specOf } from './spec-of.ts'

/** Every kind that this adapter sells, in the order of its catalogue. */
export const kinds: readonly PiapiKind[] = [videoOf, referenceOf, extendOf, lipSyncOf, tryOnOf]

/** Kling on PiAPI with all it sells, as webhooks take it. */
export const createSpec = (setup: Setup): ProviderSpec => specOf(kinds, setup)
