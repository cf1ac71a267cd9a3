import { join } from 'node:path'
import {
  formatUsd,
  type NativeAmount,
  type Quote,
  type RenderRequest,
  type SucceededTask,
} from '@reelay/core'
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

/** An amount in the provider's own unit; nothing where that is the dollar, which is said anyway. */
function inUnits(native: NativeAmount | undefined): string | undefined {
  if (!native || native.unit === 'usd') return undefined
  return `${native.amount} ${native.unit}${native.amount === 1 ? '' : 's'}`
}

const listed = (...parts: readonly (string | undefined)[]): string => parts.filter(Boolean).join(', ')

/** A quote in words. */
export function quoted(quote: Quote): string {
  if (quote.type === 'unknown') return `unknown: ${quote.why}`
  if (quote.type === 'bounded') return `${formatUsd(quote.min)} to ${formatUsd(quote.max)} (${quote.asOf})`
  return `${listed(formatUsd(quote.usd), inUnits(quote.native))} (list price of ${quote.asOf})`
}

/** An actual cost in words. */
export function charged({ cost }: SucceededTask): string {
  if (!cost) return 'not reported by the provider'
  return listed(cost.usd === undefined ? undefined : formatUsd(cost.usd), inUnits(cost.native))
}

/** Lines of `name  value`, aligned. */
export function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n')
}
