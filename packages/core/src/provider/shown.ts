import type { VideoTask } from '../model/task.ts'
import type { VideoProvider } from './provider.ts'

type See = (task: VideoTask) => Promise<void>

// By the composition itself, so that it lives and dies with it.
const seers = new WeakMap<VideoProvider, See>()

/** Lets a composition see the tasks that its callers learn of without a read through it; returns the composition. */
export function seeing(composition: VideoProvider, see: See): VideoProvider {
  seers.set(composition, see)
  return composition
}

/** Shows a task to a composition, and to what it is made of, as if it had been read through it. */
export async function show(provider: VideoProvider, task: VideoTask): Promise<void> {
  await seers.get(provider)?.(task)
}
