import type { HttpReply } from '../http/message.ts'
import type { ProviderSpec } from '../spec.ts'

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/**
 * Whether a create's reply, whatever else it says, has an id where a success has one: then a task may have been made,
 * however surely the refusal is documented. An id that is of no use, a rounded number for instance, says so as well.
 */
export function namesTask({ taskAt }: ProviderSpec, { body }: HttpReply): boolean {
  if (!taskAt) return false
  const way = [...taskAt.id]
  const last = way.pop()
  const holder = way.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), body)
  if (!isRecord(holder) || last === undefined) return false
  const id = holder[last]
  if (typeof id !== 'number' && (typeof id !== 'string' || id.trim() === '')) return false
  const word = taskAt.beside === undefined ? undefined : holder[taskAt.beside]
  return taskAt.beside === undefined || (typeof word === 'string' && word !== '')
}
