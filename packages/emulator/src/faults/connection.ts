import { bytesOf, streamOf, withBody } from '../http/body.ts'
import type { Effects } from './effect.ts'
import { hold } from './hold.ts'
import { lostBeforeAnswer, lostInsideAnswer } from './lost.ts'

/** Faults of the connection itself: the answer is lost, late, or never comes. */
export const connectionEffects: Effects<
  'lost-before-create' | 'lost-after-create' | 'reset-mid-answer' | 'hang' | 'slow' | 'in-flight'
> = {
  'lost-before-create': async (spec) => {
    throw lostBeforeAnswer(spec.code)
  },

  'lost-after-create': async (spec, run) => {
    await run.next()
    throw lostBeforeAnswer(spec.code)
  },

  'reset-mid-answer': async (_spec, run) => {
    const answer = await run.next()
    const bytes = await bytesOf(answer)
    const half = bytes.subarray(0, Math.ceil(bytes.length / 2))
    run.breaksOff()
    const body = streamOf(half, async () => {
      await run.lost('fault')
      throw lostInsideAnswer()
    })
    return withBody(answer, body, { 'content-length': String(bytes.length) })
  },

  hang: async (spec, run) => {
    if (spec.created) await run.next()
    await hold(run, spec.ms)
    throw lostBeforeAnswer()
  },

  slow: async (spec, run) => {
    const answer = await run.next()
    await hold(run, spec.ms)
    return answer
  },

  'in-flight': async (spec, run) => {
    run.exchange.visibleAfterMs = spec.ms
    await run.next()
    throw lostBeforeAnswer()
  },
}
