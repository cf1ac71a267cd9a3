import { isTaskHandle } from '../model/handle.ts'
import type { JournalEntry, ReservationEntry } from './journal.ts'

type Shape = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Shape => typeof value === 'object' && value !== null
const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const named = [
  'provider',
  'account',
  'kind',
  'model',
  'mode',
  'route',
  'idempotencyKey',
  'requestHash',
] as const

function isSubmission(value: unknown): boolean {
  return (
    isObject(value) &&
    value.v === 1 &&
    typeof value.startedAt === 'number' &&
    (value.host === undefined || isText(value.host)) &&
    named.every((field) => isText(value[field]))
  )
}

const outcomes: readonly unknown[] = ['none', 'rejected', 'unknown', 'accepted']

const shapes: Readonly<Record<string, (entry: Shape) => boolean>> = {
  intent: (entry) => isSubmission(entry.submission) && isObject(entry.quote),
  verdict: ({ submission, outcome, handle }) =>
    isSubmission(submission) &&
    outcomes.includes(outcome) &&
    (outcome === 'accepted' ? isTaskHandle(handle) : handle === undefined),
  ended: ({ handle, status }) => isTaskHandle(handle) && isText(status),
  settled: ({ purchase, verdict }) =>
    isText(purchase) && (verdict === 'created' || verdict === 'not-created'),
  reserved: ({ id, budget, amount }) => isText(id) && isText(budget) && typeof amount === 'number',
  spent: ({ id, budget, amount }) => isText(id) && isText(budget) && typeof amount === 'number',
}

/** Whether a value read back from storage is an entry this version understands; anything else is to be skipped. */
export function isJournalEntry(value: unknown): value is JournalEntry {
  if (!isObject(value) || typeof value.type !== 'string' || typeof value.at !== 'number') return false
  return Object.hasOwn(shapes, value.type) && shapes[value.type]?.(value) === true
}

/** Reads one stored line; `undefined` for one that was torn by a crash, or written by a later version. */
export function parseEntry(text: string): JournalEntry | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isJournalEntry(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether an entry is about a budget rather than a purchase. */
export const isReservation = (entry: JournalEntry): entry is ReservationEntry =>
  entry.type === 'reserved' || entry.type === 'spent'
