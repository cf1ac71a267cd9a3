import type { PiapiAccount } from './accounts.ts'
import { invalid, type Refusal, refuse } from './errors.ts'
import { forcedPhase, isVisible, phaseAt } from './phase.ts'
import type { PiapiState } from './state.ts'
import type { PiapiTask } from './tasks.ts'

/** Documented: only a pending task can be cancelled. What a refusal looks like is a choice of the emulator. */
export function cancelOne(state: PiapiState, account: PiapiAccount, id: string): PiapiTask | Refusal {
  const now = state.clock.now()
  const task = state.tasks.find(account.name, id, now)
  if (!task) return refuse(404)
  const { status } = phaseAt(task, now)
  if (status !== 'pending') return refuse(400, `cannot cancel a task that is ${status}`)
  cancel(task, now)
  return task
}

const bulkModels = ['kling', 'midjourney', 'suno', 'luma', 'all']

/** Pending tasks of one model created before a time, unix seconds; both values have to be given (2024-10). */
export function cancelMany(
  state: PiapiState,
  account: PiapiAccount,
  search: URLSearchParams,
): Refusal | undefined {
  const before = search.get('created_before') ?? ''
  if (!/^\d+$/.test(before)) return invalid('created_before')
  const model = search.get('model') ?? ''
  if (!bulkModels.includes(model)) return invalid('model')
  const now = state.clock.now()
  for (const task of state.tasks.ofAccount(account.name, now)) {
    const named = model === 'all' || task.job.model === model
    const early = isVisible(task, now) && task.createdAt < Number(before) * 1000
    if (named && early && phaseAt(task, now).status === 'pending') cancel(task, now)
  }
  return undefined
}

function cancel(task: PiapiTask, now: number): void {
  task.forced = forcedPhase(task, 'cancelled', { message: '', rawMessage: '' }, now)
}
