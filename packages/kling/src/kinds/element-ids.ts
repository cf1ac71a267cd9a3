import { type Problem, problem } from '@reelay/core/adapter'

const rawJSON = (JSON as { readonly rawJSON?: (text: string) => unknown }).rawJSON

/**
 * A JSON long that may exceed 2^53 (the page's own example has 18 digits): written digit by digit where the runtime can, and
 * as a text elsewhere, as one example of the page has it.
 */
function longOf(id: string): unknown {
  const number = Number(id)
  return Number.isSafeInteger(number) ? number : (rawJSON?.(id) ?? id)
}

/** Elements as V1 takes them; `undefined` for none. */
export const elementList = (elements: readonly object[]): readonly unknown[] | undefined =>
  elements.length > 0
    ? elements.map((element) => ({
        element_id: 'id' in element && typeof element.id === 'string' ? longOf(element.id) : undefined,
      }))
    : undefined

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** A caller's own settings, whose ids of elements may be texts, as they are answered with: V1 documents longs. */
export function withLongs(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { element_list: list } = options
  if (!Array.isArray(list)) return options
  const elements = list.map((one: unknown) =>
    isRecord(one) && typeof one.element_id === 'string'
      ? { ...one, element_id: longOf(one.element_id) }
      : one,
  )
  return { ...options, element_list: elements }
}

/** Ids of elements that none at Kling has. */
export const elementIdProblems = (
  references: { readonly [name: string]: unknown } = {},
): readonly (Problem | false)[] =>
  Object.entries(references).map(
    ([name, one]) =>
      'element' in Object(one) &&
      !/^\d+$/.test((one as { readonly element: string }).element) &&
      problem(
        `references.${name}.element`,
        'type',
        'An element’s id at Kling has digits only.',
        'Pass the element_id that the creation of the element answered with, as text.',
      ),
  )
