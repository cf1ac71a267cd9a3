import { isRecord } from '../http/json.ts'
import type { KlingAccount } from './account.ts'
import { EXTRA_SECONDS, invalidValue, type View } from './kinds/kind.ts'
import { kindOf } from './kinds.ts'
import { MICRO_USD_PER_MILLI_UNIT, type Pack, type Refusal, refuse } from './tables.ts'
import { grantedMilliUnits, type KlingState, type KlingTask, microUsdOf, packOf, phaseAt } from './task.ts'

export type Ledger = 'package' | 'balance'

const MAX_LIMIT = 500
const filterKeys: Readonly<Record<Ledger, readonly string[]>> = {
  package: ['api_key_name', 'product_type', 'package_name', 'package_id'],
  balance: ['api_key_name'],
}

interface Question {
  readonly from: number
  readonly to: number
  readonly limit: number
  readonly filters: Readonly<Record<string, readonly string[]>>
  readonly offset: number
}

const isText = (value: unknown): value is string => typeof value === 'string'

function filtersIn(ledger: Ledger, sent: unknown): Question['filters'] | Refusal {
  if (sent === undefined) return {}
  if (!Array.isArray(sent)) return invalidValue('filters', sent)
  const filters: Record<string, readonly string[]> = {}
  for (const filter of sent) {
    const { key, values } = isRecord(filter) ? filter : {}
    const isUsable = isText(key) && filterKeys[ledger].includes(key) && Array.isArray(values)
    if (!isUsable || !values.every(isText)) return invalidValue('filters', filter)
    // The same key twice: either value will do.
    filters[key] = [...(filters[key] ?? []), ...values]
  }
  if (filters.package_name && filters.package_id)
    return refuse(1201, 'package_name and package_id exclude each other')
  return filters
}

/** A cursor stands for the whole question before it, and nothing beside it counts. */
function questionOf(ledger: Ledger, json: unknown): Question | Refusal {
  if (!isRecord(json)) return refuse(1200)
  if (json.cursor !== undefined) {
    try {
      return JSON.parse(atob(String(json.cursor))) as Question
    } catch {
      return invalidValue('cursor', json.cursor)
    }
  }
  const { start_time: from, end_time: to, limit = MAX_LIMIT } = json
  // The table calls both optional, the text required; here the text is believed.
  if (!Number.isInteger(from)) return invalidValue('start_time', from)
  if (!Number.isInteger(to)) return invalidValue('end_time', to)
  if (!Number.isInteger(limit) || (limit as number) < 1 || (limit as number) > MAX_LIMIT)
    return invalidValue('limit', limit)
  const filters = filtersIn(ledger, json.filters)
  if ('code' in filters) return filters as Refusal
  return { from: from as number, to: to as number, limit: limit as number, filters, offset: 0 } as Question
}

const packs: readonly Pack[] = ['video', 'image', 'try-on']
const packWords: Readonly<Record<Pack, string>> = { video: 'Video', image: 'Image', 'try-on': 'TryOn' }

// Every account has one of each type, named as the trial packs are: its number of concurrent tasks is in it.
const packName = (account: KlingAccount, pack: Pack): string =>
  `Trial-${packWords[pack]}-${Math.round(grantedMilliUnits(account, pack) / 1000)}Units-${account.concurrency[pack]}Con-1Months`
const packId = ({ bucket }: KlingAccount, pack: Pack): string =>
  `${packs.indexOf(pack)}${bucket.padStart(31, '0')}`

/** A charge in the order in which units were taken: at the end of a task that succeeded, and of no other. */
interface Charge {
  readonly task: KlingTask
  readonly at: number
  readonly before: number
  readonly after: number
}

/** Every charge of an account that is booked by now. */
function charges(state: KlingState, account: KlingAccount, ledger: Ledger, lagMs: number): readonly Charge[] {
  const now = state.clock.now()
  const paid = ledger === 'package' ? 'pack' : 'balance'
  const left = { video: account.granted, ...account.packs }
  return state.tasks
    .ofAccount(account.name)
    .filter(({ paysFrom }) => paysFrom === paid)
    .map((task) => ({ task, phase: phaseAt(task, now) }))
    .filter(({ phase }) => phase.status === 'succeed' && phase.updatedAt + lagMs <= now)
    .map(({ task, phase }) => ({ task, at: phase.updatedAt }))
    .sort((one, other) => one.at - other.at)
    .map(({ task, at }) => {
      const cash = ledger === 'balance'
      const pack = cash ? 'video' : packOf(task.job)
      const before = left[pack]
      left[pack] -= cash ? microUsdOf(task.job) / MICRO_USD_PER_MILLI_UNIT.video : task.job.milliUnits
      return { task, at, before, after: left[pack] }
    })
}

const resolutions: Readonly<Record<string, string>> = { std: '720p', pro: '1080p', '4k': '4K' }
const imageResolutions: Readonly<Record<string, string>> = { std: '1k', pro: '2k', '4k': '4k' }

// The balance is counted in the worth of video units.
const dollars = (milliUnits: number): number => (milliUnits * MICRO_USD_PER_MILLI_UNIT.video) / 1_000_000

function rowOf({ task, at, before, after }: Charge, account: KlingAccount, ledger: Ledger): View {
  const { op, model, mode, seconds, milliUnits, request } = task.job
  const pack = packOf(task.job)
  const common = {
    task_id: task.id,
    api_key_name: account.name,
    product_function: kindOf(op).product,
    model_name: model,
    resolution: (pack === 'video' ? resolutions : imageResolutions)[mode],
    duration: seconds === 0 ? '' : (seconds + EXTRA_SECONDS).toFixed(2),
    refer_video_input: Array.isArray(request.video_list) && request.video_list.length > 0,
    video_sound: request.sound === 'on' ? 'native' : 'off',
    voice_control: Array.isArray(request.voice_list) && request.voice_list.length > 0,
    deduction_time: String(at),
  }
  if (ledger === 'package') {
    return {
      ...common,
      package_id: packId(account, pack),
      product_type: pack,
      unit_before_deduction: before / 1000,
      deduction_amount: milliUnits / 1000,
      unit_after_deduction: after / 1000,
    }
  }
  return {
    ...common,
    cash_type: 'balance',
    balance_before_deduction: dollars(before),
    deduction_amount: microUsdOf(task.job) / 1_000_000,
    balance_after_deduction: dollars(after),
    list_price: microUsdOf(task.job) / 1_000_000,
    currency: 'USD',
  }
}

/** `data` of the ledgers, newest first: their order is not documented. */
export function ledgerView(
  state: KlingState,
  account: KlingAccount,
  ledger: Ledger,
  json: unknown,
): View | Refusal {
  const question = questionOf(ledger, json)
  if ('code' in question) return question as Refusal
  const { from, to, limit, filters, offset } = question as Question
  const isWanted = (pack: Pack): boolean => {
    const named: Readonly<Record<string, string>> = {
      api_key_name: account.name,
      product_type: pack,
      package_name: packName(account, pack),
      package_id: packId(account, pack),
    }
    return Object.entries(filters).every(([key, values]) => values.includes(named[key] ?? ''))
  }
  const rows = charges(state, account, ledger, state.settings.billLagMs)
    .filter(({ at, task }) => isWanted(packOf(task.job)) && at >= from && at <= to)
    .reverse()
  const detail = rows.slice(offset, offset + limit).map((charge) => rowOf(charge, account, ledger))
  const has_more = offset + limit < rows.length
  const next_cursor = has_more ? btoa(JSON.stringify({ ...question, offset: offset + limit })) : ''
  const result = { detail, count: detail.length }
  // The Chinese sample has both beside `result`, the English page inside it.
  return state.settings.ledgerCursor === 'beside'
    ? { result, next_cursor, has_more }
    : { result: { ...result, next_cursor, has_more } }
}

// What is left of a pack is told up to 12 hours late.
const PACK_LAG_MS = 12 * 3_600_000

/** `data` of the resource packs, wrapped twice, its inner words not those of the outer. */
export function packsView(state: KlingState, account: KlingAccount, search: URLSearchParams): View | Refusal {
  const times = ['start_time', 'end_time'].map((name) => {
    const sent = search.get(name)
    return sent !== null && /^\d+$/.test(sent) ? Number(sent) : invalidValue(name, sent)
  })
  const wrong = times.find((time) => typeof time !== 'number')
  if (wrong) return wrong as Refusal
  const asked = search.get('resource_pack_name')
  const charged = charges(state, account, 'package', PACK_LAG_MS)
  const infos = packs.map((pack) => {
    const granted = grantedMilliUnits(account, pack)
    const left = charged.findLast(({ task }) => packOf(task.job) === pack)?.after ?? granted
    return {
      resource_pack_name: packName(account, pack),
      resource_pack_id: packId(account, pack),
      resource_pack_type: 'decreasing_total',
      total_quantity: granted / 1000,
      remaining_quantity: left / 1000,
      purchase_time: 0,
      effective_time: 0,
      invalid_time: state.clock.now() + 30 * 86_400_000,
      status: left > 0 ? 'online' : 'runOut',
    }
  })
  const isAsked = ({ resource_pack_name: name }: { resource_pack_name: string }): boolean =>
    account.paysFrom === 'pack' && (asked === null || asked === name)
  return { code: 0, msg: 'SUCCEED', resource_pack_subscribe_infos: infos.filter(isAsked) }
}
