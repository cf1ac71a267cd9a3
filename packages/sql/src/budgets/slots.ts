// What is used in a window has to be known exactly to the millisecond, at any number of purchases, without reading them
// all: the amounts of each budget are summed by milliseconds, by 64 of them, by 64 of those, and so on. A window is then at
// most 63 rows of each level, and all time is the few rows of the uppermost.
const radix = 64

/** Milliseconds a slot of the uppermost level spans: 2.2 years. */
export const levels = 7

/** Slots of one level, `before` excluded. */
export interface Span {
  readonly level: number
  readonly from: number
  readonly before: number
}

/** The slot of each level that a time falls into. */
export const slotsOf = (at: number): readonly number[] =>
  Array.from({ length: levels }, (_, level) => Math.floor(at / radix ** level))

/** The slots one level below that a slot is made of. */
export const within = (level: number, slot: number): Span => ({
  level: level - 1,
  from: slot * radix,
  before: (slot + 1) * radix,
})

/** As few slots as cover everything from a time on, the earliest first. */
export function spansSince(since: number): readonly Span[] {
  const spans: Span[] = []
  let from = Math.max(0, Math.ceil(since))
  for (let level = 0; level < levels - 1; level += 1) {
    const next = Math.ceil(from / radix)
    if (next * radix > from) spans.push({ level, from, before: next * radix })
    from = next
  }
  return [...spans, { level: levels - 1, from, before: Number.MAX_SAFE_INTEGER }]
}
