import * as v from 'valibot'
import { type Finding, problem } from '../../model/problem.ts'
import { type Kind, kinds, type RenderRequest } from '../../model/request/index.ts'
import { nearest } from './nearest.ts'
import {
  boundWays,
  chosenWays,
  fieldWays,
  knownFields,
  missingWays,
  ratioWays,
  typeWays,
} from './shape-ways.ts'

type Issue = v.BaseIssue<unknown>

const article = (word: string): string => (/^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`)

function unknownField(field: string, kind: Kind, request: Readonly<Record<string, unknown>>): Finding {
  const meant = nearest(field, knownFields(kind))
  const elsewhere = "a provider's own setting goes under providerOptions.<provider>"
  const fix =
    meant === undefined ? `Remove it; ${elsewhere}.` : `Did you mean ${meant}? If not, ${elsewhere}.`
  const message = `${field} is not a field of ${kind} requests.`
  return problem(field, 'unknown-field', message, fix, fieldWays(field, kind, request, fix))
}

/** What a bound reads like, by the name of the validation that found it broken. */
const bounds: Readonly<Record<string, string>> = {
  min_value: 'at least',
  max_value: 'at most',
  gt_value: 'more than',
  min_length: 'longer than',
}

function toProblem(issue: Issue, kind: Kind, request: Readonly<Record<string, unknown>>): Finding {
  const field = v.getDotPath(issue) ?? ''
  const path = field.split('.')
  const { expected, requirement } = issue as { expected: string | null; requirement?: unknown }
  if (issue.type === 'strict_object' && expected === 'never') return unknownField(field, kind, request)
  if (issue.input === undefined) {
    const ways = missingWays(field, kind, request)
    return problem(field, 'required', `${field} is missing.`, `Set ${field}.`, ways)
  }
  const bound = bounds[issue.type]
  if (bound !== undefined) {
    const limit = issue.type === 'min_length' ? 'empty' : requirement
    const message = `${field} must be ${bound} ${limit}.`
    const ways = issue.type === 'gt_value' ? [] : boundWays(path, requirement)
    return problem(field, 'range', message, `It is ${String(issue.input)}.`, ways)
  }
  if (issue.type === 'picklist') {
    const choices = expected?.replaceAll(/[()"]/g, '').replaceAll(' | ', ', ')
    const message = `${field} is ${JSON.stringify(issue.input)}.`
    const ways = chosenWays(path, issue.input, choices?.split(', ') ?? [])
    return problem(field, 'one-of', message, `Use one of ${choices}.`, ways)
  }
  if (issue.type === 'regex')
    return problem(
      field,
      'type',
      `${field} must look like 16:9.`,
      'Write width:height.',
      ratioWays(issue.input),
    )
  if (issue.type === 'finite') {
    return problem(field, 'range', `${field} is ${issue.input}.`, 'Pass a number of seconds.')
  }
  if (issue.type === 'integer') return problem(field, 'type', `${field} must be a whole number.`, 'Round it.')
  if (issue.type === 'custom') {
    const fix = 'Pass an https URL, a base64 data URI, a Uint8Array or a Blob.'
    return problem(field, 'type', `${field} is not media.`, fix)
  }
  const type = article((expected ?? 'other value').toLowerCase())
  const ways = typeWays(path, issue.input, expected ?? '')
  return problem(field, 'type', `${field} must be ${type}.`, `Pass ${type}.`, ways)
}

/** Whether a value has the shape of a request of its kind: types, ranges, and no field we do not know. */
export function shapeProblems(request: unknown): readonly Finding[] {
  const kind = (request as Partial<RenderRequest> | null | undefined)?.kind
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) {
    const message =
      kind === undefined ? 'kind is missing.' : `${JSON.stringify(kind)} is not a kind of render.`
    const fix = `Use one of ${Object.keys(kinds).join(', ')}.`
    const ways = chosenWays(['kind'], kind, Object.keys(kinds))
    return [problem('kind', kind === undefined ? 'required' : 'one-of', message, fix, ways)]
  }
  const { issues } = v.safeParse(kinds[kind].schema, request)
  return issues?.map((issue) => toProblem(issue, kind, request as Readonly<Record<string, unknown>>)) ?? []
}
