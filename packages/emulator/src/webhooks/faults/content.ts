import { isRecord } from '../../http/json.ts'
import type { Draft, Message, Stamp } from '../message.ts'
import type { WebhookEffects, WebhookFaultRun } from './effect.ts'

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
