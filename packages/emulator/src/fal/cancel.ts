import { platformFailure } from './failures.ts'
import type { FalState } from './state.ts'
import { type FalTask, statusAt } from './tasks.ts'

// The signal has to reach the runner.
const SIGNAL_MS = 1000

/**
 * A waiting request is removed, for free; a running one is only asked to stop, and stays paid for. What becomes of
 * either is not documented: here they complete as `client_cancelled`.
 */
export function cancelAnswer(state: FalState, task: FalTask): Response {
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
