import * as z from 'zod/mini'
import type { KindRow } from '../../kinds/kind.ts'
import { costs } from '../../kinds/ways.ts'
import { patchAt } from '../../model/patch.ts'
import { type Finding, problem, type Way } from '../../model/problem.ts'
import { kindNames } from '../../model/words.ts'
import { nearest } from './nearest.ts'

type Issue = z.core.$ZodIssue
type Request = Readonly<Record<string, unknown>>

const article = (word: string): string => (/^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`)

function unknownField(field: string, row: KindRow, sold: readonly KindRow[], request: Request): Finding {
  const meant = nearest(field, row.fields)
  const elsewhere = "a provider's own setting goes under providerOptions.<provider>"
  const fix =
    meant === undefined ? `Remove it; ${elsewhere}.` : `Did you mean ${meant}? If not, ${elsewhere}.`
  const message = `${field} is not a field of ${row.kind} requests.`
  return problem(field, 'unknown-field', message, fix, fieldWays(field, row, sold, request, fix))
}

/** What a schema calls a type, as a person does. */
const types: Readonly<Record<string, string>> = { int: 'number', record: 'object' }

function wrongType(field: string, path: readonly string[], input: unknown, expected: string): Finding {
  const name = types[expected] ?? expected
  const type = article(name)
  return problem(field, 'type', `${field} must be ${type}.`, `Pass ${type}.`, typeWays(path, input, name))
}

function outOfRange(
  field: string,
  path: readonly string[],
  input: unknown,
  [words, bound]: readonly [words: string, bound: unknown],
  isReachable: boolean,
): Finding {
  const ways = isReachable ? boundWays(path, bound) : []
  return problem(field, 'range', `${field} must be ${words} ${bound}.`, `It is ${String(input)}.`, ways)
}

function findingsOf(
  issue: Issue,
  row: KindRow,
  sold: readonly KindRow[],
  request: Request,
): readonly Finding[] {
  const path = issue.path.map(String)
  const field = path.join('.')
  const { input } = issue
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField([...path, key].join('.'), row, sold, request))
    case 'invalid_type': {
      if (input === undefined) {
        const ways = missingWays(field, row, request)
        return [problem(field, 'required', `${field} is missing.`, `Set ${field}.`, ways)]
      }
      // Said with the provider's name by whoever reads them, see `ownOptionProblems`.
      if (field === 'providerOptions' && Array.isArray(input)) return []
      if (typeof input === 'number' && !Number.isNaN(input) && !Number.isFinite(input)) {
        return [
          problem(
            field,
            'range',
            `${field} is ${input}.`,
            `Pass a number${field === 'duration' ? ' of seconds' : ''}.`,
          ),
        ]
      }
      if (issue.expected === 'int' && typeof input === 'number' && !Number.isNaN(input)) {
        return [problem(field, 'type', `${field} must be a whole number.`, 'Round it.')]
      }
      return [wrongType(field, path, input, issue.expected)]
    }
    case 'too_small': {
      if (issue.origin === 'string') return [outOfRange(field, path, input, ['longer than', 'empty'], false)]
      const words = issue.inclusive ? 'at least' : 'more than'
      return [outOfRange(field, path, input, [words, issue.minimum], issue.inclusive === true)]
    }
    case 'too_big':
      return [outOfRange(field, path, input, ['at most', issue.maximum], true)]
    case 'invalid_value': {
      const choices = issue.values.map(String)
      const message = `${field} is ${JSON.stringify(input)}.`
      const fix = `Use one of ${choices.join(', ')}.`
      if (input === undefined) return [problem(field, 'required', `${field} is missing.`, `Set ${field}.`)]
      return [problem(field, 'one-of', message, fix, chosenWays(path, input, choices))]
    }
    case 'invalid_format':
      return [
        problem(field, 'type', `${field} must look like 16:9.`, 'Write width:height.', ratioWays(input)),
      ]
    default: {
      if (input === undefined) return [problem(field, 'required', `${field} is missing.`, `Set ${field}.`)]
      const { fix = 'Pass an https URL, a base64 data URI, a Uint8Array or a Blob.', what = 'media' } =
        (issue.code === 'custom' && issue.params) || {}
      return [problem(field, 'type', `${field} is not ${what}.`, fix)]
    }
  }
}

/**
 * Whether a value has the shape of a request of its kind: types, ranges, and no field we do not know.
 *
 * @param sold The kinds that its provider sells.
 */
export function shapeProblems(
  request: unknown,
  row: KindRow | undefined,
  sold: readonly KindRow[],
): readonly Finding[] {
  const kind = (request as { readonly kind?: unknown } | null | undefined)?.kind
  // What an adapter sells beside renders has no name among their kinds.
  if (!row && (typeof kind !== 'string' || !(kindNames as readonly string[]).includes(kind))) {
    const message =
      kind === undefined ? 'kind is missing.' : `${JSON.stringify(kind)} is not a kind of render.`
    const fix = `Use one of ${kindNames.join(', ')}.`
    const ways = chosenWays(['kind'], kind, kindNames)
    return [problem('kind', kind === undefined ? 'required' : 'one-of', message, fix, ways)]
  }
  if (!row) return []
  const { error } = z.safeParse(row.schema, request, { reportInput: true })
  return error?.issues.flatMap((issue) => findingsOf(issue, row, sold, request as Request)) ?? []
}

const way = (patch: Way['patch'], cost: number, fix: string): Way => ({ patch, cost, fix })

/** Ways out of a field that a kind does not have: another kind that has it, the name probably meant, or none. */
export function fieldWays(
  field: string,
  { kind, fields }: KindRow,
  sold: readonly KindRow[],
  request: Readonly<Record<string, unknown>>,
  fix: string,
): readonly Way[] {
  const other = sold.find((one) => one.kind !== kind && one.fields.includes(field))?.kind
  const meant = nearest(field, fields)
  const rename = meant !== undefined && request[meant] === undefined
  return [
    ...(other ? [way({ kind: other }, costs.kind, `Use kind: '${other}', which takes it.`)] : []),
    ...(rename ? [way({ [field]: null, [meant]: request[field] }, costs.spelling, fix)] : []),
    way({ [field]: null }, costs.drop, `Leave ${field} out.`),
  ]
}

/** Ways out of a missing field: its value may stand under a name that is only nearly its own. */
export function missingWays(
  field: string,
  { fields: known }: KindRow,
  request: Readonly<Record<string, unknown>>,
): readonly Way[] {
  const slip = Object.keys(request).find((key) => !known.includes(key) && nearest(key, known) === field)
  if (slip === undefined) return []
  const patch = { [slip]: null, [field]: request[slip] }
  return [way(patch, costs.spelling, `Set ${field} in the place of ${slip}.`)]
}

// What people call the tiers elsewhere.
const modes: Readonly<Record<string, string>> = {
  standard: 'std',
  '720p': 'std',
  hd: 'std',
  professional: 'pro',
  '1080p': 'pro',
  fullhd: 'pro',
  '2160p': '4k',
  uhd: '4k',
}

const shapes: Readonly<Record<string, string>> = { landscape: '16:9', portrait: '9:16', square: '1:1' }

/** The value of a list that another one probably stands for. */
export function chosenWays(
  path: readonly string[],
  input: unknown,
  choices: readonly string[],
): readonly Way[] {
  if (typeof input !== 'string') return []
  const meant = modes[input.toLowerCase()] ?? nearest(input, choices)
  if (meant === undefined || !choices.includes(meant)) return []
  return [way(patchAt(path, meant), costs.spelling, `Use ${meant}.`)]
}

/** `16x9`, `16/9`, `landscape`. */
export function ratioWays(input: unknown): readonly Way[] {
  const [, width, height] = /^\s*(\d+)\s*\D\s*(\d+)\s*$/.exec(String(input)) ?? []
  const ratio = width === undefined ? shapes[String(input).toLowerCase()] : `${width}:${height}`
  return ratio === undefined ? [] : [way({ aspectRatio: ratio }, costs.spelling, `Write ${ratio}.`)]
}

/** The bound itself, for a number beyond it. */
export function boundWays(path: readonly string[], bound: unknown): readonly Way[] {
  return typeof bound === 'number' ? [way(patchAt(path, bound), costs.value, `Use ${bound}.`)] : []
}

/** `"5"` where 5 is meant, and `null` where nothing is. */
export function typeWays(path: readonly string[], input: unknown, expected: string): readonly Way[] {
  if (input === null) return [way(patchAt(path, null), costs.tidy, `Leave ${path.join('.')} out.`)]
  const number = typeof input === 'string' && input.trim() !== '' ? Number(input) : Number.NaN
  if (expected !== 'number' || !Number.isFinite(number)) return []
  return [way(patchAt(path, number), costs.tidy, `Pass the number ${number}.`)]
}
