import type { AskClaims, RecordEntry, Submission } from '../../src/index.ts'

/** A purchase as a journal that all submitters share knows it. */
interface Bought {
  submission: Submission
  state: 'open' | 'accepted' | 'nothing'
  taskId?: string
}

/** A journal as a search sees it: every purchase by its key, and what is known of it. */
export interface Books {
  record(entry: RecordEntry): Promise<void>
  /** Writes down what a search brought. */
  found(submission: Submission, taskId: string): void
  open(): readonly Submission[]
  readonly claimed: AskClaims
}

export function createBooks(): Books {
  const bought = new Map<string, Bought>()
  return {
    async record(entry) {
      const { submission } = entry
      if (entry.type === 'intent') bought.set(submission.idempotencyKey, { submission, state: 'open' })
      else {
        const one = bought.get(submission.idempotencyKey)
        if (!one) throw new Error('a verdict without its intent')
        const nothing = entry.outcome === 'none' || entry.outcome === 'rejected'
        one.state = nothing ? 'nothing' : entry.outcome === 'accepted' ? 'accepted' : 'open'
        if (entry.handle) one.taskId = entry.handle.id
      }
    },
    found({ idempotencyKey }, taskId) {
      const one = bought.get(idempotencyKey)
      if (one) Object.assign(one, { state: 'accepted', taskId })
    },
    open: () => [...bought.values()].filter(({ state }) => state === 'open').map((one) => one.submission),
    async claimed(taskIds, fingerprint, { idempotencyKey }) {
      const others = [...bought].filter(([key]) => key !== idempotencyKey).map(([, one]) => one)
      return {
        claimed: taskIds.filter((id) => others.some(({ taskId }) => taskId === id)),
        rivals: others.some(
          ({ state, submission }) => state === 'open' && submission.fingerprint === fingerprint,
        ),
      }
    },
  }
}
