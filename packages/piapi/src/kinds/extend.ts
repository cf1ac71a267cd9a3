import { clipIn, extend, type KlingModel, type Mode, type Offer, sell } from '@reelay/core/adapter'
import { createTask, type PiapiKind } from '../create.ts'

const asOf = '2026-11-26'
const source = 'piapi.ai/docs/kling-api/create-task, page of 2025'

// As at Kling itself: nobody extends what is newer. A text of 2024 took 1.5 out, and was dropped later.
const models = ['kling-v1', 'kling-v1-5', 'kling-v1-6'] as const satisfies readonly KlingModel[]
const modes = ['std', 'pro'] as const satisfies readonly Mode[]

/**
 * The docs of 2026 have no page for it any more, and a reference of 2026-05 lists the task types without it: whether it is
 * still taken is not known.
 */
const rows: readonly Offer<'extend'>[] = models.flatMap((model) =>
  modes.map((mode) => ({
    provider: 'piapi',
    kind: 'extend',
    model,
    mode,
    state: 'unverified',
    route: 'extend_video',
    nativeModel: 'kling',
    limits: {
      // How long a task's id is taken, nobody says.
      clip: {
        by: ['task-id'],
        media: false,
        seconds: [5, 175],
        madeBy: { models: [model], modes: [mode] },
        source,
        asOf,
      },
      adds: [4, 5],
      // `origin_task_id` is the only documented field: whether others are read is not known.
      prompt: false,
      negativePrompt: false,
      cfgScale: false,
    },
    price: {
      unit: 'usd',
      unitUsd: 1_000_000,
      per: 'clip',
      rates: {},
      why: 'PiAPI publishes no price for extending a clip. Give yours in prices, to be quoted one.',
      source: 'piapi.ai/zh-CN/kling-api',
      asOf: '2026-03-01',
    },
    // The one completed task there is took three minutes; the rest as for new clips.
    timing: { expectedMs: 180_000, pollFloorMs: 5_000, readSpacingMs: 1_000, tasksPerRead: 1 },
    source,
    asOf,
  })),
)

/**
 * Longer clips, as one instance wants them.
 *
 * @example
 * ```ts
 * import { createPiapiWith, piapiExtend } from '@reelay/piapi/kinds'
 * export const piapi = createPiapiWith({ kinds: [piapiExtend] })
 * ```
 */
export const extendOf: PiapiKind<'extend'> = (setup) =>
  sell([extend], {
    rows,
    encode: (draft) => {
      const { offer, options, webhookUrl } = draft
      const clip = clipIn(draft)
      const input = { ...options, origin_task_id: clip.by === 'media' ? undefined : clip.id }
      return createTask({ model: offer.nativeModel, taskType: offer.route, input, webhookUrl }, setup)
    },
  })
