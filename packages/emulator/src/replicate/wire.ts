import { createAccounts } from '../engine/account.ts'
import { type AnswerEdits, createEdits } from '../engine/edits.ts'
import { createFiles } from '../engine/files.ts'
import { createKnobs } from '../engine/knobs.ts'
import { meaningsOf } from '../engine/refusals.ts'
import {
  openState,
  type ProviderKnobs,
  resetState,
  type Wire,
  type WireEntry,
  type WireParts,
} from '../engine/wire.ts'
import { isRecord } from '../http/json.ts'
import { createDelivery } from './delivery.ts'
import { failureOf, RISK_CONTROL } from './failures.ts'
import {
  demoAccount,
  openAccount,
  type ReplicateDemo,
  type ReplicateEmulatorOptions,
  replicateDemo,
  settingsOf,
} from './options.ts'
import { classify, createReplicateApi } from './routes.ts'
import { errorAnswer, meanings, refusalAnswer } from './tables.ts'
import {
  impose,
  type Phase,
  type Prediction,
  phaseAt,
  type ReplicateState,
  type Status,
  snapshotOf,
  spentMicroUsd,
  statuses,
} from './task.ts'

/** Replicate: its predictions and files API, and the Kling models of `kwaivgi`. */
function createReplicate(parts: WireParts<ReplicateEmulatorOptions>): Wire {
  const { options } = parts
  const accounts = createAccounts('Replicate', options.accounts ?? [demoAccount], openAccount)
  const state: ReplicateState = { ...openState(parts, settingsOf(options), accounts), files: createFiles() }
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
    tasks: () => state.tasks.all().map((prediction) => snapshotOf(prediction, state.clock.now())),
    knobs: replicateKnobs(state),
    reset: () => {
      resetState(state)
      state.files.clear()
    },
  }
}

/** Its unit is the US dollar. A URL stops working when the prediction's data is removed, and not before. */
const replicateKnobs = (state: ReplicateState): ProviderKnobs =>
  createKnobs(state, {
    label: 'Replicate',
    unit: 1_000_000,
    words: statuses,
    spent: (account, now) => spentMicroUsd(state, account, now),
    failure: (message = RISK_CONTROL) => message,
    force: (prediction, status, message, now) =>
      impose(prediction, imposed(prediction, status, message, now), now),
    setConcurrency: () => {
      throw new Error('Replicate publishes no concurrency limit: its official models queue')
    },
  })

/** What a control may impose: times stay true where they are known, and are now where the status needs one. */
function imposed(prediction: Prediction, status: Status, message: string | undefined, now: number): Phase {
  const startedAt = phaseAt(prediction, now).startedAt ?? now
  switch (status) {
    case 'starting':
      return { status }
    case 'processing':
      return { status, startedAt }
    case 'aborted':
      return { status, completedAt: now }
    case 'failed':
      return { status, startedAt, completedAt: now, error: failureOf(message ?? RISK_CONTROL).error }
    default:
      return { status, startedAt, completedAt: now }
  }
}

/** Every prediction in an answer: the answer itself, or each item of a list. */
function predictionsIn(answer: unknown): readonly Record<string, unknown>[] {
  if (!isRecord(answer)) return []
  const { results } = answer
  return (Array.isArray(results) ? results : [answer]).filter(isRecord).filter((item) => 'status' in item)
}

const replicateEdits: AnswerEdits = createEdits({
  tasksIn: predictionsIn,
  setStatus: (prediction, word) => {
    prediction.status = word
    prediction.output = null
    delete prediction.completed_at
    delete prediction.metrics
  },
  dropURLs: (answer) => {
    const finished = predictionsIn(answer).filter(({ output }) => typeof output === 'string')
    for (const prediction of finished) prediction.output = null
    return finished.length > 0
  },
})

/** Replicate, as the list of wires names it. */
export const replicate: WireEntry<ReplicateEmulatorOptions, ReplicateDemo> = {
  create: createReplicate,
  demo: replicateDemo,
  domains: ['replicate.com', 'replicate.delivery'],
  variables: {
    REPLICATE_API_TOKEN: replicateDemo.apiToken,
    REPLICATE_API_KEY: replicateDemo.apiToken,
    REPLICATE_WEBHOOK_SIGNING_SECRET: replicateDemo.webhookSecret,
    REPLICATE_WEBHOOK_SECRET: replicateDemo.webhookSecret,
  },
}
