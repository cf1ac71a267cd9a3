import type { EmulatorClock } from '../clock.ts'
import type { Pictures } from '../engine/pictures.ts'
import { meaningsOf } from '../engine/refusals.ts'
import type { Wire } from '../engine/wire.ts'
import type { Ids } from '../random.ts'
import type { ClipStore } from '../video/clips.ts'
import type { Follow } from '../webhooks/message.ts'
import { openAccounts } from './accounts.ts'
import { classify } from './classify.ts'
import { createDelivery } from './delivery.ts'
import { replicateEdits } from './edits.ts'
import { errorAnswer, meanings, refusalAnswer } from './errors.ts'
import { createFileStore } from './files.ts'
import { createReplicateKnobs } from './knobs.ts'
import { type ReplicateEmulatorOptions, replicateDemo, settle } from './options.ts'
import { createPredictionStore, snapshot } from './predictions.ts'
import { createReplicateApi } from './routes.ts'
import type { ReplicateState } from './state.ts'

/** Replicate: its predictions and files API, and the Kling models of `kwaivgi`. */
export function createReplicate(parts: {
  readonly clock: EmulatorClock
  readonly ids: Ids
  readonly clips: ClipStore
  readonly webhooks: Follow
  readonly pictures: Pictures
  readonly options: ReplicateEmulatorOptions
}): Wire {
  const { options, ...rest } = parts
  const state: ReplicateState = {
    ...rest,
    settings: settle(options),
    accounts: openAccounts(options.accounts),
    predictions: createPredictionStore(),
    files: createFileStore(),
    upcoming: { failures: [], delays: [] },
  }
  const api = createReplicateApi(state)
  const delivery = createDelivery(state)

  return {
    sites: [
      { name: 'api', hosts: ['api.replicate.com'], prefix: '/replicate' },
      { name: 'delivery', hosts: ['replicate.delivery'], prefix: '/replicate/delivery' },
    ],
    edits: replicateEdits,
    // The real base URL ends in /v1 as well, and the npm client's `baseUrl` option expects it.
    access: (origin) => ({
      baseURL: `${origin}/replicate/v1`,
      env: {
        REPLICATE_API_TOKEN: options.accounts?.[0]?.tokens[0] ?? replicateDemo.apiToken,
        REPLICATE_WEBHOOK_SIGNING_SECRET: options.accounts?.[0]?.webhookSecret ?? replicateDemo.webhookSecret,
      },
      official: true,
    }),
    classify,
    fetch: async (request, exchange) =>
      exchange.site === 'delivery' ? delivery.fetch(request, { exchange }) : api.fetch(request, { exchange }),
    errorAnswer,
    refuses: meaningsOf(meanings),
    refusalAnswer: (meaning, { op }) => {
      const refusal = meanings[meaning]?.(op)
      return refusal && refusalAnswer(refusal)
    },
    tasks: () => state.predictions.all().map((prediction) => snapshot(prediction, state.clock.now())),
    knobs: createReplicateKnobs(state),
    reset: () => {
      state.predictions.clear()
      state.files.clear()
      state.clips.clear()
      state.accounts.splice(0, state.accounts.length, ...openAccounts(options.accounts))
      state.upcoming.failures = []
      state.upcoming.delays = []
    },
  }
}
