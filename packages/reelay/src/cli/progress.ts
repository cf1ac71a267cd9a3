import { type Clock, elapsedOf, printable, type RenderEvent, type RenderListener } from '@reelay/core'
import { isSmart, redraw, say, widthOf } from './terminal.ts'

/** Shows how a render goes, on stderr: a moving line at a terminal, one line per event elsewhere. */
export interface Progress {
  readonly onEvent: RenderListener
  note(text: string): void
  end(text: string): void
  fail(text: string): void
}

/** What is shown of a wait. Times are the provider's clock. */
export interface Shown {
  readonly title: string
  readonly clock: Clock
  /** When the task was submitted, milliseconds since the epoch; the submission shown when absent. */
  readonly since?: number
  /** How long such a task takes, in milliseconds. */
  readonly usual?: readonly [from: number, to: number] | undefined
  /** Follows times that are not real ones. */
  readonly unit?: string
}

const two = (part: number): string => String(part).padStart(2, '0')

/** `0:24`, `12:05`, `1:02:30`. */
export function minutes(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  const [hours, left] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours}:${two(left)}:${two(seconds % 60)}` : `${left}:${two(seconds % 60)}`
}

// Nobody can promise the second: 10 s steps up to two minutes, half minutes above.
const about = (ms: number): string => {
  const step = ms < 120_000 ? 10_000 : 30_000
  return minutes(Math.max(step, Math.round(ms / step) * step))
}

/** `usually 0:40 to 1:30`; empty where nobody knows. */
export const usually = (usual: Shown['usual']): string =>
  usual === undefined ? '' : `usually ${about(usual[0])} to ${about(usual[1])}`

function describe(event: RenderEvent): string | undefined {
  switch (event.type) {
    case 'submitted':
      return `accepted as task ${event.task.id}`
    case 'status':
      return `${event.task.status} (${event.task.nativeStatus})`
    case 'unknown-status':
      return `in a status Reelay does not know (${event.nativeStatus}); still watching`
    case 'retry':
      return `could not look (${event.error.code}); again in ${minutes(event.delayMs)}`
    case 'buying-again':
      return `${event.task.id} failed for free; buying again`
    // The status was told by the event before; where the clip lies, and what went wrong, is told at the end.
    case 'finished':
    case 'downloaded':
    case 'error':
      return undefined
  }
}

// The console of a Linux machine without a desktop has no font for the dots.
const frames = process.env.TERM === 'linux' ? [...'-\\|/'] : [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏']

/**
 * A line that moves until it is replaced. Written by hand because prompt libraries read the keyboard meanwhile and end
 * the process on Ctrl-C, before a paid task can be named.
 */
function movingLine(text: () => string): { clear(): void } {
  let frame = 0
  const draw = (): void => {
    frame = (frame + 1) % frames.length
    // One character less: a terminal that has filled its last column begins a new line.
    const line = [...`${frames[frame]} ${printable(text())}`]
    redraw(line.slice(0, widthOf(process.stderr) - 1).join(''))
  }
  const timer = setInterval(draw, 100)
  timer.unref()
  return {
    clear() {
      clearInterval(timer)
      redraw('')
    },
  }
}

/** Starts showing. */
export function showProgress({ title, clock, since, usual, unit = '' }: Shown): Progress {
  /** The same moment by the time that passes. */
  const passed = (at: number): number => elapsedOf(clock) - Math.max(0, clock.now() - at)
  let startedAt = since === undefined ? undefined : passed(since)
  let word = ''
  let note: string | undefined
  say(title)
  const waiting = (): string => {
    if (note !== undefined) return note
    if (startedAt === undefined) return word === '' ? 'sending' : word
    const status = word === '' ? '' : `${word}, `
    const range = usually(usual)
    return `${status}waiting ${minutes(elapsedOf(clock) - startedAt)}${range === '' ? '' : `, ${range}`}${unit}`
  }
  const line = isSmart() ? movingLine(waiting) : undefined
  const print = (text: string): void => {
    if (line) redraw('')
    say(`  ${printable(text)}`)
  }
  const stop = (text: string): void => {
    line?.clear()
    say(`  ${text}`)
  }
  return {
    onEvent(event) {
      startedAt ??= passed(event.at)
      const text = describe(event)
      if (text === undefined) return
      // The id stays on the screen: it is what a person looks for after a crash.
      if (event.type === 'submitted') print(text)
      else if (line) word = event.type === 'status' ? event.task.status : text
      else print(`${text}, ${waiting()}`)
    },
    note(text) {
      if (line) note = text
      else say(`  ${text}`)
    },
    end: stop,
    fail: stop,
  }
}
