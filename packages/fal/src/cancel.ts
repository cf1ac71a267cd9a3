import type { CancelResult, HttpReply } from '@reelay/core'
import { readBody } from './wire.ts'

const verdicts: ReadonlyMap<string, CancelResult> = new Map([
  ['OK', 'canceled'],
  ['CANCELLATION_REQUESTED', 'requested'],
  ['ALREADY_COMPLETED', 'too-late'],
])

/** What came of a wish to cancel. Three descriptions of the reply contradict each other, so any 2xx is a yes of sorts. */
export function readCancel({ status, body }: HttpReply): CancelResult | undefined {
  const { status: word, success } = readBody(body)
  const verdict = verdicts.get(word ?? '')
  if (verdict || status >= 300) return verdict
  return success === false ? 'too-late' : 'requested'
}
