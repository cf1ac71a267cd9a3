import { createAccounts } from '../engine/account.ts'
import { type AnswerEdits, createEdits } from '../engine/edits.ts'
import type { Exchange } from '../engine/exchange.ts'
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
import { apiAnswer } from './api.ts'
import { failureNamed } from './failures.ts'
import { mediaAnswer, restAnswer } from './files.ts'
import {
  demoAccount,
  type FalAccount,
  type FalAccountOptions,
  type FalDemo,
  type FalEmulatorOptions,
  falDemo,
  openAccount,
  settingsOf,
} from './options.ts'
import { classify } from './paths.ts'
import { queueAnswer, runAnswer } from './routes.ts'
import { settle, start } from './schedule.ts'
import { EXHAUSTED, errorAnswer, refusals } from './tables.ts'
import {
  type FalState,
  type FalTask,
  isFailure,
  type Status,
  snapshotOf,
  spentMicroUsd,
  statuses,
} from './task.ts'
import { createFalWebhooks } from './webhook.ts'
import { createWebhookKeys } from './webhook-keys.ts'

type SiteAnswer = (exchange: Exchange, request: Request) => Response | Promise<Response>

/** fal.ai: its queue protocol and the text-to-video and image-to-video endpoints of Kling. */
function createFal(parts: WireParts<FalEmulatorOptions>): Wire {
  const { options } = parts
  const accounts = createAccounts<FalAccount, NonNullable<FalEmulatorOptions['accounts']>[number]>(
    'fal',
    options.accounts ?? [demoAccount],
    openAccount,
  )
  const state: FalState = {
    ...openState(parts, settingsOf(options), accounts),
    webhookKeys: createWebhookKeys(),
    places: new Map(),
    files: createFiles(),
  }
  const follow = createFalWebhooks(state)
  const siteAnswers: Readonly<Record<string, SiteAnswer>> = {
    queue: (exchange) => queueAnswer(state, follow, exchange),
    run: (exchange) => runAnswer(state, exchange),
    rest: (exchange) => restAnswer(state, exchange),
    media: (exchange, request) => mediaAnswer(state, request, exchange),
    api: (exchange) => apiAnswer(state, exchange),
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
      env: accessEnv(options.accounts?.[0]),
      official: true,
      webhook: { userId: accounts.all()[0]?.userId ?? '' },
    }),
    classify,
    fetch: async (request, exchange) =>
      siteAnswers[exchange.site]?.(exchange, request) ?? new Response(null, { status: 404 }),
    errorAnswer: (status, _code, exchange) => errorAnswer(status, exchange),
    refuses: meaningsOf(refusals),
    refusalAnswer: (meaning, exchange) => refusals[meaning]?.(exchange),
    tasks: () => {
      const now = state.clock.now()
      settle(state, now)
      return state.tasks.all().map((task) => snapshotOf(task, now))
    },
    knobs: falKnobs(state),
    reset: () => {
      resetState(state)
      state.places.clear()
      state.files.clear()
      state.webhookKeys.reset()
    },
  }
}

function accessEnv(first: FalAccountOptions = falDemo): Record<string, string> {
  const { key, adminKey } = first
  return { FAL_KEY: key, ...(adminKey !== undefined && { FAL_ADMIN_KEY: adminKey }) }
}

/** The balance is in dollars. A failure is ordered by its documented type. */
const falKnobs = (state: FalState): ProviderKnobs =>
  createKnobs(state, {
    label: 'fal',
    unit: 1_000_000,
    words: statuses,
    settle: (now) => settle(state, now),
    spent: (account, now) => spentMicroUsd(state, account, now),
    failure: (type = '') => type,
    force: (task, status, message, now) => force(state, task, { status, message, now }),
    setConcurrency: (account, limit, now) => {
      account.concurrency = limit
      account.concurrencySince = now
    },
    setLocked: (account, locked) => {
      if (locked === false) delete account.lock
      else account.lock = locked === true ? EXHAUSTED : locked
    },
    rotateWebhookKey: () => {
      state.webhookKeys.rotate()
      return undefined
    },
  })

/** A forced `COMPLETED` ends well, or with the failure that `message` names. */
function force(
  state: FalState,
  task: FalTask,
  {
    status,
    message,
    now,
  }: { readonly status: Status; readonly message: string | undefined; readonly now: number },
): void {
  if (status !== 'COMPLETED') {
    task.held = status
    return
  }
  delete task.held
  if (task.startedAt === undefined) start(state, task, now)
  task.endsAt = now
  if (message !== undefined) task.outcome = failureNamed(message)
  else if (isFailure(task.outcome) && task.job) task.outcome = { aspect: task.job.aspect }
}

/** A status; a result has no word for how it stands. */
const isStatus = (answer: unknown): answer is Record<string, unknown> =>
  isRecord(answer) && typeof answer.status === 'string' && 'request_id' in answer

const falEdits: AnswerEdits = createEdits({
  tasksIn: (answer) => (isStatus(answer) ? [answer] : []),
  setStatus: (task, word) => {
    task.status = word
  },
  dropURLs: (answer) => {
    // A result is files under names of its endpoint's, alone or in lists.
    const files = (isRecord(answer) ? Object.values(answer) : []).flat().filter(isRecord)
    const named = files.filter((file) => Object.hasOwn(file, 'url'))
    for (const file of named) delete file.url
    return named.length > 0
  },
})

const [falKeyId = '', falKeySecret = ''] = falDemo.key.split(':')

/** fal, as the list of wires names it. */
export const fal: WireEntry<FalEmulatorOptions, FalDemo> = {
  create: createFal,
  demo: falDemo,
  domains: ['fal.ai', 'fal.run', 'falrun.com', 'fal.media'],
  variables: {
    FAL_KEY: falDemo.key,
    FAL_API_KEY: falDemo.key,
    FAL_KEY_ID: falKeyId,
    FAL_KEY_SECRET: falKeySecret,
    FAL_ADMIN_KEY: falDemo.adminKey,
  },
}
