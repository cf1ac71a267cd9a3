import type { KindRow } from '../../kinds/kind.ts'
import { costs } from '../../kinds/ways.ts'
import { patchAt } from '../../model/patch.ts'
import type { Way } from '../../model/problem.ts'
import { nearest } from './nearest.ts'

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
