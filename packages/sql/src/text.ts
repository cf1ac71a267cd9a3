/**
 * A text as databases keep it: PostgreSQL refuses NUL, and either turns half an emoji into the same replacement character,
 * which would make two keys one. JSON's escapes are one to one, and leave an ordinary key as it is.
 */
export const toColumn = (text: string): string => JSON.stringify(text).slice(1, -1)

/** The text again. */
export function fromColumn(column: unknown): string {
  try {
    return String(JSON.parse(`"${String(column)}"`))
  } catch {
    // Not written by us; as it is, then.
    return String(column)
  }
}
