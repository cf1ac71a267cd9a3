import type { Exchange } from '../engine/exchange.ts'
import { methodNotAllowed, noSuchPath, tooMany } from './answers.ts'
import { admit } from './gate.ts'
import { parsePath } from './paths.ts'
import { resultAnswer } from './result.ts'
import { inProgress, start } from './schedule.ts'
import type { FalState } from './state.ts'
import { submit } from './submit.ts'
import { statusAt } from './tasks.ts'
import { until } from './waiting.ts'

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
