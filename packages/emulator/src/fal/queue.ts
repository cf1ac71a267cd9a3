import type { Exchange } from '../engine/exchange.ts'
import { methodNotAllowed, noSuchPath, notFound } from './answers.ts'
import { cancelAnswer } from './cancel.ts'
import { admit } from './gate.ts'
import { type Action, allows, parsePath, type QueuePath } from './paths.ts'
import { resultAnswer } from './result.ts'
import { settle } from './schedule.ts'
import type { FalState } from './state.ts'
import { statusStream } from './stream.ts'
import { submit, type Target } from './submit.ts'
import { type FalTask, isVisible, statusAt } from './tasks.ts'
import { statusView, submittedView } from './wire.ts'

/** The queue host: submits, and what follows a request. */
export async function queueAnswer(state: FalState, exchange: Exchange): Promise<Response> {
  const path = parsePath(exchange.path)
  if (!path) return noSuchPath()
  return path.kind === 'endpoint' ? submitAnswer(state, path, exchange) : followUp(state, path, exchange)
}

async function submitAnswer(state: FalState, target: Target, exchange: Exchange): Promise<Response> {
  if (exchange.method !== 'POST') return methodNotAllowed()
  const account = admit(state, exchange, { app: target.app, credit: true })
  if (account instanceof Response) return account
  const task = submit(state, account, target, exchange)
  if (task instanceof Response) return task
  const view = submittedView(state, task, exchange.siteURL('queue'))
  const webhook = exchange.url.searchParams.get('fal_webhook')
  if (webhook) state.falWebhooks.follow(state, task, webhook, exchange.siteURL('media'))
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

type Follow = Extract<QueuePath, { kind: 'request' }>

function followUp(state: FalState, path: Follow, exchange: Exchange): Response | Promise<Response> {
  if (!allows(path.action, exchange.method)) return methodNotAllowed()
  const account = admit(state, exchange, { app: path.app, credit: false })
  if (account instanceof Response) return account
  const task = state.tasks.byId(path.id)
  const now = state.clock.now()
  if (task?.account !== account.name || !isVisible(task, now) || !belongs(state, task, path))
    return notFound()
  settle(state, now)
  return handlers[path.action](state, task, exchange)
}

/** Owner and alias, or the whole endpoint id; anything between the two is somebody else's path. */
const belongs = ({ settings }: FalState, task: FalTask, { app, path }: Follow): boolean =>
  app === task.app && (path === '' || (settings.fullIdFollowUps && path === task.path))
