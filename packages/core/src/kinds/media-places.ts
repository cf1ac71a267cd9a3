import { isMedia, type Media } from '../model/media.ts'

/**
 * A file that a request holds, and where: `startImage`, `subjectImages.1`, `references.mara`.
 *
 * @example
 * ```ts
 * import type { MediaPlace } from '@reelay/core/adapter'
 * const names = (places: readonly MediaPlace[]): string => places.map(({ path }) => path).join(', ')
 * ```
 */
export interface MediaPlace {
  /** Names and positions that lead to it, joined by dots. */
  readonly path: string
  readonly media: Media
}

/**
 * The files that a field holds: itself, or each of a list. Whatever else it may hold, its kind has to say.
 *
 * @example
 * ```ts
 * import { placesIn } from '@reelay/core/adapter'
 * placesIn('subjectImages', ['https://example.com/a.png', 'https://example.com/b.png'])[1]?.path // 'subjectImages.1'
 * ```
 */
export function placesIn(path: string, value: unknown): readonly MediaPlace[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => placesIn(`${path}.${index}`, item))
  return isMedia(value) ? [{ path, media: value }] : []
}

const isPlain = (value: object): boolean => [Object.prototype, null].includes(Object.getPrototypeOf(value))

/** Whether it is more than JSON can say, or a file written as a text; told by what it is, of whatever kind the request. */
export function holdsFile(value: unknown): value is Media {
  if (typeof value === 'string') return value.startsWith('data:')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return isMedia(value) || !isPlain(value)
}

/**
 * A copy of a request with its files replaced, however deep they lie; the settings for single providers stay as they are.
 *
 * @param instead What stands for a file, `undefined` to leave it as it is; told its path.
 */
export async function withFiles(
  request: object,
  instead: (path: string, file: Media) => Promise<unknown>,
): Promise<Record<string, unknown>> {
  async function replaced(path: string, value: unknown): Promise<unknown> {
    if (holdsFile(value)) return (await instead(path, value)) ?? value
    if (typeof value !== 'object' || value === null || value instanceof Promise) return value
    const entries: (readonly [string, unknown])[] = []
    for (const [key, item] of Object.entries(value))
      entries.push([key, await replaced(`${path}.${key}`, item)])
    return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries)
  }
  const plain: Record<string, unknown> = {}
  for (const [field, value] of Object.entries(request)) {
    plain[field] = field === 'providerOptions' ? value : await replaced(field, value)
  }
  return plain
}
