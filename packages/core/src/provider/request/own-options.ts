import { costs } from '../../kinds/ways.ts'
import { knownProviders } from '../../model/known.ts'
import { type Finding, problem } from '../../model/problem.ts'
import type { ProviderOptions } from '../../model/words.ts'
import type { ProviderSpec } from '../spec.ts'
import { nearest } from './nearest.ts'
import { nestedTextProblems, tidied } from './texts.ts'

function writable(value: unknown): boolean {
  try {
    return value === undefined || JSON.stringify(value) !== undefined
  } catch {
    return false
  }
}

/** Names nobody answers to: the settings under them would be dropped without a word, and the clip paid for without them. */
function nameProblems({ id }: ProviderSpec, providerOptions: ProviderOptions): readonly Finding[] {
  const known = [...new Set([...knownProviders, id])]
  return Object.keys(providerOptions)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known) ?? known.find((one) => name.toLowerCase().includes(one))
      const hint = meant === undefined ? '' : `Did you mean ${meant}? `
      const message = `${JSON.stringify(name)} is no provider's name, so nobody would read what is under it.`
      const fix = `${hint}The names are ${known.join(', ')}.`
      const renamed = meant !== undefined && {
        patch: { providerOptions: { [name]: null, [meant]: { ...providerOptions[name] } } },
        cost: costs.spelling,
        fix,
      }
      const without = { patch: { providerOptions: { [name]: null } }, cost: costs.drop, fix }
      const ways = renamed && !Object.hasOwn(providerOptions, meant) ? [renamed, without] : [without]
      return problem(`providerOptions.${name}`, 'unknown-field', message, fix, ways)
    })
}

/**
 * What is wrong with the caller's own settings before anybody looks at their meaning.
 *
 * @param options Those for this provider.
 */
export function ownOptionProblems(
  spec: ProviderSpec,
  all: ProviderOptions,
  options: Readonly<Record<string, unknown>>,
  near: boolean,
): readonly Finding[] {
  const { reserved } = spec.providerOptions
  if (Array.isArray(all) || Array.isArray(options)) {
    const fix = `Pass an object by provider: { ${spec.id}: { … } }.`
    return [problem('providerOptions', 'type', 'A list names no settings.', fix)]
  }
  const own = Object.entries(options).flatMap(([key, value]) => {
    const field = `providerOptions.${spec.id}.${key}`
    if (Object.hasOwn(reserved, key)) {
      return problem(field, 'reserved', `${key} is set by Reelay itself.`, reserved[key] ?? '')
    }
    if (writable(value)) {
      const found = nestedTextProblems(field, value, near)
      const patch = { providerOptions: { [spec.id]: { [key]: tidied(value) } } }
      return found.map((one) =>
        one.rule === 'malformed' ? { ...one, ways: [{ patch, cost: costs.tidy, fix: one.fix }] } : one,
      )
    }
    return problem(
      field,
      'type',
      `${key} cannot be written as JSON.`,
      'Pass plain data; numbers, not bigints.',
    )
  })
  return [...nameProblems(spec, all), ...own]
}
