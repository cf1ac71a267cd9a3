import { clockErrorMs, unlessAborted } from '../../model/clock.ts'
import { ReelayError } from '../../model/error.ts'
import type { Submission } from '../../model/handle.ts'
import type { TaskCandidate } from '../../model/task.ts'
import type { Engine } from '../engine.ts'
import type { HttpReply } from '../http/message.ts'
import type { SearchPage, SearchProtocol } from '../listing.ts'
import type { NativeTask } from '../native.ts'
import type { Claims, FindOptions } from '../options.ts'
import { canonicalJson, sha256Hex } from '../request/hash.ts'
import type { ProviderSpec } from '../spec.ts'
import { unasked } from '../task/failure.ts'
import { offerOf, unusableId } from '../task/normalize.ts'
import type { ReadResult, readOnce } from '../task/read.ts'
import { candidatesOf, type Match } from './candidates.ts'
import { ownClaims } from './claims.ts'

/** What looking for a submission brought: its task, or those that may be it. */
export type Sighting =
  | { readonly task: NativeTask }
  | { readonly task?: undefined; readonly candidates: readonly TaskCandidate[] }

// Tasks of one account since one submission: more than this is not searched, and the submission stays unknown.
const mostPages = 10
const nothing: Sighting = { candidates: [] }

/** All that the list holds of what may be the submission's, and whether that was the whole list. */
async function readMatches(
  engine: Engine,
  protocol: SearchProtocol,
  submission: Submission,
  options: FindOptions,
  read: typeof readOnce,
): Promise<ReadResult<{ readonly matches: ReadonlyMap<string, Match>; readonly whole: boolean }>> {
  const { spec, clock, transport } = engine
  const matches = new Map<string, Match>()
  const nativeModel = offerOf(spec.catalog.offers, submission)?.nativeModel
  if (nativeModel === undefined) return { value: { matches, whole: false } }
  // The same for all pages, whatever is learnt of the provider's clock meanwhile.
  // If our clock was set meanwhile, the latest that it may have been: an older task is somebody else's.
  const ahead = (): number => transport.skewMs() + transport.settingsMs()[1]
  const asked = windowOf(protocol, submission, ahead())
  const [from, to] = [asked.from - clockErrorMs, asked.to + clockErrorMs]
  let previous: HttpReply | undefined
  for (let number = 1; number <= mostPages; number++) {
    const page: SearchPage = { submission, nativeModel, from, to, previous }
    const request = protocol.request(page)
    if (!request) return { value: { matches, whole: true } }
    const decode = (reply: HttpReply) => {
      const rows = protocol.rows(reply, page)
      return rows && { rows, reply }
    }
    const result = await read(engine, request, decode, options)
    if (result.failure) return result
    const { rows, reply } = result.value
    // What the provider's clock says, its reply says best.
    const known = reply.serverTime !== undefined
    const heard = windowOf(protocol, submission, ahead())
    for (const { task, echoed } of rows) {
      const moment: Moment = momentOf(task.createdAt, heard, { known, now: clock.now() + transport.skewMs() })
      if (moment === 'outside') continue
      const equal =
        echoed !== undefined && (await sha256Hex(canonicalJson(echoed))) === submission.fingerprint
      if (echoed !== undefined && !equal) continue
      const proof = equal && moment === 'inside' && unusableId(spec, submission, task.id) === undefined
      // One may come twice: under several names of its model, or because the pages moved.
      if (proof || !matches.has(task.id)) matches.set(task.id, { task, proof })
    }
    previous = reply
  }
  return { value: { matches, whole: false } }
}

/** A task with nothing but its id for sure, where a list does not say how one ended: whoever reads it is told. */
function adopted({ statuses, result }: ProviderSpec, task: NativeTask): NativeTask {
  const status = Object.hasOwn(statuses, task.status) ? statuses[task.status] : undefined
  if (!result || status === 'queued' || status === 'running') return task
  return { ...task, status: '', nativeStatus: task.nativeStatus ?? task.status }
}

/** What the caller's journal knows of the tasks; without one nobody but this instance is asked. */
async function askJournal(
  { spec, account }: Engine,
  ids: readonly string[],
  submission: Submission,
  { claimed, abortSignal }: FindOptions,
): Promise<Claims> {
  if (!claimed || submission.fingerprint === undefined) return { claimed: [], rivals: false }
  try {
    const told = await unlessAborted(claimed(ids, submission.fingerprint, submission), abortSignal)
    return told ?? { claimed: [], rivals: true }
  } catch (cause) {
    const details = { provider: spec.id, account, submission, outcome: 'unknown', cause } as const
    if (abortSignal?.aborted) throw new ReelayError('ERR_ABORTED', 'Stopped asking the journal.', details)
    const message = `The journal could not say whose the tasks at ${spec.id} are, so none of them was adopted. Look again when it can be read.`
    throw new ReelayError('ERR_CONFIG', message, details)
  }
}

/**
 * Looks for a submission's task among the account's tasks by the input they echo, for a spec that has a `search`. Adopted is only what is proved: nobody
 * else buys such requests on the account, the whole list was read, exactly one task in it has that input and no other
 * purchase of the journal, none is without its input, and the provider's clock can have said its time of this purchase.
 * All others are named as candidates.
 */
async function search(
  engine: Engine,
  protocol: SearchProtocol,
  submission: Submission,
  options: FindOptions,
  read: typeof readOnce,
): Promise<ReadResult<Sighting>> {
  const { claims, clock, soleSubmitter, spec } = engine
  if (submission.fingerprint === undefined || clock.now() - submission.startedAt > protocol.withinMs) {
    return { value: nothing }
  }
  const result = await readMatches(engine, protocol, submission, options, read)
  if (result.failure) return result
  const { matches, whole } = result.value
  if (matches.size === 0) return { value: nothing }
  // Asked after the pages were read: whoever made one of these tasks has noted so before.
  const journal = await askJournal(engine, [...matches.keys()], submission, options).catch(unasked)
  if ('what' in journal) return { failure: journal }
  const free = [...matches.values()].filter(
    ({ task }) => !journal.claimed.includes(task.id) && !claims?.isOthers(task.id, submission),
  )
  const [match, ...others] = free
  const alone = match?.proof === true && others.length === 0 && whole
  const unrivalled = !journal.rivals && claims?.rivalsOf(submission).length === 0
  const remembered = options.claimed !== undefined || claims?.mayForget(submission) === false
  if (!(alone && soleSubmitter && unrivalled && remembered)) {
    return { value: { candidates: candidatesOf(spec, free, submission.startedAt) } }
  }
  claims?.claim(match.task.id, submission)
  return { value: { task: adopted(spec, match.task) } }
}

/**
 * Finds tasks by the input that they echo, and remembers whose they are. For a spec that has a `search`.
 *
 * @example
 * ```ts
 * import { defineProvider, type ProviderSpec, searchByInput } from '@reelay/core/adapter'
 * declare const spec: ProviderSpec
 * export const define = defineProvider(spec, { searchByInput })
 * ```
 */
export const searchByInput: { readonly search: typeof search; readonly claimsOf: typeof ownClaims } = {
  search,
  claimsOf: ownClaims,
}

/** When a submission's task can have been made; milliseconds since the epoch by the provider's clock. */
export interface Window {
  readonly from: number
  readonly to: number
}

/** Whether a task's time can be that of a submission's; `unsure` says nothing either way. */
export type Moment = 'inside' | 'outside' | 'unsure'

/**
 * When the provider's clock can have said that a submission's task was made.
 *
 * @param skewMs How far that clock is ahead of ours.
 */
export function windowOf(
  { slackMs, latestMs }: Pick<SearchProtocol, 'slackMs' | 'latestMs'>,
  { startedAt }: Submission,
  skewMs: number,
): Window {
  const sent = startedAt + skewMs
  return { from: sent - slackMs, to: sent + latestMs }
}

/**
 * Where a task's time stands to a window. A time that is missing or still to come is no time that a clock has said, and
 * until the provider's clock is known, one near the window may be in it.
 *
 * @param clock What the provider's clock says, and whether that was heard of it or only taken to be what ours says.
 */
export function momentOf(
  createdAt: number | undefined,
  { from, to }: Window,
  clock: { readonly known: boolean; readonly now: number },
): Moment {
  if (createdAt === undefined || !Number.isFinite(createdAt)) return 'unsure'
  const error = clock.known ? 60_000 : clockErrorMs
  if (createdAt > clock.now + error) return 'unsure'
  if (createdAt >= from && createdAt <= to) return 'inside'
  const near = !clock.known && createdAt >= from - clockErrorMs && createdAt <= to + clockErrorMs
  return near ? 'unsure' : 'outside'
}
