import type { Exchange } from '../../engine/exchange.ts'
import { type Body, text } from '../../engine/fields.ts'
import { isVisible } from '../../engine/task.ts'
import { isRecord } from '../../http/json.ts'
import { create } from '../create.ts'
import { fileName, folderOf } from '../files.ts'
import { kindOf } from '../kinds.ts'
import { filesOf, type KlingState, type KlingTask, phaseAt } from '../task.ts'
import { taskView } from '../views.ts'
import { followTask } from '../webhook.ts'
import { badKey, badRequest, conflict, noSuchPath, noSuchTask, passedOn } from './errors.ts'
import { createKeyBooks, type KeyVerdict } from './keys.ts'
import type { RelayForm, RelaySettings } from './options.ts'
import { reply } from './replies.ts'

/** What the gateway's struct reads (2025 to 2026); everything younger is lost on the way. */
const known: ReadonlySet<string> = new Set([
  'prompt',
  'image',
  'image_tail',
  'negative_prompt',
  'sound',
  'mode',
  'duration',
  'aspect_ratio',
  'model_name',
  'model',
  'cfg_scale',
  'static_mask',
  'dynamic_masks',
  'camera_control',
  'watermark_info',
  'callback_url',
  'external_task_id',
])

const isKnown = ([key, value]: readonly [string, unknown]): boolean => known.has(key) && value !== null

/** Fields it does not know. */
const strangersIn = (body: Body): readonly string[] => Object.keys(body).filter((key) => !known.has(key))

/** What reaches Kling: no id of the caller's, and its own defaults, a square among them. */
function forwarded(body: Body): { readonly op: string; readonly body: Body } {
  const { external_task_id: _id, ...rest } = Object.fromEntries(Object.entries(body).filter(isKnown))
  // Without a picture it makes text of it.
  const op = rest.image || rest.image_tail ? 'image2video' : 'text2video'
  const shape = op === 'text2video' ? { aspect_ratio: '1:1' } : {}
  const { aspect_ratio, ...plain } = rest
  const own = op === 'text2video' && aspect_ratio !== undefined ? { aspect_ratio } : {}
  return { op, body: { mode: 'std', duration: '5', ...shape, ...plain, ...own } }
}

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

// Gateways forward what their struct has fields for: clips from words and from images.
const paths: ReadonlySet<string> = new Set(['text2video', 'image2video'].map((op) => kindOf(op).path))
const keyRefusals = {
  invalid: 'Idempotency-Key has 1 to 191 bytes',
  other: 'Idempotency-Key was used for another request',
  busy: 'the first request under this Idempotency-Key is in progress, or its outcome is unclear',
} as const

export function createRelay(state: KlingState, settings: RelaySettings): Relay {
  const sold = new Map<string, Sold>()
  const keys = createKeyBooks()

  function answerAbout(id: string, { task }: Sold, form: RelayForm, exchange: Exchange): Response {
    const now = state.clock.now()
    const phase = phaseAt(task, now)
    const folder = folderOf(state, task, exchange.siteURL('cdn'))
    const [clip] = filesOf(task.job)
    return reply(
      form,
      {
        id,
        phase,
        view: taskView(task, phase, state.settings, folder),
        url: clip && phase.status === 'succeed' ? `${folder}/${fileName(task, 0, clip, 'raw')}` : '',
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
    if (key?.state === 'same')
      return answerAbout(key.id, sold.get(key.id) as Sold, settings.form.create, exchange)
    if (key?.state === 'invalid') return badRequest(settings, keyRefusals.invalid)
    if (key && key.state !== 'new') return conflict(settings, keyRefusals[key.state])

    const { op, body } = forwarded(json)
    const upstream: Exchange = Object.create(exchange, { json: { value: body } })
    const task = create(state, state.accounts.named(undefined), kindOf(op), upstream)
    if ('code' in task) {
      key?.dropped()
      return passedOn(settings, task)
    }
    const id = `task_${state.ids.uuid().replaceAll('-', '')}`
    sold.set(id, { task, caller, path })
    key?.made(id)
    followTask(state, task, folderOf(state, task, exchange.siteURL('cdn')), text(body, 'callback_url'))
    await exchange.taskCreated({ id: task.id })
    return answerAbout(id, sold.get(id) as Sold, settings.form.create, exchange)
  }

  function read(caller: string, id: string, exchange: Exchange): Response {
    const found = sold.get(id)
    const now = state.clock.now()
    const blind = found && (now < found.task.createdAt + settings.blindMs || !isVisible(found.task, now))
    if (!found || blind || found.caller !== caller || !exchange.path.startsWith(`${found.path}/`)) {
      return noSuchTask(settings)
    }
    exchange.record.taskId = found.task.id
    return answerAbout(id, found, settings.form.read, exchange)
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
