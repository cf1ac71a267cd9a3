import type { RenderRequest } from '../../kinds/kinds.ts'
import { problem } from '../../model/problem.ts'
import { type Appraisal, appraisalOf } from '../../provider/appraisal.ts'
import type { VideoProvider } from '../../provider/provider.ts'

/** What an error of a stranger's code says, in a line. */
export const whyOf = (error: unknown): string => String(error).split('\n', 1)[0]?.slice(0, 200) ?? ''

/**
 * What a provider says of a request that is only asked about. One whose own code throws has no offer and says so: it must
 * not keep the others from answering. Where it is bought from, the error goes on.
 */
export function answerOf(provider: VideoProvider, request: RenderRequest): Appraisal {
  try {
    return appraisalOf(provider, request)
  } catch (error) {
    const why = `${provider.id} failed when it was asked: ${whyOf(error)}`
    const fix = 'That is a mistake of its own code: mend it, or leave it out.'
    const problems = [problem('request', 'unsupported', `${why}.`.replace(/\.\.$/, '.'), fix)]
    return { problems, quote: { type: 'unknown', why }, warnings: [] }
  }
}
