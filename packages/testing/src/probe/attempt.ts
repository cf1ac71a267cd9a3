import type {
  RecordEntry,
  ReelayError,
  RenderRequest,
  Submission,
  SubmitOptions,
  VideoProvider,
  VideoTask,
} from '@reelay/core'
import { equal, isReelayError, ok, oneOf, plainJson, show } from '../assert.ts'
import { turn } from '../clock/turn.ts'
import type { World } from '../world.ts'

/** What came of one submit: its result, its books, and what the wire saw of it. */
export interface Attempt {
  readonly task?: VideoTask
  readonly error?: unknown
  readonly entries: readonly RecordEntry[]
  readonly posts: number
  readonly tasks: number
  readonly charges: number
  readonly elapsedMs: number
}

/** Submits once, keeping books. */
export async function attempt(
  world: World,
  provider: VideoProvider,
  options: SubmitOptions & { readonly request?: RenderRequest } = {},
): Promise<Attempt> {
  const { clock, wire } = world
  const { request = world.request, ...submitOptions } = options
  const [posts, tasks, charges, startedAt] = [wire.posts(), wire.tasks(), wire.charges(), clock.now()]
  const entries: RecordEntry[] = []
  const record = async (entry: RecordEntry): Promise<void> => {
    // Of a priced step before the create there are cases of its own.
    if (entry.submission.step !== undefined) return
    entries.push(entry)
    await options.record?.(entry)
  }
  const result = await provider.submit(request, { ...submitOptions, record }).then(
    (task) => ({ task }),
    (error: unknown) => ({ error }),
  )
  return {
    ...result,
    entries,
    posts: wire.posts() - posts,
    tasks: wire.tasks() - tasks,
    charges: wire.charges() - charges,
    elapsedMs: clock.now() - startedAt,
  }
}

// Against a provider that never sends its POST, and nothing else.
const sendsWithinMs = 60_000

/** A submit whose process dies a second after its POST has left. */
export async function crashed(world: World, options: SubmitOptions = {}): Promise<Attempt> {
  const crash = new AbortController()
  const before = world.wire.posts()
  let over = false
  const submit = attempt(world, world.createProvider(), { ...options, abortSignal: crash.signal }).finally(
    () => {
      over = true
    },
  )
  // Its HTTP client may still be loading, which takes real time, and how much nobody knows.
  const until = performance.now() + sendsWithinMs
  while (!over && world.wire.posts() === before && performance.now() < until) await turn()
  await world.clock.sleep(1_000)
  crash.abort('killed')
  return submit
}

/** The `ReelayError` that an attempt ended with. */
export function errorOf({ error, task }: Attempt): ReelayError {
  ok(task === undefined, `submit() should have failed, and came back with task ${task?.id}`)
  isReelayError(error, 'submit()')
  return error
}

/** The task that an attempt bought. */
export function taskOf({ error, task }: Attempt): VideoTask {
  ok(task, `submit() should not have failed with ${show(error)}`)
  return task
}

/** The submission of an attempt, from its first intent. */
export function submissionOf({ entries }: Attempt): Submission {
  const [first] = entries
  ok(first?.type === 'intent', 'record() is told of the intent first')
  return first.submission
}

/**
 * The books of a submit that sent something: an intent for each POST, then exactly one verdict, the one its result
 * shows; all about the same submission; nothing bought twice.
 */
export function balanced(attempt: Attempt): void {
  const { entries, error, task, posts, tasks, charges } = attempt
  const verdicts = entries.filter((entry) => entry.type === 'verdict')
  equal(entries.length - verdicts.length, posts, 'intents recorded, one for each paid POST that left')
  equal(verdicts.length, 1, 'verdicts recorded')
  const [last] = entries.slice(-1)
  ok(last?.type === 'verdict', 'the verdict is recorded last')
  ok(tasks <= 1, `one submit made ${tasks} tasks`)
  ok(charges <= 1, `one submit was charged ${charges} times`)
  for (const entry of entries) {
    plainJson(entry, `the recorded ${entry.type}`)
    equal(entry.submission, submissionOf(attempt), 'the submission of each entry')
  }
  if (task) {
    equal(last.outcome, 'accepted', 'the outcome recorded for a task')
    equal(last.handle, task.handle, 'the handle recorded for a task')
    return
  }
  isReelayError(error, 'submit()')
  equal(last.outcome, error.outcome, 'the outcome recorded, beside that of the error')
  equal(last.code, error.code, 'the code recorded, beside that of the error')
}

/** A submit without a verdict: it says so, keeps what the task can be found by, and promises nothing else. */
export function unsettled(attempt: Attempt): ReelayError {
  const error = errorOf(attempt)
  equal(error.code, 'ERR_SUBMISSION_UNKNOWN', 'the code of a submit without a verdict')
  equal(error.outcome, 'unknown', 'the outcome of a submit without a verdict')
  equal(error.submission, submissionOf(attempt), 'the submission on the error')
  return error
}

/** Neither rejected nor untouched: money may have been spent. */
export function maybePaid(attempt: Attempt): void {
  if (attempt.task) return
  oneOf(errorOf(attempt).outcome, ['unknown', 'accepted'], 'the outcome where a task may exist')
}
