import { type Refusal, statusOf } from '../tables.ts'
import type { RelaySettings } from './options.ts'

type Style = Pick<RelaySettings, 'errors'>

const kForm = (status: number, code: number, message: string): Response =>
  Response.json({ code, message, data: null }, { status })

const task = (status: number, code: string, message: string): Response =>
  Response.json({ code, message, data: null }, { status })

const door = (status: number, type: string, message: string): Response =>
  Response.json({ error: { message, type, param: '', code: '' } }, { status })

/** Turned away before anybody looked at the task. */
export const badKey = ({ errors }: Style): Response =>
  errors === 'codes' ? kForm(401, 1000, 'invalid api key') : door(401, 'new_api_error', 'Invalid token')

export const noSuchPath = ({ errors }: Style, method: string, path: string): Response =>
  errors === 'codes'
    ? kForm(404, 1203, 'not found')
    : door(404, 'invalid_request_error', `Invalid URL (${method} ${path})`)

export const noSuchTask = ({ errors }: Style): Response =>
  errors === 'codes' ? kForm(404, 1203, 'task not found') : task(400, 'task_not_exist', 'task_not_exist')

export const badRequest = ({ errors }: Style, message: string): Response =>
  errors === 'codes' ? kForm(400, 1200, message) : task(400, 'invalid_request', message)

/** Under one key: another body, or the first is still at work. */
export const conflict = ({ errors }: Style, message: string): Response =>
  errors === 'codes' ? kForm(409, 1200, message) : task(409, 'idempotency_conflict', message)

/** Kling said no: passed on with its status, its body as text. */
export function passedOn({ errors }: Style, refusal: Refusal): Response {
  const status = statusOf(refusal)
  if (errors === 'codes')
    return kForm(status === 429 && refusal.code !== 1303 ? 402 : status, refusal.code, refusal.message)
  if (refusal.code === 1102) return task(403, 'insufficient_user_quota', 'quota is not enough')
  if (status === 429)
    return task(429, 'fail_to_fetch_task', 'The upstream load is saturated, try again later')
  return task(status, 'fail_to_fetch_task', JSON.stringify(refusal))
}

const byStatus: Readonly<Record<number, readonly [word: string, code: number]>> = {
  400: ['invalid_request', 1200],
  402: ['insufficient_user_quota', 1101],
  403: ['insufficient_user_quota', 1103],
  404: ['task_not_exist', 1203],
  409: ['idempotency_conflict', 1200],
  429: ['fail_to_fetch_task', 1303],
  500: ['do_request_failed', 5000],
  503: ['fail_to_fetch_task', 5001],
  504: ['fail_to_fetch_task', 5002],
}

/** What it says with a status that is asked for; `undefined` where nothing is known. */
export function relayAnswer(settings: Style, status: number | undefined): Response | undefined {
  if (status === 401) return badKey(settings)
  const row = status === undefined ? undefined : byStatus[status]
  if (!row || status === undefined) return undefined
  return settings.errors === 'codes' ? kForm(status, row[1], 'error') : task(status, row[0], 'error')
}
