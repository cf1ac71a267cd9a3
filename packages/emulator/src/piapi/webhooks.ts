import { isRecord, stringAt } from '../http/json.ts'
import { isSecure } from '../webhooks/address.ts'
import { type Draft, isAccepted, type Message, type Source } from '../webhooks/message.ts'
import { otherDigits } from '../webhooks/standard.ts'
import type { Addresses } from './output.ts'
import { isTerminal, nextMoment, type Phase, phaseAt } from './phase.ts'
import type { PiapiState } from './state.ts'
import type { PiapiTask } from './tasks.ts'
import { taskView } from './wire.ts'

/** The tasks whose create named an endpoint in `config.webhook_config`. */
export interface PiapiWebhooks {
  follow(state: PiapiState, task: PiapiTask, addresses: Addresses): void
}

interface Followed {
  readonly task: PiapiTask
  readonly url: string
  readonly secret: string | undefined
  readonly addresses: Addresses
  seenUntil: number
  told?: Phase['status']
}

/** All tasks together: when one of them leaves the queue depends on every other of its account. */
export function createPiapiWebhooks(): PiapiWebhooks {
  const open = new Map<string, Followed>()
  let source: Source | undefined

  const sourceOf = (state: PiapiState): Source => ({
    look: (now) => {
      const all = state.tasks.all(now)
      const news = [...open.values()].flatMap((followed) => newsOf(state, followed, now))
      for (const { task } of [...open.values()]) {
        if (isTerminal(phaseAt(task, now))) open.delete(task.id)
      }
      if (open.size === 0) return { news }
      const moments = all.map((task) => nextMoment(task, now) ?? Number.POSITIVE_INFINITY)
      return { news, again: moments.reduce((first, at) => Math.min(first, at), Number.POSITIVE_INFINITY) }
    },
    forget: () => open.clear(),
  })

  return {
    follow: (state, task, addresses) => {
      const { config } = task.job.request
      const webhook = isRecord(config) ? config.webhook_config : undefined
      const url = stringAt(webhook, 'endpoint')
      if (url === undefined) return
      const secret = stringAt(webhook, 'secret')
      open.set(task.id, { task, url, secret, addresses, seenUntil: task.createdAt - 1 })
      source ??= sourceOf(state)
      state.webhooks.follow(source)
    },
  }
}

function newsOf(state: PiapiState, followed: Followed, now: number): readonly Message[] {
  const { task } = followed
  const news: Message[] = []
  const visit = (at: number): void => {
    const phase = phaseAt(task, at)
    if (at < task.createdAt || phase.status === followed.told) return
    followed.told = phase.status
    if (state.settings.webhookOn.includes(phase.status)) news.push(message(state, followed, phase, at))
  }
  for (let at = nextMoment(task, followed.seenUntil); at !== undefined && at <= now; ) {
    visit(at)
    at = nextMoment(task, at)
  }
  visit(now)
  followed.seenUntil = Math.max(followed.seenUntil, now)
  return news
}

const SECRET = 'x-webhook-secret'
const FOREIGN = 'somebody-elses-secret-not-real'
// Not documented; the time most senders give a receiver.
const TIMEOUT_MS = 30_000

function message(state: PiapiState, followed: Followed, phase: Phase, at: number): Message {
  const { settings } = state
  const { task, url, secret, addresses } = followed
  const data = taskView(task, at, settings, addresses)
  return {
    taskId: task.id,
    url,
    event: phase.status,
    last: isTerminal(phase),
    // One third-party reference (2026-05); to this machine it is the emulator's liberty.
    ...(settings.plainHttpWebhooks === 'sent' || isSecure(url)
      ? {}
      : { undeliverable: 'plain http endpoints are ignored' }),
    retryMs: settings.webhookRetryMs,
    isRetried: (status) => !isAccepted(status),
    timeoutMs: () => TIMEOUT_MS,
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

const ELSEWHERE = 'https://clips.attacker.invalid/clip.mp4'

/** Another clip, and a success where there was none. */
function claimSuccess({ data }: Record<string, unknown>): void {
  if (isRecord(data)) Object.assign(data, { status: 'completed', output: { video: ELSEWHERE } })
}
