import { createReader, followTogether } from '../engine/news.ts'
import { isRecord, stringAt } from '../http/json.ts'
import { isSecure } from '../webhooks/address.ts'
import { type Draft, FOREIGN_CLIP, isAccepted, type Message, USUAL_TIMEOUT_MS } from '../webhooks/message.ts'
import { otherDigits } from '../webhooks/standard.ts'
import type { Addresses } from './output.ts'
import { isTerminal, nextChange, type PiapiState, type PiapiTask, phaseAt, settled } from './task.ts'
import { taskView } from './views.ts'

interface Followed {
  readonly task: PiapiTask
  readonly news: (now: number) => readonly Message[]
}

/** Follows the tasks whose create named an endpoint in `config.webhook_config`. */
export type FollowTask = (task: PiapiTask, addresses: Addresses) => void

/** All tasks together: when one of them leaves the queue depends on every other of its account. */
export function createPiapiWebhooks(state: PiapiState): FollowTask {
  const follow = followTogether<Followed>(state.webhooks, {
    settle: (now) => void settled(state, now),
    messages: ({ news }, now) => news(now),
    isOver: ({ task }, now) => isTerminal(phaseAt(task, now).status),
    nextChange: (now) =>
      state.tasks.all().reduce((first, task) => Math.min(first, nextChange(task, now) ?? Infinity), Infinity),
  })
  return (task, addresses) => {
    const { config } = task.job.request
    const webhook = isRecord(config) ? config.webhook_config : undefined
    const url = stringAt(webhook, 'endpoint')
    if (url === undefined) return
    const target = { url, secret: stringAt(webhook, 'secret'), addresses }
    const news = createReader(task, {
      statusAt: (at) => phaseAt(task, at).status,
      nextChange: (at) => nextChange(task, at),
      messages: (status, at) =>
        state.settings.webhookOn.includes(status) ? [message(state, task, target, at)] : [],
    })
    follow({ task, news })
  }
}

interface Target {
  readonly url: string
  readonly secret: string | undefined
  readonly addresses: Addresses
}

const SECRET = 'x-webhook-secret'
const FOREIGN = 'somebody-elses-secret-not-real'

function message({ settings }: PiapiState, task: PiapiTask, target: Target, at: number): Message {
  const { url, secret, addresses } = target
  const { status } = phaseAt(task, at)
  const data = taskView(task, at, settings, addresses)
  return {
    taskId: task.id,
    url,
    event: status,
    last: isTerminal(status),
    // One third-party reference (2026-05); to this machine it is the emulator's liberty.
    ...(settings.plainHttpWebhooks === 'sent' || isSecure(url)
      ? {}
      : { undeliverable: 'plain http endpoints are ignored' }),
    retryMs: settings.webhookRetryMs,
    isRetried: (answered) => !isAccepted(answered),
    timeoutMs: () => USUAL_TIMEOUT_MS,
    write: async ({ at: writtenAt, key }): Promise<Draft> => {
      const vouched = key === 'foreign' ? FOREIGN : secret
      return {
        headers: {
          'content-type': 'application/json',
          ...(vouched === undefined ? {} : { [SECRET]: vouched }),
        },
        body: JSON.stringify({ timestamp: Math.floor(writtenAt / 1000), data }),
      }
    },
    spoil: ({ headers, body }) => {
      const { [SECRET]: sent, ...others } = headers
      return sent === undefined ? undefined : { headers: { ...others, [SECRET]: otherDigits(sent) }, body }
    },
    tamper: claimSuccess,
  }
}

/** Another clip, and a success where there was none. */
function claimSuccess({ data }: Record<string, unknown>): void {
  if (isRecord(data)) Object.assign(data, { status: 'completed', output: { video: FOREIGN_CLIP } })
}
