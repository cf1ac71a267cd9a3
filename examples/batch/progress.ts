import { SingleBar } from 'cli-progress'
import { dollars } from './ledger.ts'

/** How far the batch is. */
export interface Standing {
  readonly total: number
  /** Rows with an end, good or bad; those whose clip was there before among them. */
  readonly done: number
  readonly there: number
  readonly failed: number
  readonly inFlight: number
  /** Micro-USD. */
  readonly spent: number
}

/** Shows how far the batch is, until it is stopped. */
export interface Progress {
  update(standing: Standing): void
  stop(): void
}

/** `m:ss`, or `h:mm:ss`. */
export function clockFace(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  const two = (value: number): string => String(value % 60).padStart(2, '0')
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`
}

/** Only what this run has seen says how long the rest will take; before that there is nothing to say. */
function timeLeft({ total, done, there }: Standing, startedAt: number): string {
  const mine = done - there
  if (mine === 0) return 'no estimate yet'
  return `${clockFace(((Date.now() - startedAt) / mine) * (total - done))} left`
}

function describe(standing: Standing, startedAt: number): string {
  const { total, done, failed, inFlight, spent } = standing
  const parts = [
    `${String(done).padStart(String(total).length)}/${total}`,
    `${failed} failed`,
    `${inFlight} in flight`,
    `${dollars(spent)} spent`,
    timeLeft(standing, startedAt),
  ]
  return parts.join('  ')
}

const barsize = 24

function bar(first: Standing, startedAt: number): Progress {
  const drawn = new SingleBar({
    stream: process.stdout,
    format: '{bar} {text}',
    barsize,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    clearOnComplete: true,
    emptyOnZero: true,
    // A program that is killed cannot give the terminal's own wrapping back.
    linewrap: true,
  })
  const payload = (standing: Standing): { readonly text: string } => ({
    text: describe(standing, startedAt).slice(0, process.stdout.columns - barsize - 2),
  })
  drawn.start(first.total, first.done, payload(first))
  return {
    update: (standing) => drawn.update(standing.done, payload(standing)),
    stop: () => drawn.stop(),
  }
}

/** For logs and pipes: one line for each tenth. */
function lines(first: Standing, startedAt: number): Progress {
  const tenth = ({ done, total }: Standing): number => Math.floor((10 * done) / Math.max(total, 1))
  let told = tenth(first)
  return {
    update(standing) {
      if (tenth(standing) <= told) return
      told = tenth(standing)
      console.log(describe(standing, startedAt))
    },
    stop: () => undefined,
  }
}

/** Starts to show: a bar at a terminal, lines elsewhere. */
export const showProgress = (first: Standing): Progress =>
  (process.stdout.isTTY === true ? bar : lines)(first, Date.now())
