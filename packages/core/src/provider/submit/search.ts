import { passedOf, timeOf } from '../../model/clock.ts'
import type { Submission } from '../../model/handle.ts'
import type { Engine } from '../engine.ts'
import type { HttpReply } from '../http/message.ts'
import type { NativeTask } from '../native.ts'
import type { FindOptions } from '../provider.ts'
import type { ReadResult, readOnce } from '../read.ts'
import { canonicalJson, sha256Hex } from '../request/hash.ts'
import type { ProviderSpec } from '../spec.ts'
import { unusableId } from '../task/usable-id.ts'

// Tasks of one account since one submission: more than this is not searched, and the submission stays unknown.
const mostPages = 10
// Pages are asked for from this much earlier on, since our clock may be ahead of the provider's; what is too old by the
// provider's own clock, learnt from the replies, is left out afterwards.
const clockErrorMs = 15 * 60_000

/** Whether two submissions are one, also when one of them was read back from a journal. */
export function samePurchase(a: Submission, b: Submission): boolean {
  return a.attempt === b.attempt
}

/** Notes whose a task is, for as long as a search could come upon it. */
export function claim({ spec, claimed, unsettled, clock }: Engine, id: string, key: string): void {
  if (!spec.search) return
  const now = passedOf(clock)
  const { withinMs } = spec.search
  for (const [old, { at }] of claimed) {
    if (now - at <= withinMs) break
    claimed.delete(old)
  }
  for (const one of unsettled) {
    if (timeOf(clock) - one.startedAt <= withinMs) break
    unsettled.delete(one)
  }
  // Moved to the end, so that the oldest stay first.
  claimed.delete(id)
  claimed.set(id, { key, at: now })
}

/**
 * Looks for a submission's task among the account's tasks by the input it echoes. Adopted only if exactly one task has
 * that input and belongs to no other submission of this instance: two alike could each be the other's.
 */
export async function search(
  engine: Engine,
  protocol: NonNullable<ProviderSpec['search']>,
  submission: Submission,
  options: FindOptions,
  read: typeof readOnce,
): Promise<ReadResult<NativeTask | 'missing'>> {
  const { clock, claimed, unsettled } = engine
  if (submission.fingerprint === undefined || clock.now() - submission.startedAt > protocol.withinMs) {
    return { value: 'missing' }
  }
  const isRival = (other: Submission): boolean =>
    other.fingerprint === submission.fingerprint &&
    clock.now() - other.startedAt <= protocol.withinMs &&
    !samePurchase(other, submission)
  if ([...unsettled].some(isRival)) return { value: 'missing' }
  const taken = (id: string): boolean =>
    (claimed.get(id)?.key ?? submission.idempotencyKey) !== submission.idempotencyKey
  const matches = new Map<string, NativeTask>()
  let previous: HttpReply | undefined
  for (let page = 1; page <= mostPages; page++) {
    const request = protocol.request(
      { ...submission, startedAt: submission.startedAt - clockErrorMs },
      previous,
    )
    if (!request) {
      // Looked at again: somebody may have claimed one while the pages were read.
      const [match, ...others] = [...matches.values()].filter(({ id }) => !taken(id))
      if (!match || others.length > 0) return { value: 'missing' }
      const journal = await options.claimed?.([match.id], submission.fingerprint, submission)
      if (journal && (journal.rivals || journal.claimed.length > 0)) return { value: 'missing' }
      claim(engine, match.id, submission.idempotencyKey)
      return { value: match }
    }
    const decode = (reply: HttpReply) => {
      const candidates = protocol.candidates(reply)
      return candidates && { candidates, reply }
    }
    const result = await read(engine, request, decode, options)
    if (result.failure) return result
    for (const { task, echoed } of result.value.candidates) {
      const since = submission.startedAt + engine.transport.skewMs() - protocol.slackMs
      if (taken(task.id) || (task.createdAt ?? since) < since) continue
      if (unusableId(engine.spec, submission, task.id)) continue
      const fingerprint = await sha256Hex(canonicalJson(echoed))
      if (fingerprint === submission.fingerprint) matches.set(task.id, task)
    }
    previous = result.value.reply
  }
  return { value: 'missing' }
}
