import { stringAt } from '../http/json.ts'
import type { Draft, Message, Source, Stamp } from '../webhooks/message.ts'
import { FOREIGN_SECRET, spoiltStandard, standardHeaders } from '../webhooks/standard.ts'
import { isTerminal, nextChange, type Phase, phaseAt } from './phase.ts'
import type { Prediction } from './predictions.ts'
import type { ReplicateState } from './state.ts'
import { type Bases, clipPath, dressed, predictionView } from './wire.ts'

type Event = 'start' | 'output' | 'logs' | 'completed'

// Documented: `output` and `logs` at most every 500 ms, `start` and `completed` always.
const THROTTLE_MS = 500
// Documented: what happens without a filter.
const DEFAULT_EVENTS: readonly Event[] = ['output', 'completed']
// Cog's open-source sender; the hosted one may differ.
const TIMEOUT_MS = 30_000

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
  let seenUntil = prediction.createdAt - 1
  let status: Phase['status'] = 'starting'
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
      timeoutMs: () => TIMEOUT_MS,
      write: (stamp) => written(state, prediction, { id, body }, stamp),
      spoil: spoiltStandard,
      tamper: claimSuccess,
    }
  }

  /** What one change of the state brings. */
  function eventsOf(phase: Phase, at: number): Message[] {
    const found: Message[] = []
    const tell = (event: Event, shown: Phase, more: Record<string, unknown> = {}): void => {
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
      tell('start', state.settings.startStatus === 'starting' ? { status: 'starting' } : running)
      tell('logs', running)
    }
    if (phase.status === 'succeeded')
      tell('output', running, { output: bases.delivery + clipPath(prediction) })
    // Not named on the webhook pages, which are older than the status.
    const silent = phase.status === 'aborted' && !state.settings.abortedWebhook
    if (isTerminal(phase) && !silent) tell('completed', phase)
    return found
  }

  return {
    look: (now) => {
      const news: Message[] = []
      const visit = (at: number): void => {
        const phase = phaseAt(prediction, at)
        if (at < prediction.createdAt || phase.status === status) return
        status = phase.status
        news.push(...eventsOf(phase, at))
      }
      for (let at = nextChange(prediction, seenUntil); at !== undefined && at <= now; ) {
        visit(at)
        at = nextChange(prediction, at)
      }
      visit(now)
      seenUntil = Math.max(seenUntil, now)
      const ended = isTerminal(phaseAt(prediction, now))
      return ended ? { news } : { news, again: nextChange(prediction, now) ?? Number.POSITIVE_INFINITY }
    },
    forget: () => {},
  }
}

async function written(
  { accounts }: ReplicateState,
  { account }: Prediction,
  { id, body }: { readonly id: string; readonly body: string },
  { at, key }: Stamp,
): Promise<Draft> {
  const own = accounts.find(({ name }) => name === account)?.webhookSecret ?? FOREIGN_SECRET
  const secrets = [key === 'foreign' ? FOREIGN_SECRET : own]
  const signed = standardHeaders(body, { id, timestamp: Math.floor(at / 1000), secrets })
  return { headers: { 'content-type': 'application/json', ...signed }, body }
}

const ELSEWHERE = 'https://clips.attacker.invalid/clip.mp4'

/** Another clip, and a success where there was none. */
function claimSuccess(body: Record<string, unknown>): void {
  Object.assign(body, { status: 'succeeded', output: ELSEWHERE, error: null })
}
