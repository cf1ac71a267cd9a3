import type { EmulatorClock } from '../clock.ts'
import type { Pictures } from '../engine/pictures.ts'
import { meaningsOf } from '../engine/refusals.ts'
import type { Wire } from '../engine/wire.ts'
import type { Ids } from '../random.ts'
import type { ClipStore } from '../video/clips.ts'
import type { Follow } from '../webhooks/message.ts'
import { openAccounts } from './accounts.ts'
import { createKlingCdn } from './cdn.ts'
import { klingEdits } from './edits.ts'
import { errorAnswer, refusalAnswer, refusals } from './errors.ts'
import { createKlingKnobs } from './knobs.ts'
import { type KlingEmulatorOptions, klingDemo, settle } from './options.ts'
import { relayEdits } from './relay/edits.ts'
import { passedOn, relayAnswer } from './relay/errors.ts'
import { settleRelay } from './relay/options.ts'
import { createRelay } from './relay/relay.ts'
import { classify, createKlingApi } from './routes.ts'
import type { KlingState } from './state.ts'
import { createTaskStore, snapshot } from './tasks.ts'

const relayPrefix = '/relay/kling'

/** The official Kling, V1 text2video and image2video, as the first of the emulator's providers, and a relay before it. */
export function createKling(parts: {
  readonly clock: EmulatorClock
  readonly ids: Ids
  readonly clips: ClipStore
  readonly webhooks: Follow
  readonly pictures: Pictures
  readonly options: KlingEmulatorOptions
}): Wire {
  const { options, ...rest } = parts
  const state: KlingState = {
    ...rest,
    settings: settle(options),
    accounts: openAccounts(options.accounts),
    tasks: createTaskStore(),
    upcoming: { failures: [], delays: [] },
  }
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
      env: accessEnv(options, state.accounts[0]?.webhookSecrets[0]),
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
    tasks: () => state.tasks.all().map((task) => snapshot(task, state.clock.now())),
    knobs: createKlingKnobs(state),
    reset: () => {
      state.tasks.clear()
      state.clips.clear()
      state.accounts.splice(0, state.accounts.length, ...openAccounts(options.accounts))
      state.upcoming.failures = []
      state.upcoming.delays = []
      relay.reset()
    },
  }
}

/** Keys of the first account, under the names that adapters read. */
function accessEnv(
  { accounts }: KlingEmulatorOptions,
  webhookSecret: string | undefined,
): Record<string, string> {
  const first = accounts?.[0]
  const demo = klingDemo
  const apiKey = first ? first.apiKeys?.[0] : demo.apiKey
  return {
    KLINGAI_ACCESS_KEY: first?.accessKey ?? demo.accessKey,
    KLINGAI_SECRET_KEY: first?.secretKey ?? demo.secretKey,
    ...(apiKey === undefined ? {} : { KLINGAI_API_KEY: apiKey }),
    ...(webhookSecret === undefined ? {} : { KLING_WEBHOOK_SECRET: webhookSecret }),
  }
}
