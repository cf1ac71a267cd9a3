import type {
  Clock,
  GetManyOptions,
  Offer,
  ReelayError,
  TaskHandle,
  VideoProvider,
  VideoTask,
} from '../../src/index.ts'
import { ReelayError as Failure } from '../../src/index.ts'
import { handle, scripted, task } from '../fakes.ts'

/** A look at the fake provider below. */
export interface Look {
  readonly at: number
  readonly ids: readonly string[]
  readonly headers: Readonly<Record<string, string>> | undefined
}

/** Tasks that end at ages of their own, at a provider with a list or without. */
export interface Fake {
  readonly provider: VideoProvider
  readonly looks: readonly Look[]
  /** A handle of a task made now. */
  make(id: string, endsAfterMs: number): TaskHandle
  /** What the next look at a task answers with, instead of its state. */
  fail(id: string, error: () => unknown): void
  task(of: TaskHandle, status: VideoTask['status']): VideoTask
}

export const error = (code: Failure['code'], more: Partial<ReelayError> = {}): ReelayError =>
  new Failure(code, code, { outcome: 'accepted', ...more })

export function createFake(clock: Clock, lists: boolean, timing: Partial<Offer['timing']> = {}): Fake {
  const ends = new Map<string, number>()
  const faults = new Map<string, (() => unknown)[]>()
  const looks: Look[] = []
  const row = { expectedMs: 60_000, pollFloorMs: 5_000, readSpacingMs: 100, ...timing }
  const base = scripted(clock, [], row)

  function state(of: TaskHandle): VideoTask {
    const fault = faults.get(of.id)?.shift()
    if (fault) throw fault()
    const end = ends.get(of.id)
    if (end === undefined) throw error('ERR_INVALID_REQUEST', { handle: of })
    return task(clock.now() >= end ? 'succeeded' : 'running', of)
  }

  const provider: VideoProvider = {
    ...base,
    async get(of, options) {
      looks.push({ at: clock.now(), ids: [of.id], headers: options?.headers })
      return state(of)
    },
    ...(lists && {
      async getMany(handles: readonly TaskHandle[], options?: GetManyOptions) {
        // As the engine does: a handle that is none of its own is refused before anything is asked.
        for (const of of handles) if (!ends.has(of.id)) throw error('ERR_INVALID_REQUEST', { handle: of })
        looks.push({ at: clock.now(), ids: handles.map(({ id }) => id), headers: options?.headers })
        const answers = new Map<TaskHandle, VideoTask | ReelayError>()
        for (const of of handles) {
          try {
            answers.set(of, state(of))
          } catch (thrown) {
            if (!Failure.isInstance(thrown)) throw thrown
            answers.set(of, thrown)
          }
        }
        return answers
      },
    }),
  }
  return {
    provider,
    looks,
    make(id, endsAfterMs) {
      ends.set(id, clock.now() + endsAfterMs)
      return { ...handle(clock.now()), id }
    },
    fail: (id, thrown) => void faults.set(id, [...(faults.get(id) ?? []), thrown]),
    task: (of, status) => task(status, of),
  }
}
