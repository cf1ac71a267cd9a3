/** Edit distance (Levenshtein), for texts of a few dozen characters. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}

// Names differ in their punctuation most of all: kling-2.6, kling_v2_6.
const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')

/**
 * The candidate a misspelt name was probably meant to be, if any is close.
 *
 * @example
 * ```ts
 * import { nearest } from '@reelay/core'
 * nearest('duratoin', ['duration', 'model']) // 'duration'
 * ```
 */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  const wanted = bare(name)
  const [best] = candidates
    .map((candidate) => ({
      candidate,
      away: distance(wanted, bare(candidate)),
    }))
    .sort((a, b) => a.away - b.away)
  // Two letters swapped count as two edits, so short names need two; of three letters two are another word.
  const near = wanted.length < 4 ? 1 : Math.max(2, Math.floor(wanted.length / 3))
  return best && best.away <= near ? best.candidate : undefined
}
