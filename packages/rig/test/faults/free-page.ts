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
