import { ReelayError } from '../model/error.ts'
import type { TaskHandle } from '../model/handle.ts'
import type { VideoTask } from '../model/task.ts'
import { appraisalOf, shortForms } from '../provider/appraisal.ts'
import type { GetManyOptions } from '../provider/options.ts'
import type { VideoProvider } from '../provider/provider.ts'

/**
 * What a composition around one provider does differently; all else is that provider's own.
 *
 * @example
 * ```ts
 * import type { Wrapping } from '@reelay/core'
 * const counted: Wrapping = { learn: (tasks) => console.log(`${tasks.length} tasks were read`) }
 * ```
 */
export interface Wrapping
  extends Partial<
    Pick<
      VideoProvider,
      'appraise' | 'encode' | 'submit' | 'known' | 'buysAgain' | 'perOrder' | 'noteStored' | 'find' | 'clock'
    >
  > {
  /**
   * Told of every task that was read, before the caller is, those of one page together; and of those that others learnt
   * of (see `VideoProvider.see`). What it throws, the reading throws.
   */
  readonly learn?: ((tasks: readonly VideoTask[]) => void | Promise<void>) | undefined
  /** Told that a task was stopped for good. */
  readonly canceled?: ((handle: TaskHandle) => void) | undefined
}

/** Every member of an interface, with those that it may lack spelled out. */
export type Complete<Type> = { readonly [Name in keyof Required<Type>]: Type[Name] | undefined }

/** Without the members that are undefined: an absent method means that it cannot be done. */
export function membersOf<Type extends object>(all: Complete<Type>): Type {
  return Object.fromEntries(Object.entries(all).filter(([, member]) => member !== undefined)) as Type
}

/**
 * The same provider with parts of it replaced: the one way to make a provider out of a provider. Only what the interface
 * names is passed through, since a priced extra of an adapter must not go around a guard or a journal.
 *
 * @example
 * ```ts
 * import { type VideoProvider, wrap } from '@reelay/core'
 * const logged = (provider: VideoProvider): VideoProvider =>
 *   wrap(provider, {
 *     submit(request, options) {
 *       console.log(request.kind, request.prompt)
 *       return provider.submit(request, options)
 *     },
 *   })
 * ```
 */
export function wrap(provider: VideoProvider, parts: Wrapping): VideoProvider {
  const { learn, canceled } = parts
  const { appraise, check, quote } = shortForms(
    parts.appraise ?? ((request) => appraisalOf(provider, request)),
  )
  const { getMany, cancel, follow, known, buysAgain, noteStored, see, encode, makers } = provider
  const search = provider.find && (parts.find ?? provider.find.bind(provider))
  // A list of all members: a new one does not compile before it is decided about here.
  const all: Complete<VideoProvider> = {
    id: provider.id,
    account: provider.account,
    host: provider.host,
    catalog: provider.catalog,
    clock: parts.clock ?? provider.clock,
    instance: {},
    perOrder: parts.perOrder ?? provider.perOrder,
    owns: (handle) => provider.owns(handle),
    appraise,
    check,
    quote,
    encode: parts.encode ?? encode?.bind(provider),
    submit: parts.submit ?? ((request, options) => provider.submit(request, options)),
    async get(handle, options) {
      const task = await provider.get(handle, options)
      await learn?.([task])
      return task
    },
    getMany:
      getMany &&
      ((handles, options) =>
        learn
          ? getManyLearntFirst(provider, handles, options, learn)
          : getMany.call(provider, handles, options)),
    cancel:
      cancel &&
      (async (handle, options) => {
        const result = await cancel.call(provider, handle, options)
        if (result === 'canceled') canceled?.(handle)
        return result
      }),
    follow: follow && ((handle, options) => follow.call(provider, handle, options)),
    makers: makers?.bind(provider),
    find:
      search &&
      (async (submission, options) => {
        const result = await search(submission, options)
        if (result.state === 'found') await learn?.([result.task])
        return result
      }),
    known: parts.known ?? known?.bind(provider),
    buysAgain: parts.buysAgain ?? buysAgain?.bind(provider),
    noteStored: parts.noteStored ?? noteStored?.bind(provider),
    see:
      (see || learn) &&
      (async (task) => {
        await see?.call(provider, task)
        await learn?.([task])
      }),
  }
  return Object.freeze(membersOf(all))
}

type Answer = VideoTask | ReelayError

const tasksOf = (answers: readonly Answer[]): readonly VideoTask[] =>
  answers.filter((answer): answer is VideoTask => !ReelayError.isInstance(answer))

/** Reads many tasks, each given to `learn` before the caller hears of it, early answers too; those of one page together. */
async function getManyLearntFirst(
  provider: VideoProvider,
  handles: readonly TaskHandle[],
  options: GetManyOptions | undefined,
  learn: NonNullable<Wrapping['learn']>,
): Promise<ReadonlyMap<TaskHandle, Answer>> {
  const early = new Set<Answer>()
  let page: (readonly [TaskHandle, Answer])[] = []
  let answering = Promise.resolve()
  async function answer(): Promise<void> {
    const answered = page
    page = []
    await learn(tasksOf(answered.map(([, answer]) => answer)))
    for (const [handle, one] of answered) options?.onAnswer?.(handle, one)
  }
  function onAnswer(handle: TaskHandle, one: Answer): void {
    early.add(one)
    if (page.push([handle, one]) > 1) return
    answering = answering.then(answer)
    // Awaited below, unless the reading itself fails first.
    answering.catch(() => undefined)
  }
  const answers =
    (await provider.getMany?.(handles, { ...options, onAnswer })) ?? new Map<TaskHandle, Answer>()
  await answering
  await learn(tasksOf([...answers.values()].filter((answer) => !early.has(answer))))
  return answers
}
