import * as v from 'valibot'
import { type Problem, problem } from '../../model/problem.ts'
import { type Kind, kinds, type RenderRequest } from '../../model/request/index.ts'
import { nearest } from './nearest.ts'

type Issue = v.BaseIssue<unknown>

const article = (word: string): string => (/^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`)

function knownFields(kind: Kind): readonly string[] {
  return Object.keys((kinds[kind].schema as { entries?: object }).entries ?? {})
}

function unknownField(field: string, kind: Kind): Problem {
  const meant = nearest(field, knownFields(kind))
  const elsewhere = "a provider's own setting goes under providerOptions.<provider>"
  const fix =
    meant === undefined ? `Remove it; ${elsewhere}.` : `Did you mean ${meant}? If not, ${elsewhere}.`
  return problem(field, 'unknown-field', `${field} is not a field of ${kind} requests.`, fix)
}

/** What a bound reads like, by the name of the validation that found it broken. */
const bounds: Readonly<Record<string, string>> = {
  min_value: 'at least',
  max_value: 'at most',
  gt_value: 'more than',
  min_length: 'longer than',
}

function toProblem(issue: Issue, kind: Kind): Problem {
  const field = v.getDotPath(issue) ?? ''
  const { expected, requirement } = issue as { expected: string | null; requirement?: unknown }
  if (issue.type === 'strict_object' && expected === 'never') return unknownField(field, kind)
  if (issue.input === undefined) return problem(field, 'required', `${field} is missing.`, `Set ${field}.`)
  const bound = bounds[issue.type]
  if (bound !== undefined) {
    const limit = issue.type === 'min_length' ? 'empty' : requirement
    return problem(field, 'range', `${field} must be ${bound} ${limit}.`, `It is ${String(issue.input)}.`)
  }
  if (issue.type === 'picklist') {
    const choices = expected?.replaceAll(/[()"]/g, '').replaceAll(' | ', ', ')
    return problem(field, 'one-of', `${field} is ${JSON.stringify(issue.input)}.`, `Use one of ${choices}.`)
  }
  if (issue.type === 'regex')
    return problem(field, 'type', `${field} must look like 16:9.`, 'Write width:height.')
  if (issue.type === 'integer') return problem(field, 'type', `${field} must be a whole number.`, 'Round it.')
  if (issue.type === 'custom') {
    const fix = 'Pass an https URL, a base64 data URI, a Uint8Array or a Blob.'
    return problem(field, 'type', `${field} is not media.`, fix)
  }
  const type = article((expected ?? 'other value').toLowerCase())
  return problem(field, 'type', `${field} must be ${type}.`, `Pass ${type}.`)
}

/** Whether a value has the shape of a request of its kind: types, ranges, and no field we do not know. */
export function shapeProblems(request: unknown): readonly Problem[] {
  const kind = (request as Partial<RenderRequest> | null | undefined)?.kind
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) {
    const message =
      kind === undefined ? 'kind is missing.' : `${JSON.stringify(kind)} is not a kind of render.`
    const fix = `Use one of ${Object.keys(kinds).join(', ')}.`
    return [problem('kind', kind === undefined ? 'required' : 'one-of', message, fix)]
  }
  const { issues } = v.safeParse(kinds[kind].schema, request)
  return issues?.map((issue) => toProblem(issue, kind)) ?? []
}
