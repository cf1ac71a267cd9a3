import type { RenderRequest } from '../../kinds/kinds.ts'
import { drop } from '../../kinds/ways.ts'
import { applySuggestion, together } from '../../model/patch.ts'
import type { Finding, Problem, RequestPatch, Way } from '../../model/problem.ts'

type Check = (request: RenderRequest) => readonly Finding[]

/** A request on the way to one that passes. */
interface Step {
  readonly taken: readonly Way[]
  readonly cost: number
}

// Far more than any request took that could be put right; a hopeless one must not cost much.
const mostSteps = 80

const patchOf = (ways: readonly Way[]): RequestPatch =>
  ways.reduce<RequestPatch>((patch, way) => together(patch, way.patch), {})

const apply = (request: RenderRequest, ways: readonly Way[]): RenderRequest =>
  applySuggestion(request, patchOf(ways))

/** An option that a row does not take can be left out, whoever found it. */
function waysOf({ ways, field, rule, fix }: Finding): readonly Way[] {
  if (ways) return ways
  const [group, provider, key, ...deeper] = field.split('.')
  if (group !== 'providerOptions' || rule !== 'unsupported' || !provider || !key || deeper.length > 0)
    return []
  return [drop(field, fix)]
}

/** The changes that lead to the nearest request that passes: the least costly, tried in order (Dijkstra). */
function nearestWays(request: RenderRequest, check: Check): readonly Way[] | undefined {
  const open: Step[] = [{ taken: [], cost: 0 }]
  const seen = new Set<string>()
  for (let steps = 0; steps < mostSteps; steps++) {
    open.sort((a, b) => a.cost - b.cost)
    const step = open.shift()
    if (!step) return undefined
    const name = JSON.stringify(patchOf(step.taken))
    if (seen.has(name)) continue
    seen.add(name)
    const problems = check(apply(request, step.taken))
    if (problems.length === 0) return step.taken
    // One that only a person can solve stays, whatever is done about the others.
    if (problems.some((one) => waysOf(one).length === 0)) continue
    const [first] = problems
    for (const way of first ? waysOf(first) : []) {
      open.push({ taken: [...step.taken, way], cost: step.cost + way.cost })
    }
  }
  return undefined
}

const nameOf = ({ field, rule }: Problem): string => `${field} ${rule}`

/** All selections of a list, the smallest first, each in order. */
function selections(ways: readonly Way[]): readonly (readonly Way[])[] {
  const all = Array.from({ length: 2 ** ways.length }, (_, bits) =>
    ways.filter((_way, at) => bits & (1 << at)),
  )
  return all.sort((a, b) => a.length - b.length)
}

/** The part of the changes that one problem needs: it is gone, and nothing new is wrong. */
function partFor(
  problem: Finding,
  found: readonly Finding[],
  ways: readonly Way[],
  request: RenderRequest,
  check: Check,
): readonly Way[] {
  const known = new Set(found.map(nameOf))
  const solves = (part: readonly Way[]): boolean => {
    const left = check(apply(request, part)).map(nameOf)
    return !left.includes(nameOf(problem)) && left.every((one) => known.has(one))
  }
  // Beyond four changes a person reads them all anyway.
  return (ways.length <= 4 ? selections(ways).find(solves) : undefined) ?? ways
}

/**
 * Problems as callers see them: each with what it needs in words, and with the change that makes the whole request pass
 * where there is one. Pure.
 */
export function withSuggestions(
  request: RenderRequest,
  found: readonly Finding[],
  check: Check,
): readonly Problem[] {
  const ways = found.every((one) => waysOf(one).length > 0) ? nearestWays(request, check) : undefined
  const suggestion = ways && patchOf(ways)
  return found.map((one) => {
    const { ways: _ways, ...problem } = one
    if (!ways || !suggestion) return problem
    const fix = partFor(one, found, ways, request, check)
      .map((way) => way.fix)
      .join(' ')
    return { ...problem, fix, suggestion }
  })
}
