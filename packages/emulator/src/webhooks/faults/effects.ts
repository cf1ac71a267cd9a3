import { contentEffects } from './content.ts'
import type { WebhookEffects, WebhookFaultRun } from './effect.ts'
import type { WebhookFaultInfo, WebhookFaultKind, WebhookFaultSpec } from './spec.ts'
import { timingEffects } from './timing.ts'

const effects: WebhookEffects<WebhookFaultKind> = { ...timingEffects, ...contentEffects }

export function applyWebhookFault(spec: WebhookFaultSpec, run: WebhookFaultRun): Promise<void> {
  // The table pairs every kind with its own effect; TypeScript cannot follow that pairing through a union.
  const effect = effects[spec.kind] as (spec: WebhookFaultSpec, run: WebhookFaultRun) => Promise<void>
  return effect(spec, run)
}

/** Whether a planted fault is after this attempt. */
export const wantsAttempt = (spec: WebhookFaultSpec, info: WebhookFaultInfo): boolean =>
  (spec.provider === undefined || spec.provider === info.provider) &&
  (spec.on === undefined || (spec.on === 'terminal') === info.terminal) &&
  (spec.match === undefined || spec.match(info))
