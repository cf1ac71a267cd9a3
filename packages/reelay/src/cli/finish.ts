import { join } from 'node:path'
import { formatUsd, type Quote, type RenderRequest, type SucceededTask } from '@reelay/core'
import { logRender, type SavedFile, save } from '@reelay/core/node'
import type { Target } from './target.ts'

/** Saves a finished task's clip, its sidecar and a line in the run log. */
export async function keep(
  task: SucceededTask,
  target: Target,
  folder: string,
  details: { readonly request?: RenderRequest; readonly quote?: Quote },
): Promise<{ readonly saved: SavedFile; readonly sidecar?: string }> {
  const { handle } = task
  const model = handle.model.replace(/^kling-/, '')
  const file = join(folder, `${handle.provider}-${model}-${handle.mode}-${task.id}.mp4`)
  const saved = await save(task.outputs[0], file, { ...target.download, handle })
  if (!details.request) return { saved }
  const { sidecar } = await logRender(task, { request: details.request, saved, quote: details.quote })
  return { saved, sidecar }
}

/** A quote in words. */
export function quoted(quote: Quote): string {
  if (quote.type === 'unknown') return `unknown: ${quote.why}`
  if (quote.type === 'bounded') return `${formatUsd(quote.min)} to ${formatUsd(quote.max)} (${quote.asOf})`
  const native = quote.native ? `, ${quote.native.amount} ${quote.native.unit}s` : ''
  return `${formatUsd(quote.usd)}${native} (list price of ${quote.asOf})`
}

/** An actual cost in words. */
export function charged({ cost }: SucceededTask): string {
  if (!cost) return 'not reported by the provider'
  const native = cost.native ? `${cost.native.amount} ${cost.native.unit}s` : undefined
  return [cost.usd === undefined ? undefined : formatUsd(cost.usd), native].filter(Boolean).join(', ')
}

/** Lines of `name  value`, aligned. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n')
}
