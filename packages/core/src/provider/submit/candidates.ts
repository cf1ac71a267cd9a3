import type { TaskCandidate } from '../../model/task.ts'
import { printable } from '../../model/text.ts'
import type { NativeTask } from '../native.ts'
import type { ProviderSpec } from '../spec.ts'

/** A task among which the wanted one may be; `proof` where its input and its time are those of the submission. */
export interface Match {
  readonly task: NativeTask
  readonly proof: boolean
}

// More than a person would look through.
const most = 20

/** A task that may be a submission's, as plain data. */
export function candidateOf({ statuses }: ProviderSpec, task: NativeTask): TaskCandidate {
  const known = Object.hasOwn(statuses, task.status) ? statuses[task.status] : undefined
  return {
    id: printable(task.id),
    ...(task.createdAt === undefined ? {} : { createdAt: task.createdAt }),
    status: task.expired ? 'expired' : (known ?? 'unknown'),
  }
}

/** Those that fit best come first, then those made nearest to the submission. */
export function candidatesOf(
  spec: ProviderSpec,
  matches: readonly Match[],
  startedAt: number,
): readonly TaskCandidate[] {
  const rank = ({
    proof,
    task: { createdAt = Number.MAX_SAFE_INTEGER },
  }: Match): readonly [number, number] => [proof ? 0 : 1, Math.abs(createdAt - startedAt)]
  return [...matches]
    .sort((a, b) => {
      const [one, other] = [rank(a), rank(b)]
      return one[0] - other[0] || one[1] - other[1]
    })
    .slice(0, most)
    .map(({ task }) => candidateOf(spec, task))
}

/** The candidates as a sentence. */
export function candidatesInWords(candidates: readonly TaskCandidate[]): string | undefined {
  if (candidates.length === 0) return undefined
  const shown = candidates.slice(0, 3).map(({ id, status }) => `${id} (${status})`)
  const more = candidates.length > shown.length ? ` and ${candidates.length - shown.length} more` : ''
  return `Its task may be ${shown.join(', ')}${more}: nothing proves it, so look before you buy again.`
}
