import { type Life, newsOf } from '../engine/news.ts'
import { stringAt } from '../http/json.ts'
import {
  type Draft,
  FOREIGN_CLIP,
  type Message,
  type Source,
  type Stamp,
  USUAL_TIMEOUT_MS,
} from '../webhooks/message.ts'
import { FOREIGN_SECRET, spoiltStandard, standardHeaders } from '../webhooks/standard.ts'
import { replicateDemo } from './options.ts'
import { isTerminal, nextChange, type Phase, type Prediction, phaseAt, type ReplicateState } from './task.ts'
import { type Bases, clipPath, dressed, predictionView } from './views.ts'

/**
 * What goes into the headers of an emulated Replicate webhook.
 *
 * @example
 * ```ts
 * import { type ReplicateWebhookFacts, signReplicateWebhook } from '@reelay/emulator'
 *
 * const facts: ReplicateWebhookFacts = { id: 'msg_1', timestamp: 1_795_510_885 }
 * const headers = await signReplicateWebhook('{}', facts)
 * ```
 */
export interface ReplicateWebhookFacts {
  /** Id of the message, the same on every retry. */
  readonly id: string
  /** Unix time of this attempt, seconds. */
  readonly timestamp: number
  /** `whsec_` and base64; the demo account's unless told. */
  readonly secret?: string
}

/**
 * Headers of a signed webhook. The body is the bare prediction, exactly as it is sent: Replicate wraps it in nothing.
 *
 * @example
 * ```ts
 * import { signReplicateWebhook } from '@reelay/emulator'
 *
 * const body = JSON.stringify({ id: 'hdwst0bb05rgp0cf0p29mzk2am', status: 'succeeded' })
 * const headers = await signReplicateWebhook(body, { id: 'msg_1', timestamp: Math.floor(Date.now() / 1000) })
 * const request = new Request('https://hooks.example.com/replicate?job=7f1c', { method: 'POST', headers, body })
 * ```
 */
export async function signReplicateWebhook(
  body: string,
  { id, timestamp, secret = replicateDemo.webhookSecret }: ReplicateWebhookFacts,
): Promise<Record<string, string>> {
  return {
    'content-type': 'application/json',
    ...standardHeaders(body, { id, timestamp, secrets: [secret] }),
  }
}

type Event = 'start' | 'output' | 'logs' | 'completed'

// Documented: `output` and `logs` at most every 500 ms, `start` and `completed` always.
const THROTTLE_MS = 500
// Documented: what happens without a filter.
const DEFAULT_EVENTS: readonly Event[] = ['output', 'completed']

/** Follows a prediction whose create named a `webhook`. A body is what a read shows at that moment, without any wrapper. */
export function followPrediction(state: ReplicateState, prediction: Prediction, bases: Bases): void {
  const url = stringAt(prediction.job.webhook, 'webhook')
  if (url !== undefined) state.webhooks.follow(webhooks(state, prediction, url, bases))
}

function wantedEvents({ job }: Prediction): readonly Event[] {
  const { webhook_events_filter: filter } = job.webhook
  return Array.isArray(filter) ? filter : DEFAULT_EVENTS
}

function webhooks(state: ReplicateState, prediction: Prediction, url: string, bases: Bases): Source {
  const wanted = wantedEvents(prediction)
  let started = false
  let throttledAt = Number.NEGATIVE_INFINITY
  let count = 0

  const message = (event: Event, body: string): Message => {
    count += 1
    const last = event === 'completed'
    // A retry repeats the id.
    const id = `msg_${prediction.id}${count}`
    return {
      taskId: prediction.id,
      url,
      event,
      last,
      // Documented: only the terminal one, on no answer or 4xx and 5xx, exponential, for about a minute.
      retryMs: last ? state.settings.webhookRetryMs : [],
      isRetried: (answered) => answered === undefined || answered >= 400,
      // Cog's open-source sender has the usual time as well; the hosted one may differ.
      timeoutMs: () => USUAL_TIMEOUT_MS,
      write: (stamp) => written(state, prediction, { id, body }, stamp),
      spoil: spoiltStandard,
      tamper: claimSuccess,
    }
  }

  /** What one change of the state brings. */
  function messages(_status: Phase['status'], at: number): readonly Message[] {
    const phase = phaseAt(prediction, at)
    const found: Message[] = []
    const add = (event: Event, shown: Phase, more: Record<string, unknown> = {}): void => {
      const throttled = event === 'output' || event === 'logs'
      if (throttled && at - throttledAt < THROTTLE_MS) return
      if (throttled) throttledAt = at
      if (!wanted.includes(event)) return
      const view = { ...predictionView(prediction, shown, bases, state.settings, at), ...more }
      const body = { ...dressed(view, state.settings), ...prediction.job.webhook }
      found.push(message(event, JSON.stringify(body)))
    }
    const { startedAt } = phase
    const running: Phase = { status: 'processing', ...(startedAt === undefined ? {} : { startedAt }) }
    if (startedAt !== undefined && !started) {
      started = true
      add('start', state.settings.startStatus === 'starting' ? { status: 'starting' } : running)
      add('logs', running)
    }
    if (phase.status === 'succeeded')
      add('output', running, { output: bases.delivery + clipPath(prediction) })
    // Not named on the webhook pages, which are older than the status.
    const silent = phase.status === 'aborted' && !state.settings.abortedWebhook
    if (isTerminal(phase) && !silent) add('completed', phase)
    return found
  }

  const life: Life<Phase['status']> = {
    statusAt: (at) => phaseAt(prediction, at).status,
    nextChange: (at) => nextChange(prediction, at),
    messages,
  }
  return newsOf(prediction, { ...life, isOver: (status) => isTerminal({ status }) }, 'starting')
}

async function written(
  { accounts }: ReplicateState,
  { account }: Prediction,
  { id, body }: { readonly id: string; readonly body: string },
  { at, key }: Stamp,
): Promise<Draft> {
  const own = accounts.owner(({ name }) => name === account)?.webhookSecret ?? FOREIGN_SECRET
  const secrets = [key === 'foreign' ? FOREIGN_SECRET : own]
  const signed = standardHeaders(body, { id, timestamp: Math.floor(at / 1000), secrets })
  return { headers: { 'content-type': 'application/json', ...signed }, body }
}

/** Another clip, and a success where there was none. */
function claimSuccess(body: Record<string, unknown>): void {
  Object.assign(body, { status: 'succeeded', output: FOREIGN_CLIP, error: null })
}
