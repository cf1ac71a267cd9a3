import type { KlingAccount } from './accounts.ts'
import { type Refusal, refuse } from './errors.ts'
import { MICRO_USD_PER_MILLI_UNIT, videoOps } from './models.ts'
import { isTerminal, phaseAt } from './phase.ts'
import { folderOf } from './read.ts'
import type { KlingState } from './state.ts'
import type { KlingTask } from './tasks.ts'
import { taskView } from './wire.ts'

type View = Record<string, unknown>

// Live 2026-09-20: 20 ids are answered, 21 are refused.
const MOST_IDS = 20

// Live 2026-09-20, the same for a token and for a made-up key.
export const API_KEY_ONLY =
  'Authentication error. The current API does not support AK/SK; please go to the console (https://kling.ai/dev/api-key) to create API key.'

/**
 * `GET /tasks`, the batch read of API 2.0: it knows V1 tasks too, in its own words (live 2026-09-20). Unknown ids are simply
 * missing. Its order is not documented: here it is the one asked in.
 */
export function batch(
  state: KlingState,
  account: KlingAccount,
  search: URLSearchParams,
  cdn: string,
): readonly View[] | Refusal {
  const [ids, externalIds] = ['task_ids', 'external_task_ids'].map((name) =>
    (search.get(name) ?? '').split(',').filter((id) => id !== ''),
  ) as [string[], string[]]
  const wanted = [...ids, ...externalIds]
  if (ids.length > 0 && externalIds.length > 0) {
    return refuse(1201, 'task_ids and external_task_ids exclude each other')
  }
  if (wanted.length === 0) return refuse(1201, 'task_ids and external_task_ids cannot both be empty')
  if (wanted.length > MOST_IDS) {
    return refuse(1201, `task_ids and external_task_ids cannot exceed ${MOST_IDS} in total`)
  }
  const now = state.clock.now()
  return wanted.flatMap((reference) => {
    const found = videoOps
      .map((op) => state.tasks.find(account.name, op, reference, now))
      .find((task) => task && (ids.length === 0 || task.id === reference))
    return found ? [viewOf(state, found, cdn, now)] : []
  })
}

function viewOf(state: KlingState, task: KlingTask, cdn: string, now: number): View {
  const phase = phaseAt(task, now)
  const { externalId, milliUnits } = task.job
  const view = taskView(task, phase, state.settings, folderOf(state, task, cdn))
  const videos = (view.task_result as { videos?: readonly View[] } | undefined)?.videos ?? []
  const free = phase.status === 'failed'
  const dollars = String(free ? 0 : (milliUnits * MICRO_USD_PER_MILLI_UNIT) / 1_000_000)
  const units = String(free ? 0 : milliUnits / 1000)
  const bill =
    task.paysFrom === 'pack'
      ? { charge_type: 'unit', amount: units, package_type: 'video' }
      : { charge_type: 'cash', amount: dollars, cash_type: 'balance', currency: 'USD', list_price: dollars }
  return {
    id: task.id,
    status: phase.status === 'succeed' ? 'succeeded' : phase.status,
    message: phase.message,
    create_time: task.createdAt,
    update_time: phase.updatedAt,
    ...(externalId === undefined ? {} : { external_id: externalId }),
    ...(videos.length === 0 ? {} : { outputs: videos.map(outputOf) }),
    // A running task has no billing.
    ...(isTerminal(phase) ? { billing: [bill] } : {}),
  }
}

/** Without a watermark the key is absent here, unlike on V1 (live). */
const outputOf = ({ watermark_url, ...video }: View): View => ({
  type: 'video',
  ...video,
  ...(watermark_url ? { watermark_url } : {}),
})
