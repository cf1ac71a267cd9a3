import type { EmulatorClock } from '../clock.ts'
import type { Exchange } from '../engine/exchange.ts'
import type { Pictures } from '../engine/pictures.ts'
import { meaningsOf } from '../engine/refusals.ts'
import type { Wire } from '../engine/wire.ts'
import type { Ids } from '../random.ts'
import type { ClipStore } from '../video/clips.ts'
import type { Follow } from '../webhooks/message.ts'
import { openAccounts } from './accounts.ts'
import { errorAnswer, refusals } from './answers.ts'
import { falEdits } from './edits.ts'
import { createFalKnobs } from './knobs.ts'
import { mediaAnswer } from './media.ts'
import { type FalEmulatorOptions, falDemo, settled } from './options.ts'
import { classify } from './paths.ts'
import { apiAnswer } from './pricing.ts'
import { queueAnswer } from './queue.ts'
import { runAnswer } from './run.ts'
import { settle } from './schedule.ts'
import type { FalState } from './state.ts'
import { createTaskStore, snapshot } from './tasks.ts'
import { restAnswer } from './uploads.ts'
import { createWebhookKeys } from './webhook-keys.ts'
import { createFalWebhooks } from './webhooks.ts'

type SiteAnswer = (state: FalState, exchange: Exchange, request: Request) => Response | Promise<Response>

const siteAnswers: Readonly<Record<string, SiteAnswer>> = {
  queue: queueAnswer,
  run: runAnswer,
  rest: restAnswer,
  media: (state, exchange, request) => mediaAnswer(state, request, exchange),
  api: apiAnswer,
}

/** fal.ai: its queue protocol and the text-to-video and image-to-video endpoints of Kling. */
export function createFal(parts: {
  readonly clock: EmulatorClock
  readonly ids: Ids
  readonly clips: ClipStore
  readonly webhooks: Follow
  readonly pictures: Pictures
  readonly options: FalEmulatorOptions
}): Wire {
  const { options, ...rest } = parts
  const webhookKeys = createWebhookKeys()
  const state: FalState = {
    ...rest,
    settings: settled(options),
    accounts: openAccounts(options.accounts),
    tasks: createTaskStore(),
    files: new Map(),
    upcoming: { failures: [], delays: [] },
    webhookKeys,
    falWebhooks: createFalWebhooks(webhookKeys),
  }

  return {
    sites: [
      // The second of each is the backup domain.
      { name: 'queue', hosts: ['queue.fal.run', 'queue.falrun.com'], prefix: '/fal' },
      { name: 'run', hosts: ['fal.run', 'falrun.com'], prefix: '/fal/run' },
      // The older name still answered in 2026-09.
      { name: 'rest', hosts: ['rest.fal.ai', 'rest.alpha.fal.ai'], prefix: '/fal/rest' },
      { name: 'media', hosts: ['v3b.fal.media', 'v3.fal.media'], prefix: '/fal/media' },
      { name: 'api', hosts: ['api.fal.ai'], prefix: '/fal/api' },
    ],
    edits: falEdits,
    access: (origin) => ({
      baseURL: `${origin}/fal`,
      hosts: { queue: `${origin}/fal`, rest: `${origin}/fal/rest`, api: `${origin}/fal/api` },
      env: { FAL_KEY: options.accounts?.[0]?.key ?? falDemo.key },
      official: true,
      webhook: { userId: state.accounts[0]?.userId ?? '' },
    }),
    classify,
    fetch: async (request, exchange) =>
      siteAnswers[exchange.site]?.(state, exchange, request) ?? new Response(null, { status: 404 }),
    errorAnswer: (status, _code, exchange) => errorAnswer(status, exchange),
    refuses: meaningsOf(refusals),
    refusalAnswer: (meaning, exchange) => refusals[meaning]?.(exchange),
    tasks: () => {
      const now = state.clock.now()
      settle(state, now)
      return state.tasks.all().map((task) => snapshot(task, now))
    },
    knobs: createFalKnobs(state),
    reset: () => {
      state.tasks.clear()
      state.files.clear()
      state.clips.clear()
      webhookKeys.reset()
      state.accounts.splice(0, state.accounts.length, ...openAccounts(options.accounts))
      state.upcoming.failures = []
      state.upcoming.delays = []
    },
  }
}
