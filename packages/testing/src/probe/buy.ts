import { isTerminal, type TaskHandle, type VideoProvider, type VideoTask } from '@reelay/core'
import { skip } from '../assert.ts'
import type { World } from '../world.ts'

/** A task bought without any trouble, and the provider that has it. */
export async function bought(
  world: World,
): Promise<{ provider: VideoProvider; task: VideoTask; handle: TaskHandle }> {
  const provider = world.createProvider()
  const task = await provider.submit(world.request)
  return { provider, task, handle: task.handle }
}

/** The same, still unfinished; a provider that answers with the finished clip ends the case. */
export async function unfinished(world: World): ReturnType<typeof bought> {
  const purchase = await bought(world)
  if (isTerminal(purchase.task)) skip('the provider answers a submit with the finished task')
  return purchase
}
