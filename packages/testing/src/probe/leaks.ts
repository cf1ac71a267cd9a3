import { inspect } from 'node:util'
import { ok } from '../assert.ts'
import { spellingsOf } from './spellings.ts'

const json = (value: unknown): string => {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return ''
  }
}

/** Every text in which a value may end up in a log. */
function views(value: unknown): readonly string[] {
  const error = value instanceof Error ? [value.message, value.stack ?? '', json(value.cause)] : []
  return [
    inspect(value, {
      depth: Number.POSITIVE_INFINITY,
      maxArrayLength: null,
      maxStringLength: null,
      showHidden: true,
      showProxy: true,
      getters: true,
    }),
    json(value),
    String(value),
    ...error,
  ]
}

/** None of the texts is to be seen in a value, whichever way it is printed, nor in another spelling. */
export function hides(value: unknown, secrets: readonly string[], what: string): void {
  const seen = views(value)
  for (const secret of secrets) {
    const spellings = spellingsOf(secret)
    const leak = seen.some((text) => spellings.some((spelling) => text.includes(spelling)))
    // The message must not repeat it.
    ok(!leak, `${what} shows a secret (${secret.slice(0, 2)}…, ${secret.length} characters)`)
  }
}
