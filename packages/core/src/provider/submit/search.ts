import type { Submission } from '../../model/handle.ts'
import type { Engine } from '../engine.ts'
import type { HttpReply } from '../http/message.ts'
import type { NativeTask } from '../native.ts'
import type { CallOptions } from '../provider.ts'
import type { ReadResult, readOnce } from '../read.ts'
import { canonicalJson, sha256Hex } from '../request/hash.ts'
import type { ProviderSpec } from '../spec.ts'

// Tasks of one account since one submission: more than this is not searched, and the submission stays unknown.
const mostPages = 10

/**
 * Looks for a submission's task among the account's tasks by the input it echoes. Adopted only if exactly one task has
 * that input and belongs to no other submission of this instance: two alike could each be the other's.
 */
export async function search(
  engine: Engine,
  protocol: NonNullable<ProviderSpec['search']>,
  submission: Submission,
  options: CallOptions,
  read: typeof readOnce,
): Promise<ReadResult<NativeTask | 'missing'>> {
  const { clock, claimed } = engine
  if (submission.fingerprint === undefined || clock.now() - submission.startedAt > protocol.withinMs) {
    return { value: 'missing' }
  }
  const matches = new Map<string, NativeTask>()
  let previous: HttpReply | undefined
  for (let page = 1; page <= mostPages; page++) {
    const request = protocol.request(submission, previous)
    if (!request) {
      const [match] = matches.values()
      return { value: match && matches.size === 1 ? match : 'missing' }
    }
    const decode = (reply: HttpReply) => {
      const candidates = protocol.candidates(reply)
      return candidates && { candidates, reply }
    }
    const result = await read(engine, request, decode, options)
    if (result.failure) return result
    for (const { task, echoed } of result.value.candidates) {
      if (claimed.has(task.id)) continue
      const fingerprint = await sha256Hex(canonicalJson(echoed))
      if (fingerprint === submission.fingerprint) matches.set(task.id, task)
    }
    previous = result.value.reply
  }
  return { value: 'missing' }
}
