import {
  type Problem,
  ReelayError,
  type RenderRequest,
  type VideoProvider,
  withDetails,
  wrap,
} from '@reelay/core'

const another = (rule: Problem['rule']): boolean => rule === 'unsupported' || rule === 'discontinued'

/**
 * The same provider, whose problems also name the other configured providers that could serve the request. Asking them
 * is free: `check` sends nothing.
 */
export function withAlternatives(
  provider: VideoProvider,
  others: () => Readonly<Record<string, VideoProvider>>,
): VideoProvider {
  function explain(request: RenderRequest, problems: readonly Problem[]): readonly Problem[] {
    if (problems.length === 0) return problems
    const elsewhere = Object.entries(others())
      .filter(([, other]) => other.check(request).length === 0)
      .map(([name]) => name)
    if (elsewhere.length === 0) return problems
    return problems.map((problem) => {
      const hint = another(problem.rule) ? ` Or render it with ${elsewhere.join(' or ')}.` : ''
      return { ...problem, fix: problem.fix + hint, elsewhere }
    })
  }
  return wrap(provider, {
    appraise(request: RenderRequest) {
      const appraisal = provider.appraise(request)
      return { ...appraisal, problems: explain(request, appraisal.problems) }
    },
    async submit(request: RenderRequest, options: Parameters<VideoProvider['submit']>[1]) {
      try {
        return await provider.submit(request, options)
      } catch (error) {
        if (!ReelayError.isInstance(error) || !error.problems) throw error
        throw withDetails(error, { problems: explain(request, error.problems) })
      }
    },
  })
}
