import { ReelayError } from '../../model/error.ts'
import type { Submission } from '../../model/handle.ts'
import { idFault, shownId } from '../http/path-part.ts'
import type { ProviderSpec } from '../spec.ts'
import { handleOf } from './normalize.ts'

/**
 * Why nothing could ever be asked about a task that a reply names, as a clause; `undefined` for a usable id. Looked at
 * where ids come in, so that no handle is made that only leads to errors, or to another path of the provider.
 */
export function unusableId(spec: ProviderSpec, submission: Submission, id: string): string | undefined {
  const fault = idFault(id)
  if (fault !== undefined) return `a task id that ${fault} (${shownId(id)})`
  try {
    spec.query(handleOf(submission, id, submission.startedAt))
    return undefined
  } catch (error) {
    // Else it is the adapter's own mistake, and none of the id's: the task is paid for.
    if (!ReelayError.isInstance(error)) return undefined
    return `a task id that no address can carry (${shownId(id)})`
  }
}
