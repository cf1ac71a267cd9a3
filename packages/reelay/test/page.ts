import { type CompareOptions, compare, type RenderRequest, retarget } from '@reelay/core'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createPiapi } from '@reelay/piapi'
import { createReplicate } from '@reelay/replicate'
import type { PageInput } from '../src/page/page.ts'

const providers = [createKling(), createPiapi(), createFal(), createReplicate()]

/** What a page of a request over all providers is made of; no provider has a key. */
export function pageInput(request: RenderRequest): PageInput {
  const options: CompareOptions = { missingKeys: ({ id }) => [`KEY_OF_${id}`] }
  const comparison = compare(request, providers, options)
  return {
    comparison,
    providers,
    options,
    fields: providers.map((provider) => retarget(comparison.request, provider)),
    nameOf: ({ provider }) => provider,
    now: new Date('2026-11-27T12:00:00Z'),
  }
}
