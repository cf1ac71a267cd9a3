import type { WebhookEffects } from './effect.ts'

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
