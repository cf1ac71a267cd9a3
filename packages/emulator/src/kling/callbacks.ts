import { isRecord } from '../http/json.ts'
import type { Draft, Message, Source, Stamp } from '../webhooks/message.ts'
import { FOREIGN_SECRET, spoiltStandard, standardHeaders } from '../webhooks/standard.ts'
import { text } from './fields.ts'
import { isTerminal, nextChange, type Phase, phaseAt } from './phase.ts'
import type { KlingState } from './state.ts'
import type { KlingTask } from './tasks.ts'
import { callbackView } from './wire.ts'

// Not documented; the time most senders give a receiver.
const TIMEOUT_MS = 30_000

/** Follows a task whose create named a `callback_url`: one POST per change of its status, as the callbacks page says. */
export function followTask(state: KlingState, task: KlingTask, folder: string): void {
  const url = text(task.job.request, 'callback_url')
  if (url !== '') state.webhooks.follow(callbacks(state, task, url, folder))
}

function callbacks(state: KlingState, task: KlingTask, url: string, folder: string): Source {
  const { settings } = state
  let seenUntil = task.createdAt - 1
  let told: Phase['status'] | undefined
  let count = 0

  const message = (phase: Phase): Message => {
    count += 1
    // Recorded ids are decimals of nineteen digits; a retry repeats its own.
    const id = task.id + String(count)
    const body = JSON.stringify(callbackView(task, phase, settings, folder))
    return {
      taskId: task.id,
      url,
      event: phase.status,
      last: isTerminal(phase),
      retryMs: settings.callbackRetryMs,
      isRetried: () => true,
      timeoutMs: () => TIMEOUT_MS,
      write: (stamp) => written(state, task.account, { id, body }, stamp),
      spoil: spoiltStandard,
      tamper: claimSuccess,
    }
  }

  return {
    look: (now) => {
      const news: Message[] = []
      const tell = (at: number): void => {
        const phase = phaseAt(task, at)
        if (at < task.createdAt || phase.status === told) return
        told = phase.status
        if (settings.callbackOn.includes(told)) news.push(message(phase))
      }
      for (let at = nextChange(task, seenUntil); at !== undefined && at <= now; at = nextChange(task, at)) {
        tell(at)
      }
      tell(now)
      seenUntil = Math.max(seenUntil, now)
      return isTerminal(phaseAt(task, now)) ? { news } : { news, again: nextChange(task, now) ?? Infinity }
    },
    forget: () => {},
  }
}

/** Without a secret in the account there are no signature headers at all. */
async function written(
  { accounts }: KlingState,
  account: string,
  { id, body }: { readonly id: string; readonly body: string },
  { at, key }: Stamp,
): Promise<Draft> {
  const own = accounts.find(({ name }) => name === account)?.webhookSecrets ?? []
  const secrets = key === 'foreign' ? [FOREIGN_SECRET] : own
  const signed =
    secrets.length === 0 ? {} : standardHeaders(body, { id, timestamp: Math.floor(at / 1000), secrets })
  return { headers: { 'content-type': 'application/json; charset=utf-8', ...signed }, body }
}

const ELSEWHERE = 'https://clips.attacker.invalid/clip.mp4'

/** Another clip, and a success where there was none. */
function claimSuccess(body: Record<string, unknown>): void {
  body.task_status = 'succeed'
  const video = { id: '00000000-0000-4000-8000-000000000000', url: ELSEWHERE, duration: '5.041' }
  const { task_result: result } = body
  body.task_result = { ...(isRecord(result) ? result : {}), videos: [video] }
}
