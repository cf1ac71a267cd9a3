import { ReelayError } from '../model/error.ts'
import type { TaskHandle } from '../model/handle.ts'
import type { VideoTask } from '../model/task.ts'
import type { GetManyOptions, VideoProvider } from '../provider/provider.ts'

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
