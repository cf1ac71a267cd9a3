import type { Timing } from '../../kinds/offer.ts'

/** For tasks whose catalogue row is gone: a cautious guess. */
export const unknownTiming: Timing = { expectedMs: 60_000, pollFloorMs: 5_000 }

// Ages are counted in steps of one percent, from a 16th of the expected time to 16 times of it.
const ratio = 1.01
const reach = 16
const steps = Math.ceil((2 * Math.log(reach)) / Math.log(ratio))
// A read is made where it saves as much delay, on average. More would save reads and tell of ends later.
const readCostMs = 300
// The catalogue's expectation counts like so many tasks that were seen.
const priorTasks = 4
// More would hold on to what a provider was like hours ago.
const mostTasks = 400

// What takes less is over before the first look.
const shortestMs = 1_000

/** How long tasks of one kind, model and mode take, learnt from those seen, and when to look at them therefore. */
export interface Schedule {
  /**
   * The age, in milliseconds since submission, at which to look next at a task that was unfinished at `ageMs`; at most
   * `coldGapMs` later, unless the floor is longer, as long as fewer tasks ended than the catalogue's expectation counts
   * for and this one is younger than that: an estimate of a catalogue says little of how much sooner a task may end.
   */
  next(ageMs: number, coldGapMs?: number): number
  /** The chance that a task ends between two ages, in milliseconds, when it has not before the first. */
  chance(fromMs: number, toMs: number): number
  /** A task was unfinished at age `fromMs`, and had ended by age `toMs`, or had still not. */
  seen(fromMs: number, toMs: number, ended: boolean): void
}

/**
 * Chance of ending per unit of age, before anything was seen: log-logistic around the expected time, for the greater
 * part within a third of it and for the rest far off, since catalogues only estimate.
 */
function prior(age: number): number {
  let density = 0
  let alive = 0
  for (const [weight, shape] of [
    [0.85, 6],
    [0.15, 1.5],
  ] as const) {
    const survival = weight / (1 + age ** shape)
    alive += survival
    density += (survival * shape * (1 - survival / weight)) / age
  }
  return density / alive
}

/**
 * Learns how tasks that are still running end, as chances per step of age, so that slow ones not yet seen to end count
 * as well. The times to look are those of least cost, reads and delay together, found by dynamic programming over the
 * ages; neither a wrong expectation nor two kinds of tasks under one name can mislead it for long.
 */
export function createSchedule({ expectedMs: stated, pollFloorMs }: Timing): Schedule {
  // A row that says nothing useful would leave no age to plan by.
  const expectedMs = stated >= shortestMs ? stated : shortestMs
  const first = expectedMs / reach
  const ages = Array.from({ length: steps + 1 }, (_, step) => first * ratio ** step)
  const ends = new Float64Array(steps)
  const passed = new Float64Array(steps)
  let total = 0
  let unplanned = 0
  let plan: number[] | undefined
  // Of tasks alive at the first age, how many still are at each.
  let alive: readonly number[] = []

  const stepOf = (age: number): number =>
    Math.min(Math.max(Math.floor(Math.log(age / first) / Math.log(ratio)), 0), steps)

  function compute(): number[] {
    const left = [1]
    // How much time they have been alive in sum.
    const lived = [0]
    for (let step = 0; step < steps; step++) {
      const from = ages[step] as number
      const width = from * (ratio - 1)
      const expected = (prior((from + width / 2) / expectedMs) * width) / expectedMs
      const chance =
        (priorTasks * expected + (ends[step] as number)) / (priorTasks + (passed[step] as number))
      const before = left[step] as number
      left.push(before * Math.exp(-chance))
      lived.push((lived[step] as number) + ((before + (left[step + 1] as number)) / 2) * width)
    }
    alive = left
    const cost = new Float64Array(steps + 1)
    const looks: number[] = []
    for (let from = steps; from >= 0; from--) {
      const at = ages[from] as number
      let least = Number.POSITIVE_INFINITY
      looks[from] = at
      const here = left[from] as number
      for (let to = from + 1; to <= steps; to++) {
        const gap = (ages[to] as number) - at
        if (gap < pollFloorMs) continue
        const own = (readCostMs + gap) * here - ((lived[to] as number) - (lived[from] as number))
        // It only grows with the gap, so that no later look can be cheaper.
        if (own >= least) break
        const sum = own + (cost[to] as number)
        if (sum >= least) continue
        least = sum
        looks[from] = ages[to] as number
      }
      cost[from] = Number.isFinite(least) ? least : (left[from] as number) * at
    }
    return looks
  }

  function planned(): readonly number[] {
    // Few more ends change little.
    if (!plan || unplanned * 16 > total) {
      plan = compute()
      unplanned = 0
    }
    return plan
  }

  return {
    next(age, coldGapMs = Number.POSITIVE_INFINITY) {
      const looks = planned()
      const gapMs = total < priorTasks && age < expectedMs ? coldGapMs : Number.POSITIVE_INFINITY
      // Past the last age: a fiftieth of it at a time.
      const at = Math.max(looks[stepOf(age)] as number, age * 1.02)
      return Math.max(Math.min(at, age + gapMs), age + pollFloorMs)
    },
    chance(from, to) {
      planned()
      const [before = 0, after = 0] = [alive[stepOf(from)], alive[stepOf(to)]]
      // Past the last age nothing is known but that more may end in more time.
      return before > after ? 1 - after / before : Math.max(0, to - from) / (1e6 * (to + 1))
    },
    seen(from, to, isEnd) {
      const end = stepOf(to)
      for (let step = stepOf(from); step <= end && step < steps; step++) {
        const start = ages[step] as number
        const part = Math.min(to, start * ratio) - Math.max(from, start)
        if (part > 0) passed[step] = (passed[step] as number) + part / (start * (ratio - 1))
      }
      if (!isEnd) return
      // Spread a little: the next one will not take exactly as long.
      for (let by = -2; by <= 2; by++) {
        const step = Math.min(Math.max(end + by, 0), steps - 1)
        ends[step] = (ends[step] as number) + (3 - Math.abs(by)) / 9
      }
      unplanned += 1
      total += 1
      if (total < mostTasks) return
      total /= 2
      for (let step = 0; step < steps; step++) {
        ends[step] = (ends[step] as number) / 2
        passed[step] = (passed[step] as number) / 2
      }
    },
  }
}
