import type { Exchange } from '../../engine/exchange.ts'
import { isRecord } from '../../http/json.ts'
import { followTask } from '../callbacks.ts'
import { create } from '../create.ts'
import { videoOps } from '../models.ts'
import { isVisible, phaseAt } from '../phase.ts'
import { folderOf } from '../read.ts'
import type { KlingState } from '../state.ts'
import type { KlingTask } from '../tasks.ts'
import { clipName, taskView } from '../wire.ts'
import { badKey, badRequest, conflict, noSuchPath, noSuchTask, passedOn } from './errors.ts'
import { forwarded, strangersIn } from './fields.ts'
import { createKeyBooks, type KeyVerdict } from './keys.ts'
import type { RelayForm, RelaySettings } from './options.ts'
import { reply } from './replies.ts'

/** A relay before the emulated Kling. */
export interface Relay {
  fetch(exchange: Exchange): Promise<Response>
  reset(): void
}

interface Sold {
  readonly task: KlingTask
  /** Of the key that bought it. */
  readonly caller: string
  readonly path: string
}

const paths: ReadonlySet<string> = new Set(videoOps.map((op) => `/v1/videos/${op}`))
const keySaid = {
  invalid: 'Idempotency-Key has 1 to 191 bytes',
  other: 'Idempotency-Key was used for another request',
  busy: 'the first request under this Idempotency-Key is in progress, or its outcome is unclear',
} as const

export function createRelay(state: KlingState, settings: RelaySettings): Relay {
  const sold = new Map<string, Sold>()
  const keys = createKeyBooks()

  function tell(id: string, { task }: Sold, form: RelayForm, exchange: Exchange): Response {
    const now = state.clock.now()
    const phase = phaseAt(task, now)
    const folder = folderOf(state, task, exchange.siteURL('cdn'))
    return reply(
      form,
      {
        id,
        phase,
        view: taskView(task, phase, state.settings, folder),
        url: phase.status === 'succeed' ? `${folder}/${clipName(task, 'raw')}` : '',
        seconds: task.job.seconds,
        createdAt: task.createdAt,
        model: task.job.model,
      },
      settings,
    )
  }

  /** One that is still on its way upstream has no answer yet, so nobody can repeat it. */
  const isUnderWay = (id: string): boolean => {
    const task = sold.get(id)?.task
    return task !== undefined && !isVisible(task, state.clock.now())
  }

  function enter(caller: string, exchange: Exchange): KeyVerdict | undefined {
    const sent = exchange.headers.get('idempotency-key')
    if (!settings.idempotencyKeys || sent === null) return undefined
    const verdict = keys.enter(
      caller,
      sent,
      exchange.path,
      new TextDecoder().decode(exchange.body),
      state.clock.now(),
    )
    return verdict.state === 'same' && isUnderWay(verdict.id) ? { state: 'busy' } : verdict
  }

  async function buy(caller: string, exchange: Exchange): Promise<Response> {
    const { json, path } = exchange
    if (!isRecord(json)) return badRequest(settings, 'invalid request body')
    const strangers = strangersIn(json)
    if (strangers.length > 0) exchange.record.unknownKeys = strangers
    if (strangers.length > 0 && settings.unknownFields === 'refuse') {
      return badRequest(settings, `unknown field ${strangers[0]}`)
    }
    const key = enter(caller, exchange)
    if (key?.state === 'same') return tell(key.id, sold.get(key.id) as Sold, settings.form.create, exchange)
    if (key?.state === 'invalid') return badRequest(settings, keySaid.invalid)
    if (key && key.state !== 'new') return conflict(settings, keySaid[key.state])

    const { op, body } = forwarded(json)
    const [operator] = state.accounts
    if (!operator) throw new Error('the relay needs an account at Kling')
    const upstream: Exchange = Object.create(exchange, { json: { value: body } })
    const task = create(state, operator, op, upstream)
    // Written by `create` on what it was given.
    if ('code' in task) {
      key?.dropped()
      return passedOn(settings, task)
    }
    const id = `task_${state.ids.uuid().replaceAll('-', '')}`
    sold.set(id, { task, caller, path })
    key?.made(id)
    followTask(state, task, folderOf(state, task, exchange.siteURL('cdn')))
    await exchange.taskCreated({ id: task.id })
    return tell(id, sold.get(id) as Sold, settings.form.create, exchange)
  }

  function read(caller: string, id: string, exchange: Exchange): Response {
    const found = sold.get(id)
    const now = state.clock.now()
    const blind = found && (now < found.task.createdAt + settings.blindMs || !isVisible(found.task, now))
    if (!found || blind || found.caller !== caller || !exchange.path.startsWith(`${found.path}/`)) {
      return noSuchTask(settings)
    }
    exchange.record.taskId = found.task.id
    return tell(id, found, settings.form.read, exchange)
  }

  return {
    async fetch(exchange) {
      const { method, path } = exchange
      const caller = /^Bearer (\S+)$/.exec(exchange.headers.get('authorization') ?? '')?.[1]
      if (caller === undefined || !settings.keys.includes(caller)) return badKey(settings)
      if (method === 'POST' && paths.has(path)) return buy(caller, exchange)
      const [, parent = '', id = ''] = /^(.+)\/([^/]+)$/.exec(path) ?? []
      if (method === 'GET' && paths.has(parent)) return read(caller, id, exchange)
      return noSuchPath(settings, method, path)
    },
    reset() {
      sold.clear()
      keys.clear()
    },
  }
}
