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
import { orderedFailure } from './create.ts'
import { serveMedia } from './files.ts'
import {
  demoAccount,
  openAccount,
  type PiapiDemo,
  type PiapiEmulatorOptions,
  piapiDemo,
  settingsOf,
} from './options.ts'
import { classify, createPiapiApi, createPiapiUpload } from './routes.ts'
import { refusals } from './tables.ts'
import { force, type PiapiState, settled, snapshotOf, spentPoints, statusWords } from './task.ts'
import { errorAnswer, refusalAnswer } from './views.ts'

/** PiAPI's unified task API, for the task types that make Kling's clips from words and images. */
function createPiapi(parts: WireParts<PiapiEmulatorOptions>): Wire {
  const { options } = parts
  const accounts = createAccounts('PiAPI', options.accounts ?? [demoAccount], openAccount)
  const state: PiapiState = { ...openState(parts, settingsOf(options), accounts), uploads: createFiles() }
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
      return settled(state, now)
        .all()
        .map((task) => snapshotOf(task, now))
    },
    knobs: piapiKnobs(state),
    reset: () => {
      resetState(state)
      state.uploads.clear()
    },
  }
}

const piapiKnobs = (state: PiapiState): ProviderKnobs =>
  createKnobs(state, {
    label: 'PiAPI',
    unit: 1,
    words: statusWords,
    settle: (now) => void settled(state, now),
    spent: (account, now) => spentPoints(state, account, now),
    failure: orderedFailure,
    force: (task, status, message, now) => {
      force(task, status, orderedFailure(message), now)
      if (status !== 'staged') task.releasedAt ??= now
    },
    setConcurrency: (account, limit, now) => {
      account.concurrency = limit
      account.concurrencySince = now
    },
  })

type Json = Record<string, unknown>

/** The task object in an answer. */
function tasksIn(answer: unknown): readonly Json[] {
  const data = isRecord(answer) ? answer.data : undefined
  return isRecord(data) && 'task_id' in data ? [data] : []
}

/** Objects that may hold a URL: the output itself, and what each work holds. */
function holdersIn(output: Json): Json[] {
  const works = Array.isArray(output.works) ? output.works.filter(isRecord) : []
  return [output, ...works.flatMap((work) => Object.values(work)).filter(isRecord)]
}

const urlKeys = ['video', 'video_url', 'resource', 'resource_without_watermark']

/** The placeholder that an unfinished task of the same family has. */
function emptied({ model, output }: Json): Json | null {
  if (!isRecord(output) || model === 'kling-turbo') return null
  return 'works' in output ? { type: '', status: 0, works: null } : { video: '' }
}

const piapiEdits: AnswerEdits = createEdits({
  tasksIn,
  setStatus: (task, word) => {
    task.status = word
    task.output = emptied(task)
  },
  dropURLs: (answer) => {
    const output = tasksIn(answer)[0]?.output
    const urls = (isRecord(output) ? holdersIn(output) : []).flatMap((holder) =>
      urlKeys
        .filter((key) => typeof holder[key] === 'string' && holder[key] !== '')
        .map((key) => ({ holder, key })),
    )
    for (const { holder, key } of urls) delete holder[key]
    return urls.length > 0
  },
})

/** PiAPI, as the list of wires names it. */
export const piapi: WireEntry<PiapiEmulatorOptions, PiapiDemo> = {
  create: createPiapi,
  demo: piapiDemo,
  domains: ['piapi.ai', 'theapi.app', 'goapi.ai'],
  variables: { PIAPI_API_KEY: piapiDemo.apiKey, PIAPI_KEY: piapiDemo.apiKey },
}
