import type { ExtendLimits, KlingModel, Mode, Offer } from '@reelay/core/adapter'
import { pollFloorMs, readSpacingMs, tasksPerRead } from './pace.ts'

// Video-extend page of 2026-02, in github.com/WHQ25/rawgenai@b3f9cef; absent from the official index of 2026-09.
const source = 'klingai.com/document-api, video-extend page of 2026-02'
const asOf = '2026-11-26'

/** Documented for these alone, all retired or announced so; whether anything can still be extended is not known. */
const models = ['kling-v1', 'kling-v1-5', 'kling-v1-6'] as const satisfies readonly KlingModel[]

const text = { maxLength: 2_500 }

const limitsOf = (model: KlingModel, mode: Mode): ExtendLimits => {
  // Documented: V1 ignores both, and a clip without what was asked for is paid for all the same.
  const isHeard = model !== 'kling-v1'
  return {
    clip: {
      by: ['output-id'],
      media: false,
      heldMs: 30 * 86_400_000,
      // Three minutes at most when it has grown by up to 5 s; what is sold starts at 5 s.
      seconds: [5, 175],
      // The id alone decides what renders: the row has to be the clip's own for its price to hold.
      madeBy: { kinds: ['text-to-video', 'image-to-video', 'extend'], models: [model], modes: [mode] },
      source,
      asOf,
    },
    adds: [4, 5],
    prompt: text,
    negativePrompt: isHeard && text,
    cfgScale: isHeard,
  }
}

const modes = ['std', 'pro'] as const satisfies readonly Mode[]

/** Clips made longer, by the model and mode that made them: none of both is on the wire, the id says it. */
export const extendRows: readonly Offer<'extend'>[] = models.flatMap((model) =>
  modes.map((mode) => ({
    provider: 'kling',
    kind: 'extend',
    model,
    mode,
    state: 'unverified',
    route: 'video-extend',
    nativeModel: model,
    limits: limitsOf(model, mode),
    price: {
      unit: 'unit',
      unitUsd: 140_000,
      per: 'clip',
      // Older copies say 2 units in std and 3.5 in pro, for V1 1 or 2: they disagree, and the page of 2026-09 has none.
      rates: {},
      why: `The price of extending a clip of ${model} has left the price page (2026-09-20). Give yours in prices, to be quoted one.`,
      source: 'kling.ai/document-api/pricing/base/video',
      asOf: '2026-10-04',
    },
    // The recorded task took 95 s.
    timing: { expectedMs: mode === 'std' ? 150_000 : 240_000, pollFloorMs, readSpacingMs, tasksPerRead },
    source,
    asOf,
  })),
)
