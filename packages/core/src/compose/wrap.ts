import { ReelayError } from '../model/error.ts'
import type { Submission, TaskHandle } from '../model/handle.ts'
import type { VideoTask } from '../model/task.ts'
import type { CallOptions, FindOptions, GetManyOptions, VideoProvider } from '../provider/provider.ts'
import { seeing, show } from '../provider/shown.ts'

/** What a composition of one provider does differently. */
export interface Observer {
  readonly submit: VideoProvider['submit']
  /** Told of every task that was read, before the caller is; must not reject. */
  seen(tasks: readonly VideoTask[]): void | Promise<void>
  /** Told that a task was stopped for good. */
  canceled?(handle: TaskHandle): void
  /** What is known beside what the provider knows; its own answer when absent. */
  readonly known?: NonNullable<VideoProvider['known']>
  readonly buysAgain?: NonNullable<VideoProvider['buysAgain']>
  /** Another search than the provider's, where that has one. */
  readonly find?: NonNullable<VideoProvider['find']>
  readonly noteStored?: NonNullable<VideoProvider['noteStored']>
}

/** A member of the observer's, else the provider's own; none where neither has it. */
function one<Name extends 'known' | 'buysAgain' | 'noteStored'>(
  provider: VideoProvider,
  observer: Observer,
  name: Name,
): Pick<VideoProvider, Name> {
  const member = observer[name] ?? provider[name]?.bind(provider)
  return (member ? { [name]: member } : {}) as Pick<VideoProvider, Name>
}

/**
 * The same provider with another `submit`, and somebody looking on. Only what the interface names is passed through: a
 * priced extra of an adapter must not go around it.
 */
export function observe(provider: VideoProvider, observer: Observer): VideoProvider {
  const { id, account, host, catalog, clock } = provider
  const observed: VideoProvider = Object.freeze({
    id,
    account,
    ...(host && { host }),
    catalog,
    clock,
    owns: (handle) => provider.owns(handle),
    appraise: (request) => provider.appraise(request),
    check: (request) => provider.check(request),
    quote: (request) => provider.quote(request),
    submit: observer.submit,
    async get(handle, options) {
      const task = await provider.get(handle, options)
      await observer.seen([task])
      return task
    },
    ...(provider.getMany && {
      getMany: (handles: readonly TaskHandle[], options?: GetManyOptions) =>
        getManySeenFirst(provider, handles, options, (tasks) => observer.seen(tasks)),
    }),
    ...(provider.cancel && {
      async cancel(handle: TaskHandle, options?: CallOptions) {
        const result = (await provider.cancel?.(handle, options)) ?? 'too-late'
        if (result === 'canceled') observer.canceled?.(handle)
        return result
      },
    }),
    ...(provider.follow && {
      follow: async (handle: TaskHandle, options?: CallOptions) =>
        (await provider.follow?.(handle, options)) ?? false,
    }),
    ...one(provider, observer, 'known'),
    ...one(provider, observer, 'buysAgain'),
    ...one(provider, observer, 'noteStored'),
    ...(provider.find && {
      async find(submission: Submission, options?: FindOptions) {
        const search = observer.find ?? provider.find
        const result = (await search?.(submission, options)) ?? ({ state: 'not-found-yet' } as const)
        if (result.state === 'found') await observer.seen([result.task])
        return result
      },
    }),
  } satisfies VideoProvider)
  return seeing(observed, async (task) => {
    await show(provider, task)
    await observer.seen([task])
  })
}

type Answer = VideoTask | ReelayError

const tasksOf = (answers: readonly Answer[]): readonly VideoTask[] =>
  answers.filter((answer): answer is VideoTask => !ReelayError.isInstance(answer))

/** Reads many tasks, each shown to `seen` before the caller hears of it, early answers too; those of one page together. */
export async function getManySeenFirst(
  provider: VideoProvider,
  handles: readonly TaskHandle[],
  options: GetManyOptions | undefined,
  seen: (tasks: readonly VideoTask[]) => void | Promise<void>,
): Promise<ReadonlyMap<TaskHandle, Answer>> {
  const early = new Set<Answer>()
  let page: (readonly [TaskHandle, Answer])[] = []
  let passing = Promise.resolve()
  async function pass(): Promise<void> {
    const told = page
    page = []
    await seen(tasksOf(told.map(([, answer]) => answer)))
    for (const [handle, answer] of told) options?.onAnswer?.(handle, answer)
  }
  function onAnswer(handle: TaskHandle, answer: Answer): void {
    early.add(answer)
    if (page.push([handle, answer]) > 1) return
    passing = passing.then(pass)
    // Told of below, unless the reading itself fails first.
    passing.catch(() => undefined)
  }
  const answers =
    (await provider.getMany?.(handles, { ...options, onAnswer })) ?? new Map<TaskHandle, Answer>()
  await passing
  await seen(tasksOf([...answers.values()].filter((answer) => !early.has(answer))))
  return answers
}
