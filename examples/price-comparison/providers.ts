import type { VideoProvider } from '@reelay/core'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'

/** Without keys: a price is a matter of the catalogue, and an adapter asks for its key at its first request. */
export const providers: readonly VideoProvider[] = [
  createKling(),
  createFal(),
  createPiapi(),
  createReplicate(),
]
