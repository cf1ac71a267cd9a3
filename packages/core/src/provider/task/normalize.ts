import type { Offer } from '../../kinds/kinds.ts'
import type { PriceRule } from '../../kinds/price.ts'
import { ReelayError } from '../../model/error.ts'
import type { Submission, TaskHandle } from '../../model/handle.ts'
import { believableCost, type Cost, type NativeAmount, usd } from '../../model/money.ts'
import type { Warning } from '../../model/problem.ts'
import type { Chosen, VideoTask } from '../../model/task.ts'
import { printable } from '../../model/text.ts'
import type { Appraisal } from '../appraisal.ts'
import type { Redactor } from '../http/redact.ts'
import type { NativeTask } from '../native.ts'
import type { ProviderSpec } from '../spec.ts'
import { idFault, shownId } from '../wire.ts'
import { isDocumentedFree } from './free.ts'

/** The handle of the task a submission became. */
export function handleOf(submission: Submission, id: string, submittedAt: number): TaskHandle {
  const {
    startedAt: _startedAt,
    externalId: _externalId,
    fingerprint: _fingerprint,
    repeatable: _repeatable,
    attempt: _attempt,
    number: _number,
    step: _step,
    ...shared
  } = submission
  return { ...shared, id, submittedAt }
}

/** The catalogue row a task was bought from, if the catalogue still has it. */
export function offerOf(
  offers: readonly Offer[],
  handle: Pick<TaskHandle, 'provider' | 'kind' | 'model' | 'mode'>,
): Offer | undefined {
  return offers.find(
    (offer) =>
      offer.provider === handle.provider &&
      offer.kind === handle.kind &&
      offer.model === handle.model &&
      offer.mode === handle.mode,
  )
}

/** What the provider says it cost, believable or not. */
function saidCost(spec: ProviderSpec, native: NativeTask, handle: TaskHandle): Cost | undefined {
  const offer = offerOf(spec.catalog.offers, handle)
  if (spec.cost) return spec.cost(native, offer)
  return native.charged && costAt(native.charged, offer?.price)
}

/** Reported units as a cost, at the price of one of them where that is known. */
export function costAt(charged: NativeAmount, price: PriceRule | undefined): Cost {
  if (charged.unit === 'usd') return { microUsd: usd(charged.amount), native: charged, basis: 'reported' }
  if (price?.unit !== charged.unit) return { native: charged, basis: 'reported' }
  return { microUsd: Math.round(charged.amount * price.unitUsd), native: charged, basis: 'derived' }
}

function unbelievable({ id }: ProviderSpec, { microUsd, native }: Cost): Warning {
  const said = native ? `${native.amount} ${native.unit}` : `${microUsd} micro-USD`
  const message = `${id} says that it charged ${said}, which nobody can be charged: it is not counted, and the quote stands. Check the bill there.`
  return { field: 'cost', message: printable(message) }
}

/** The provider's word for where a task stands: whole if it is one we know, else as foreign as any other text. */
export function statusWord(spec: ProviderSpec, native: NativeTask, redactor: Redactor): string {
  const { status, nativeStatus: word = status } = native
  if (!Object.hasOwn(spec.statuses, status)) return redactor.words(word)
  // A word of our own table can be shown as it is.
  return word === status ? word : printable(word)
}

/**
 * Adds a reply without its secrets. Not enumerable: a log line or a journal must not carry a whole reply by accident.
 * Redacted when somebody looks, which few do, of thousands of reads.
 */
export function attachRaw<Target extends object>(target: Target, raw: unknown, redactor: Redactor): Target {
  let shown: { readonly value: unknown } | undefined
  const get = (): unknown => {
    shown ??= { value: redactor.value(raw) }
    return shown.value
  }
  return Object.defineProperty(target, 'raw', { get })
}

/** What was rendered, of a task of which only the handle is known. */
const asBought = ({ model, mode }: TaskHandle): Chosen => ({
  model,
  mode,
  why: 'This is what was bought; why was said when it was.',
})

/**
 * The provider's task in Reelay's words; `undefined` when it claims success without a result, which is a reply to
 * distrust and ask again, not a task without outputs.
 */
export function normalizeTask(
  spec: ProviderSpec,
  native: NativeTask,
  handle: TaskHandle,
  redactor: Redactor,
  { warnings, chosen = asBought(handle) }: Pick<Appraisal, 'warnings' | 'chosen'> = { warnings: [] },
): VideoTask | undefined {
  const known = Object.hasOwn(spec.statuses, native.status) ? spec.statuses[native.status] : undefined
  const status = native.expired ? 'expired' : (known ?? 'unknown')
  const said = saidCost(spec, native, handle)
  const cost = said && believableCost(said)
  const shared = {
    id: native.id,
    handle,
    nativeStatus: statusWord(spec, native, redactor),
    ...(native.createdAt === undefined ? {} : { createdAt: native.createdAt }),
    ...(native.updatedAt === undefined ? {} : { updatedAt: native.updatedAt }),
    warnings: said && !cost ? [...warnings, unbelievable(spec, said)] : warnings,
    chosen,
    ...(cost === undefined ? {} : { cost }),
  }
  const withRaw = <Task extends VideoTask>(task: Task): Task => attachRaw(task, native.raw, redactor)
  if (status === 'succeeded') {
    const [first, ...rest] = native.outputs ?? []
    return first && withRaw({ ...shared, status, outputs: [first, ...rest] })
  }
  if (status === 'failed') {
    const failure = spec.failure(native)
    const message = redactor.words(failure.message)
    const free = isDocumentedFree(spec.catalog.freeFailures, failure.reason) && { free: true as const }
    return withRaw({ ...shared, status, failure: { ...failure, message, ...free } })
  }
  return withRaw({ ...shared, status })
}

/**
 * Why nothing could ever be asked about a task that a reply names, as a clause; `undefined` for a usable id. Looked at
 * where ids come in, so that no handle is made that only leads to errors, or to another path of the provider.
 */
export function unusableId(spec: ProviderSpec, submission: Submission, id: string): string | undefined {
  const handle = handleOf(submission, id, submission.startedAt)
  const fault = idFault(id)
  if (fault !== undefined) return `a task id that ${fault} (${shownId(id)})`
  try {
    spec.query(handle)
    return undefined
  } catch (error) {
    // Else it is the adapter's own mistake, and none of the id's: the task is paid for.
    if (!ReelayError.isInstance(error)) return undefined
    return `a task id that no address can carry (${shownId(id)})`
  }
}
