import { expiredAnswer, htmlAnswer } from '../http/answers.ts'
import { bytesOf, streamOf, withBody } from '../http/body.ts'
import type { Effects } from './effect.ts'
import { hold } from './hold.ts'

const half = (bytes: Uint8Array): number => Math.floor(bytes.length / 2)

type DownloadKind = 'expired' | 'truncated' | 'stall' | 'html-as-video' | 'no-length-cut'

/** Faults of a result download. */
export const downloadEffects: Effects<DownloadKind> = {
  expired: async () => expiredAnswer(),

  truncated: async (spec, run) => {
    const answer = await run.next()
    const bytes = await bytesOf(answer)
    const body = streamOf(bytes.subarray(0, spec.afterBytes ?? half(bytes)))
    return withBody(answer, body, { 'content-length': String(bytes.length) })
  },

  stall: async (spec, run) => {
    const answer = await run.next()
    const bytes = await bytesOf(answer)
    if (spec.ms === undefined) run.breaksOff()
    const body = streamOf(bytes.subarray(0, spec.afterBytes), async () => {
      try {
        await hold(run, spec.ms)
      } catch (reason) {
        await run.lost('client')
        throw reason
      }
      return bytes.subarray(spec.afterBytes)
    })
    return withBody(answer, body, { 'content-length': String(bytes.length) })
  },

  'html-as-video': async (spec) => htmlAnswer(200, 'Please sign in', spec.contentType),

  'no-length-cut': async (spec, run) => {
    const answer = await run.next()
    const bytes = await bytesOf(answer)
    const cut = withBody(answer, streamOf(bytes.subarray(0, spec.afterBytes ?? half(bytes))))
    // Chunked framing would show the cut; a body that ends with the connection does not.
    cut.headers.set('connection', 'close')
    cut.headers.delete('content-length')
    return cut
  },
}
