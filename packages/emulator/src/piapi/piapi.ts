import type { EmulatorClock } from '../clock.ts'
import type { Pictures } from '../engine/pictures.ts'
import { meaningsOf } from '../engine/refusals.ts'
import type { Wire } from '../engine/wire.ts'
import type { Ids } from '../random.ts'
import type { ClipStore } from '../video/clips.ts'
import type { Follow } from '../webhooks/message.ts'
import { openAccounts } from './accounts.ts'
import { piapiEdits } from './edits.ts'
import { errorAnswer, refusalAnswer, refusals } from './errors.ts'
import { createPiapiKnobs } from './knobs.ts'
import { serveMedia } from './media.ts'
import { type PiapiEmulatorOptions, piapiDemo, settle } from './options.ts'
import { classify, createPiapiApi, createPiapiUpload } from './routes.ts'
import type { PiapiState } from './state.ts'
import { createTaskStore, snapshot } from './tasks.ts'
import { createPiapiWebhooks } from './webhooks.ts'

/** PiAPI's unified task API, for Kling's `video_generation`. */
export function createPiapi(parts: {
  readonly clock: EmulatorClock
  readonly ids: Ids
  readonly clips: ClipStore
  readonly webhooks: Follow
  readonly pictures: Pictures
  readonly options: PiapiEmulatorOptions
}): Wire {
  const { options, ...rest } = parts
  const accounts = openAccounts(options.accounts)
  const state: PiapiState = {
    ...rest,
    settings: settle(options),
    accounts,
    tasks: createTaskStore(accounts),
    uploads: new Map(),
    upcoming: { failures: [], delays: [] },
    piapiWebhooks: createPiapiWebhooks(),
  }
  const api = createPiapiApi(state)
  const upload = createPiapiUpload(state)

  return {
    sites: [
      { name: 'api', hosts: ['api.piapi.ai'], prefix: '/piapi' },
      { name: 'upload', hosts: ['upload.theapi.app'], prefix: '/piapi/upload' },
      { name: 'media', hosts: ['img.theapi.app'], prefix: '/piapi/media' },
      { name: 'storage', hosts: ['storage.theapi.app'], prefix: '/piapi/media/storage' },
    ],
    edits: piapiEdits,
    access: (origin) => ({
      baseURL: `${origin}/piapi`,
      env: { PIAPI_API_KEY: options.accounts?.[0]?.apiKeys[0] ?? piapiDemo.apiKey },
      official: true,
    }),
    classify,
    fetch: async (request, exchange) => {
      if (exchange.site === 'api') return api.fetch(request, { exchange })
      if (exchange.site === 'upload') return upload.fetch(request, { exchange })
      return serveMedia(state, request, exchange.site, exchange.path)
    },
    errorAnswer: (status, code, exchange) => errorAnswer(status, code, state.settings, exchange),
    refuses: meaningsOf(refusals),
    refusalAnswer: (meaning, exchange) => {
      const refusal = refusals[meaning]
      return refusal && refusalAnswer(refusal, state.settings, exchange)
    },
    tasks: () => {
      const now = state.clock.now()
      return state.tasks.all(now).map((task) => snapshot(task, now))
    },
    knobs: createPiapiKnobs(state),
    reset: () => {
      state.tasks.clear()
      state.uploads.clear()
      state.clips.clear()
      accounts.splice(0, accounts.length, ...openAccounts(options.accounts))
      state.upcoming.failures = []
      state.upcoming.delays = []
    },
  }
}
