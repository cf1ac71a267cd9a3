import type { RenderEvent, RenderListener } from '@reelay/core'

/** Shows how a render goes: a moving line at a terminal, one line per event elsewhere. Times are the provider's clock. */
export interface Progress {
  readonly onEvent: RenderListener
  note(text: string): void
  end(text: string): void
  fail(text: string): void
}

const seconds = (ms: number): string => `${Math.max(0, Math.round(ms / 1_000))} s`

function describe(event: RenderEvent, elapsedMs: number): string | undefined {
  switch (event.type) {
    case 'submitted':
      return `accepted as task ${event.task.id}`
    case 'status':
      return `${event.task.status} (${event.task.nativeStatus}) after ${seconds(elapsedMs)}`
    case 'unknown-status':
      return `in a status Reelay does not know (${event.nativeStatus}); still watching`
    case 'retry':
      return `could not look (${event.error.code}); again in ${seconds(event.delayMs)}`
    // The status was told by the event before; where the clip lies, and what went wrong, is told at the end.
    case 'finished':
    case 'downloaded':
    case 'error':
      return undefined
  }
}

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/**
 * A line that moves until it is replaced. Written by hand because prompt libraries read the keyboard meanwhile and end
 * the process on Ctrl-C, before a paid task can be named.
 */
function movingLine(): { show(text: string): void; clear(): void } {
  let frame = 0
  let text = ''
  const draw = (): void => {
    frame = (frame + 1) % frames.length
    process.stdout.write(`\r\x1b[K${frames[frame]} ${text}`)
  }
  const timer = setInterval(draw, 100)
  timer.unref()
  return {
    show(next) {
      text = next
      draw()
    },
    clear() {
      clearInterval(timer)
      process.stdout.write('\r\x1b[K')
    },
  }
}

/** Starts showing. `unit` follows times that are not real ones. */
export function showProgress(title: string, interactive: boolean, unit = ''): Progress {
  let startedAt: number | undefined
  console.log(title)
  const line = interactive ? movingLine() : undefined
  const print = (text: string): void => console.log(`${line ? '\r\x1b[K' : ''}  ${text}`)
  const keep = (text: string): void => {
    line?.clear()
    print(text)
  }
  return {
    onEvent(event) {
      startedAt ??= event.at
      const text = describe(event, event.at - startedAt)
      if (text === undefined) return
      const told = event.type === 'status' ? text + unit : text
      // The id stays on the screen: it is what a person looks for after a crash.
      if (line && event.type !== 'submitted') line.show(told)
      else print(told)
    },
    note: (text) => (line ? line.show(text) : console.log(`  ${text}`)),
    end: keep,
    fail: keep,
  }
}
