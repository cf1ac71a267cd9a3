import * as z from 'zod/mini'
import { type Problem, problem } from '../../model/problem.ts'
import { type Kind, kinds, type RenderRequest } from '../../model/request/index.ts'
import { nearest } from './nearest.ts'

type Issue = z.core.$ZodIssue

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value)

function bounds(field: string, issue: Issue & { code: 'too_small' | 'too_big' }): Problem {
  const [word, limit] = issue.code === 'too_small' ? ['at least', issue.minimum] : ['at most', issue.maximum]
  const edge = issue.inclusive === false ? (issue.code === 'too_small' ? 'more than' : 'less than') : word
  return problem(field, 'range', `${field} must be ${edge} ${limit}.`, `Use a value of ${edge} ${limit}.`)
}

const article = (word: string): string => (/^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`)

function toProblems(issue: Issue, request: unknown): Problem[] {
  const field = issue.path.join('.')
  const known = Object.keys(kinds)
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const name = field === '' ? key : `${field}.${key}`
      const hint = nearest(key, knownFields(request))
      const elsewhere = "put a provider's own setting under providerOptions.<provider>"
      const fix =
        hint === undefined ? `Remove it, or ${elsewhere}.` : `Did you mean ${hint}? Otherwise ${elsewhere}.`
      return problem(name, 'unknown-field', `${name} is not a field of this kind of request.`, fix)
    })
  }
  if (at(request, issue.path) === undefined) {
    return [problem(field, 'required', `${field} is missing.`, `Set ${field}.`)]
  }
  switch (issue.code) {
    case 'invalid_value':
      return [
        problem(
          field,
          'one-of',
          `${field} must be one of ${issue.values.map(String).join(', ')}.`,
          `Use ${String(issue.values[0])}.`,
        ),
      ]
    case 'too_small':
    case 'too_big':
      return [bounds(field, issue)]
    case 'invalid_format':
      return [problem(field, 'type', `${field} does not have the expected form.`, 'Write it like 16:9.')]
    case 'invalid_type':
      return [
        problem(
          field,
          'type',
          `${field} must be ${article(issue.expected)}.`,
          `Pass ${article(issue.expected)}.`,
        ),
      ]
    default:
      return [
        problem(
          field,
          'type',
          `${field} is not a value this field takes.`,
          `See the type of ${known[0]} requests.`,
        ),
      ]
  }
}

function knownFields(request: unknown): readonly string[] {
  const schema = kinds[(request as RenderRequest).kind]?.schema as { def?: { shape?: object } } | undefined
  return Object.keys(schema?.def?.shape ?? {})
}

/** Whether a value has the shape of a request of its kind: types, ranges, and no field we do not know. */
export function shapeProblems(request: unknown): readonly Problem[] {
  const kind = (request as { kind?: unknown } | null | undefined)?.kind
  const known = Object.keys(kinds)
  if (typeof kind !== 'string' || !Object.hasOwn(kinds, kind)) {
    const message =
      kind === undefined ? 'kind is missing.' : `${JSON.stringify(kind)} is not a kind of render.`
    return [
      problem('kind', kind === undefined ? 'required' : 'one-of', message, `Use one of ${known.join(', ')}.`),
    ]
  }
  const result = z.safeParse(kinds[kind as Kind].schema, request)
  return result.success ? [] : result.error.issues.flatMap((issue) => toProblems(issue, request))
}
