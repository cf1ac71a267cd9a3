import { isRecord } from '../../http/json.ts'
import type { Draft, Message, Stamp } from '../message.ts'
import type { WebhookEffects, WebhookFaultRun } from './effect.ts'
import type { WebhookFaultInfo, WebhookFaultKind, WebhookFaultSpec } from './spec.ts'

function tampered(message: Message, draft: Draft): Draft {
  const body: unknown = JSON.parse(draft.body)
  if (isRecord(body)) message.tamper(body)
  return { ...draft, body: JSON.stringify(body) }
}

/** Sends the attempt with another stamp; where that makes no difference, as it is, and the hit is given back. */
async function stamped(run: WebhookFaultRun, change: Partial<Stamp>): Promise<void> {
  const genuine = await run.write()
  const changed = await run.write(change)
  const headers = (draft: Draft): string => JSON.stringify(draft.headers)
  if (changed.body === genuine.body && headers(changed) === headers(genuine)) run.spare()
  return run.send(changed)
}

const TEN_MINUTES_MS = 600_000

/** Faults of what a message says, and of who vouches for it. */
export const contentEffects: WebhookEffects<'forged' | 'wrong-key' | 'tampered' | 'stale' | 'no-payload'> = {
  forged: async (_spec, run) => {
    const draft = await run.write()
    return run.send(run.message.spoil(draft) ?? tampered(run.message, draft))
  },

  'wrong-key': (_spec, run) => stamped(run, { key: 'foreign' }),

  tampered: async (_spec, run) => run.send(tampered(run.message, await run.write())),

  stale: (spec, run) => stamped(run, { at: run.receiverNow() - (spec.ms ?? TEN_MINUTES_MS) }),

  'no-payload': (_spec, run) => stamped(run, { payload: 'missing' }),
}

/** Faults of when, and how often, a message arrives. */
export const timingEffects: WebhookEffects<'drop' | 'duplicate' | 'late' | 'reorder'> = {
  drop: async (_spec, run) => run.lose(await run.write()),

  duplicate: async (spec, run) => {
    await run.send(await run.write())
    for (let copy = 1; copy <= (spec.copies ?? 1); copy += 1) {
      const again = async (): Promise<void> => run.send(await run.write(), { copy: true })
      if (spec.ms === undefined) await again()
      else run.later(spec.ms * copy, again)
    }
  },

  late: async (spec, run) => run.later(spec.ms, async () => run.send(await run.write())),

  reorder: async (_spec, run) => {
    if (run.message.last) {
      run.spare()
      return run.send(await run.write())
    }
    run.afterNext(async () => run.send(await run.write()))
  },
}

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
