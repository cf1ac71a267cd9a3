import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { formatNative, formatUsd, type Quote, type RenderRequest, type SucceededTask } from '@reelay/core'
import { describeRequest, logRender, type SavedFile, save } from '@reelay/core/node'
import type { Target } from './target.ts'

/** What is kept of a purchase while it runs, for its sidecar. */
interface Ordered {
  readonly request: Readonly<Record<string, unknown>>
  readonly quote: Quote
}

const orderFile = (folder: string, idempotencyKey: string): string =>
  join(folder, `${idempotencyKey}.order.json`)

/** Notes what is about to be bought, so that its sidecar can be written by whichever process finishes it. */
export async function keepOrder(
  folder: string,
  idempotencyKey: string,
  request: RenderRequest,
  quote: Quote,
): Promise<void> {
  const order: Ordered = { request: await describeRequest(request), quote }
  await mkdir(folder, { recursive: true })
  await writeFile(orderFile(folder, idempotencyKey), `${JSON.stringify(order, undefined, 2)}\n`)
}

/** Forgets an order that came to nothing, or to its clip. */
export async function dropOrder(folder: string, idempotencyKey: string): Promise<void> {
  await rm(orderFile(folder, idempotencyKey), { force: true })
}

async function readOrder(folder: string, idempotencyKey: string): Promise<Ordered | undefined> {
  try {
    return JSON.parse(await readFile(orderFile(folder, idempotencyKey), 'utf8')) as Ordered
  } catch {
    // None: the task was bought by other means.
    return undefined
  }
}

/** Saves a finished task's clip, and its sidecar and a line in the run log where it is known what was ordered. */
export async function keep(
  task: SucceededTask,
  target: Target,
  folder: string,
): Promise<{ readonly saved: SavedFile; readonly sidecar?: string }> {
  const { handle } = task
  const model = handle.model.replace(/^kling-/, '')
  const file = join(folder, `${handle.provider}-${model}-${handle.mode}-${task.id}.mp4`)
  const { provider, download } = target
  const saved = await save(task.outputs[0], file, { ...download, provider, handle })
  const order = await readOrder(folder, handle.idempotencyKey)
  if (!order) return { saved }
  const { sidecar } = await logRender(task, { ...order, saved })
  await dropOrder(folder, handle.idempotencyKey)
  return { saved, sidecar }
}

/** An actual cost in words. */
export function charged({ cost }: SucceededTask): string {
  if (!cost) return 'not reported by the provider'
  const dollars = cost.microUsd === undefined ? undefined : formatUsd(cost.microUsd)
  return [dollars, formatNative(cost.native)].filter(Boolean).join(', ')
}

/** Lines of `name  value`, aligned. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n')
}
