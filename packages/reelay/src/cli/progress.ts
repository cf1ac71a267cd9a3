import { spinner } from '@clack/prompts'
import type { RenderEvent, RenderListener } from '@reelay/core'

/** Shows how a render goes: a spinner at a terminal, one line per event elsewhere. Times are the provider's clock. */
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
    case 'finished':
      // Its status was told by the event before.
      return undefined
  }
}

/** Starts showing. */
export function showProgress(title: string, interactive: boolean): Progress {
  let startedAt: number | undefined
  const line = interactive ? spinner() : undefined
  const say = (text: string): void => (line ? line.message(text) : console.log(`  ${text}`))
  if (line) line.start(title)
  else console.log(title)
  return {
    onEvent(event) {
      startedAt ??= event.at
      const text = describe(event, event.at - startedAt)
      if (text !== undefined) say(text)
    },
    note: say,
    end: (text) => (line ? line.stop(text) : console.log(`  ${text}`)),
    fail: (text) => (line ? line.error(text) : console.log(`  ${text}`)),
  }
}
