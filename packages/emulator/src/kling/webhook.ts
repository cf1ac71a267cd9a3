import { newsOf } from '../engine/news.ts'
import { isRecord } from '../http/json.ts'
import { type Draft, FOREIGN_CLIP, type Message, type Stamp, USUAL_TIMEOUT_MS } from '../webhooks/message.ts'
import { FOREIGN_SECRET, spoiltStandard, standardHeaders } from '../webhooks/standard.ts'
import { kindOf } from './kinds.ts'
import { isTerminal, type KlingState, type KlingTask, nextChange, type Phase, phaseAt } from './task.ts'
import { callbackView } from './views.ts'

/** Follows a task whose create named a callback: one POST per change of its status, as the callbacks page says. */
export function followTask(state: KlingState, task: KlingTask, folder: string, url: string): void {
  if (url === '') return
  let count = 0
  const messages = (status: Phase['status'], at: number): readonly Message[] => {
    if (!state.settings.callbackOn.includes(status)) return []
    // Solutions are called back when they end, and not before.
    if (kindOf(task.job.op).dialect === 'solutions' && !isTerminal(phaseAt(task, at))) return []
    count += 1
    // Recorded ids are decimals of nineteen digits; a retry repeats its own.
    return [message(state, task, phaseAt(task, at), { url, folder, id: task.id + String(count) })]
  }
  state.webhooks.follow(
    newsOf(task, {
      statusAt: (at) => phaseAt(task, at).status,
      nextChange: (at) => nextChange(task, at),
      isOver: (status) => status === 'succeed' || status === 'failed',
      messages,
    }),
  )
}

function message(
  state: KlingState,
  task: KlingTask,
  phase: Phase,
  { url, folder, id }: { readonly url: string; readonly folder: string; readonly id: string },
): Message {
  const { settings } = state
  const body = JSON.stringify(callbackView(task, phase, settings, folder))
  return {
    taskId: task.id,
    url,
    event: phase.status,
    last: isTerminal(phase),
    retryMs: settings.callbackRetryMs,
    isRetried: () => true,
    timeoutMs: () => USUAL_TIMEOUT_MS,
    write: (stamp) => written(state, task.account, { id, body }, stamp),
    spoil: spoiltStandard,
    tamper: claimSuccess,
  }
}

/** Without a secret in the account there are no signature headers at all. */
async function written(
  { accounts }: KlingState,
  account: string,
  { id, body }: { readonly id: string; readonly body: string },
  { at, key }: Stamp,
): Promise<Draft> {
  const own = accounts.owner(({ name }) => name === account)?.webhookSecrets ?? []
  const secrets = key === 'foreign' ? [FOREIGN_SECRET] : own
  const signed =
    secrets.length === 0 ? {} : await standardHeaders(body, { id, timestamp: Math.floor(at / 1000), secrets })
  return { headers: { 'content-type': 'application/json; charset=utf-8', ...signed }, body }
}

/** Another clip, and a success where there was none. */
function claimSuccess(body: Record<string, unknown>): void {
  if ('outputs' in body || 'billing' in body) {
    Object.assign(body, { status: 'succeed', outputs: [{ type: 'image', url: FOREIGN_CLIP }] })
    return
  }
  body.task_status = 'succeed'
  const video = { id: '00000000-0000-4000-8000-000000000000', url: FOREIGN_CLIP, duration: '5.041' }
  const { task_result: result } = body
  body.task_result = { ...(isRecord(result) ? result : {}), videos: [video] }
}
