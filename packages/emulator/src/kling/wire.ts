import { createAccounts } from '../engine/account.ts'
import { type AnswerEdits, createEdits } from '../engine/edits.ts'
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
import { demoAccount, type KlingAccount, type KlingDemo, klingDemo, openAccount } from './account.ts'
import { RISK_CONTROL } from './create.ts'
import { createKlingCdn } from './files.ts'
import { type KlingEmulatorOptions, settingsOf } from './options.ts'
import { passedOn, relayAnswer } from './relay/errors.ts'
import { settleRelay } from './relay/options.ts'
import { createRelay } from './relay/relay.ts'
import { relayEdits } from './relay/replies.ts'
import { classify, createKlingApi } from './routes.ts'
import { errorAnswer, refusalAnswer, refusals } from './tables.ts'
import { type KlingState, snapshotOf, spentMilliUnits, statuses } from './task.ts'

const relayPrefix = '/relay/kling'

/** The official Kling, and a relay before it. */
function createKling(parts: WireParts<KlingEmulatorOptions>): Wire {
  const { options } = parts
  const accounts = createAccounts('Kling', options.accounts ?? [demoAccount], openAccount)
  const state: KlingState = openState(parts, settingsOf(options), accounts)
  const api = createKlingApi(state)
  const cdn = createKlingCdn(state)
  const resold = settleRelay(options.relay ?? {}, klingDemo.relayKey)
  const relay = createRelay(state, resold)

  return {
    sites: [
      {
        name: 'api',
        // The last one is the former international host; it still answered in 2026-10.
        hosts: ['api-singapore.klingai.com', 'api-beijing.klingai.com', 'api.klingai.com'],
        prefix: '/kling',
      },
      { name: 'cdn', hosts: ['cdn.klingai.com'], prefix: '/kling/cdn' },
      { name: 'relay', hosts: [], prefix: relayPrefix },
    ],
    edits: {
      ...klingEdits,
      setStatus: (answer, word) => relayEdits.setStatus(answer, word) ?? klingEdits.setStatus(answer, word),
      dropURLs: (answer) => relayEdits.dropURLs(answer) ?? klingEdits.dropURLs(answer),
    },
    access: (origin) => ({
      baseURL: `${origin}/kling`,
      env: accessEnv(accounts.all()[0]),
      official: true,
      relay: { baseURL: `${origin}${relayPrefix}`, apiKey: resold.keys[0] ?? '' },
    }),
    classify,
    fetch: async (request, exchange) => {
      if (exchange.site === 'relay') return relay.fetch(exchange)
      return exchange.site === 'cdn' ? cdn.fetch(request, { exchange }) : api.fetch(request, { exchange })
    },
    errorAnswer: (status, code, { site }) =>
      site === 'relay' ? relayAnswer(resold, status) : errorAnswer(status, code, state.ids.uuid()),
    refuses: meaningsOf(refusals),
    refusalAnswer: (meaning, { site }) => {
      const refusal = refusals[meaning]
      if (!refusal) return undefined
      return site === 'relay' ? passedOn(resold, refusal) : refusalAnswer(refusal, state.ids.uuid())
    },
    tasks: () => state.tasks.all().map((task) => snapshotOf(task, state.clock.now())),
    knobs: klingKnobs(state),
    reset: () => {
      resetState(state)
      relay.reset()
    },
  }
}

/** Keys of the first account, under the names that adapters read. */
function accessEnv(first: KlingAccount | undefined): Record<string, string> {
  const { accessKey = klingDemo.accessKey, secretKey = klingDemo.secretKey } = first ?? {}
  const apiKey = first ? first.apiKeys[0] : klingDemo.apiKey
  const webhookSecret = first?.webhookSecrets[0]
  return {
    KLINGAI_ACCESS_KEY: accessKey,
    KLINGAI_SECRET_KEY: secretKey,
    ...(apiKey === undefined ? {} : { KLINGAI_API_KEY: apiKey }),
    ...(webhookSecret === undefined ? {} : { KLING_WEBHOOK_SECRET: webhookSecret }),
  }
}

const klingKnobs = (state: KlingState): ProviderKnobs =>
  createKnobs(state, {
    label: 'Kling',
    unit: 1000,
    words: statuses,
    spent: (account, now) => spentMilliUnits(state, account, now),
    failure: (message = RISK_CONTROL) => message,
    force: (task, status, message = status === 'failed' ? RISK_CONTROL : '', now) => {
      task.forced = { phase: { status, message, updatedAt: now }, at: now }
    },
    setConcurrency: (account, limit) => {
      account.concurrency = { video: limit, image: limit, 'try-on': limit }
    },
    // Documented: after a rotation the secret before stays valid for seven days.
    rotateWebhookKey: (account) => {
      const secret = `whsec_${btoa(state.ids.uuid().replaceAll('-', ''))}`
      account.webhookSecrets = [secret, ...account.webhookSecrets.slice(0, 1)]
      return secret
    },
  })

type Json = Record<string, unknown>

/** Every task object in an answer: `data` itself, or each item of a list. */
function tasksIn(answer: unknown): readonly Json[] {
  const data = isRecord(answer) ? answer.data : undefined
  return [data].flat().filter(isRecord)
}

const klingEdits: AnswerEdits = createEdits({
  tasksIn,
  setStatus: (task, word) => {
    task.task_status = word
    delete task.task_result
    delete task.final_unit_deduction
  },
  dropURLs: (answer) => {
    const files = tasksIn(answer)
      .flatMap(({ task_result: result }) => (isRecord(result) ? Object.values(result) : []))
      .flatMap((listed) => (Array.isArray(listed) ? listed : []))
      .filter(isRecord)
    for (const file of files) for (const key of Object.keys(file)) if (/^url(_|$)/.test(key)) delete file[key]
    return files.length > 0
  },
})

/** The official Kling, as the list of wires names it. */
export const kling: WireEntry<KlingEmulatorOptions, KlingDemo> = {
  create: createKling,
  demo: klingDemo,
  domains: ['klingai.com', 'kling.ai'],
  variables: {
    KLINGAI_API_KEY: klingDemo.apiKey,
    KLINGAI_ACCESS_KEY: klingDemo.accessKey,
    KLINGAI_SECRET_KEY: klingDemo.secretKey,
    KLING_API_KEY: klingDemo.apiKey,
    KLING_ACCESS_KEY: klingDemo.accessKey,
    KLING_SECRET_KEY: klingDemo.secretKey,
    KLING_WEBHOOK_SECRET: klingDemo.webhookSecret,
  },
}
