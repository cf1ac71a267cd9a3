import type { Journal } from '@reelay/core'
import type { Reservation, ReserveAsked } from '@reelay/core/adapter'
import { fulfilled, ok, show } from '../assert.ts'
import { start } from './orders.ts'

/** An hour, in milliseconds. */
export const hour = 3_600_000

let count = 0

/** Asks for money; what is not said is the same for all. */
export async function ask(journal: Journal, asked: Partial<ReserveAsked>): Promise<Reservation> {
  count += 1
  const usual = {
    id: `r${count}`,
    budget: 'default',
    key: `order-${count}`,
    amount: 30,
    limit: 100,
    windowMs: hour,
    at: start,
  }
  return fulfilled(journal.reserve({ ...usual, ...asked }), 'reserving')
}

/** The same, where it has to fit; the name of the reservation. */
export async function take(journal: Journal, asked: Partial<ReserveAsked>): Promise<string> {
  const answer = await ask(journal, asked)
  ok(answer.state === 'reserved', `${show(asked)} should fit, and the journal says ${show(answer)}`)
  return answer.reserved.id
}

/** The same, where it must not fit; what stands against it. */
export async function refused(
  journal: Journal,
  asked: Partial<ReserveAsked>,
): Promise<Extract<Reservation, { state: 'exceeded' }>> {
  const answer = await ask(journal, asked)
  ok(answer.state === 'exceeded', `${show(asked)} should not fit, and the journal says ${show(answer)}`)
  return answer
}

/** What is used in a window that ends at a time: nothing else fits a limit of -1. */
export async function used(journal: Journal, asked: Partial<ReserveAsked> = {}): Promise<number> {
  return (await refused(journal, { amount: 0, limit: -1, ...asked })).used
}
