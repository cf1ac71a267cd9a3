import type { Exchange } from '../engine/exchange.ts'
import { submit, type Target } from './create.ts'
import { platformFailure } from './failures.ts'
import { admit } from './gate.ts'
import { type Action, allows, parsePath, type QueuePath } from './paths.ts'
import { inProgress, settle, start, until } from './schedule.ts'
import { methodNotAllowed, noSuchPath, notFound, tooMany } from './tables.ts'
import { type FalState, type FalTask, statusAt } from './task.ts'
import { resultAnswer, statusStream, statusView, submittedView } from './views.ts'
import type { FollowRequest } from './webhook.ts'

/** The queue host: submits, and what follows a request. */
export async function queueAnswer(
  state: FalState,
  follow: FollowRequest,
  exchange: Exchange,
): Promise<Response> {
  const path = parsePath(exchange.path)
  if (!path) return noSuchPath()
  return path.kind === 'endpoint'
    ? submitAnswer(state, follow, path, exchange)
    : followUp(state, path, exchange)
}

async function submitAnswer(
  state: FalState,
  follow: FollowRequest,
  target: Target,
  exchange: Exchange,
): Promise<Response> {
  if (exchange.method !== 'POST') return methodNotAllowed()
  const account = admit(state, exchange, { app: target.app, credit: true })
  if (account instanceof Response) return account
  const task = submit(state, account, target, exchange)
  if (task instanceof Response) return task
  const view = submittedView(state, task, exchange.siteURL('queue'))
  const webhook = exchange.url.searchParams.get('fal_webhook')
  if (webhook) follow({ task, url: webhook, media: exchange.siteURL('media') })
  await exchange.taskCreated({ id: task.id })
  return Response.json(view, { headers: { 'x-fal-request-id': task.id } })
}

type Handler = (state: FalState, task: FalTask, exchange: Exchange) => Response | Promise<Response>

const wantsLogs = ({ url }: Exchange): boolean =>
  ['1', 'true'].includes(url.searchParams.get('logs')?.toLowerCase() ?? '')

const handlers: Readonly<Record<Action, Handler>> = {
  status: (state, task, exchange) => {
    const view = statusView(state, task, exchange.siteURL('queue'), wantsLogs(exchange))
    const completed = statusAt(task, state.clock.now()) === 'COMPLETED'
    const status = completed ? 200 : state.settings.waitingStatus
    return Response.json(view, { status, headers: { 'x-fal-request-id': task.id } })
  },
  stream: (state, task, exchange) =>
    statusStream(state, task, exchange.siteURL('queue'), wantsLogs(exchange), exchange.signal),
  result: (state, task, exchange) => resultAnswer(state, task, exchange.siteURL('media')),
  cancel: (state, task) => cancelAnswer(state, task),
}

type FollowUp = Extract<QueuePath, { kind: 'request' }>

function followUp(state: FalState, path: FollowUp, exchange: Exchange): Response | Promise<Response> {
  if (!allows(path.action, exchange.method)) return methodNotAllowed()
  const account = admit(state, exchange, { app: path.app, credit: false })
  if (account instanceof Response) return account
  const now = state.clock.now()
  const task = state.tasks.find(account.name, path.id, now)
  if (!task || !belongs(state, task, path)) return notFound()
  settle(state, now)
  return handlers[path.action](state, task, exchange)
}

/** Owner and alias, or the whole endpoint id; anything between the two is somebody else's path. */
const belongs = ({ settings }: FalState, task: FalTask, { app, path }: FollowUp): boolean =>
  app === task.app && (path === '' || (settings.fullIdFollowUps && path === task.path))

// The signal has to reach the runner.
const SIGNAL_MS = 1000

/**
 * A waiting request is removed, for free; a running one is only asked to stop, and stays paid for. What becomes of
 * either is not documented: here they complete as `client_cancelled`.
 */
function cancelAnswer(state: FalState, task: FalTask): Response {
  const now = state.clock.now()
  const headers = { 'x-fal-request-id': task.id }
  const status = statusAt(task, now)
  if (status === 'COMPLETED') return Response.json({ status: 'ALREADY_COMPLETED' }, { status: 400, headers })
  if (status === 'IN_QUEUE') {
    end(task, now, true)
    return Response.json({ status: 'OK' }, { headers })
  }
  if (state.settings.cancelRunning === 'stops' && !task.held) end(task, now + SIGNAL_MS, false)
  return Response.json({ status: 'CANCELLATION_REQUESTED' }, { status: 202, headers })
}

function end(task: FalTask, at: number, free: boolean): void {
  const ended = !task.held && task.endsAt !== undefined && task.endsAt <= at
  delete task.held
  if (ended) return
  task.endsAt = at
  task.outcome = platformFailure('client_cancelled', { free })
}

/** The direct host: one exchange that lasts as long as the render. It never queues, so it can be too busy. */
export async function runAnswer(state: FalState, exchange: Exchange): Promise<Response> {
  const path = parsePath(exchange.path)
  if (path?.kind !== 'endpoint') return noSuchPath()
  if (exchange.method !== 'POST') return methodNotAllowed()
  const account = admit(state, exchange, { app: path.app, credit: true })
  if (account instanceof Response) return account
  const now = state.clock.now()
  if (inProgress(state, account, now) >= account.concurrency) return tooMany('Too many concurrent requests')
  const task = submit(state, account, path, exchange)
  if (task instanceof Response) return task
  start(state, task, task.createdAt)
  await exchange.taskCreated({ id: task.id })
  const completed = (): boolean => statusAt(task, state.clock.now()) === 'COMPLETED'
  await until(state, completed, exchange.signal, exchange.held)
  return resultAnswer(state, task, exchange.siteURL('media'))
}
