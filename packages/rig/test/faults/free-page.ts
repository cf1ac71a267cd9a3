import type { Failure } from '@reelay/core'
import { createEmulated, providerIds } from '@reelay/rig/all'

const reasons: readonly Failure['reason'][] = ['content', 'input', 'capacity', 'internal', 'unknown']

/** What a provider documents of a failed task, by the reason it failed for. */
const said = (id: (typeof providerIds)[number], reason: Failure['reason']): string => {
  const { freeFailures } = createEmulated((fetch) => fetch).create()[id].catalog
  if (!freeFailures || !(freeFailures.reasons?.includes(reason) ?? true)) return 'counts as paid'
  return `free (${freeFailures.source}; ${freeFailures.asOf})`
}

/** The rows of the page that say which failures cost nothing, from the adapters' catalogues. */
export const freeRows = (): readonly (readonly string[])[] =>
  reasons.map((reason) => [`\`${reason}\``, ...providerIds.map((id) => said(id, reason))])

/** What stands above and below the table. */
export const freeWords = {
  above: `## When a task fails

A failed task is an answer, and what it cost is the provider's word. “Free” is what the provider documents as never
charged, with its source; everything else counts against a budget until the provider says what it took.`,
  below: `Only a free failure may be bought again under its key, and only by you: two switches, both off, are
\`failover\`'s \`onFailedTask: 'move-on-if-free'\` (the next provider) and \`journaled\`'s \`afterFreeFailure: 'buy-again'\`.
A \`submit\` or a \`generate\` then makes the next purchase of the order, with an id of its own, through check, quote, budget
and confirm; the first reservation is released in the step that makes the second, and of two callers one buys. \`wait\`,
\`watch\`, \`resume\`, \`settle\` and webhooks never buy. What has expired, was canceled, or reports a cost above zero is not free.`,
}

const spans = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
] as const

function spanOf(ms: number | undefined): string {
  if (ms === undefined) return 'not documented'
  const [unit, name] = spans.find(([size]) => ms >= size) ?? [60_000, 'minute']
  const count = ms / unit
  return `${count} ${name}${count === 1 ? '' : 's'}`
}

/** The rows of the page that say how long the provider keeps what was paid for, from the adapters' catalogues. */
export const keptRows = (): readonly (readonly string[])[] =>
  providerIds.map((id) => {
    const kept = createEmulated((fetch) => fetch).create()[id].catalog.retention?.[0]
    return [
      id,
      spanOf(kept?.toldMs ?? kept?.ms),
      spanOf(kept?.ms),
      kept ? `${kept.source}; ${kept.asOf}` : '',
    ]
  })

/** What stands above and below that table. */
export const keptWords = {
  above: `## When the clip is fetched late

Addresses of results end, and some providers forget sooner than that where a result is.`,
  below: `After that the task is \`expired\`, if the provider still knows it: it was paid for, and its clip is lost. A render that is
waited for is saved at once; what a program left behind, \`reelay resume\` or \`wait\` with its handle fetches in time.`,
}
