// Official Kling first, fal and Replicate behind it. The emulator breaks Kling in one way after the other; the table
// shows who was tried, what each verdict was, and what was paid for in the end.
import {
  type Attempt,
  failover,
  formatUsd,
  type Quote,
  ReelayError,
  usd,
  type VideoProvider,
} from '@reelay/core'
import { createEmulator, demoCredentials } from '@reelay/emulator'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createReplicate } from '@reelay/replicate'
import { type Scenario, scenarios } from './scenarios.ts'
import { printTable } from './table.ts'

const request = { kind: 'text-to-video', prompt: 'A paper boat in the rain', duration: 5 } as const

const price = (quote: Quote): string =>
  quote.type === 'exact'
    ? `${formatUsd(quote.microUsd)}${quote.basis === 'derived' ? ', derived' : ''}`
    : quote.type

function rowOf({ provider, code, outcome, quote }: Attempt): readonly string[] {
  return [provider, code ?? 'a task', outcome, price(quote)]
}

/** Submits while Kling is broken; the rows tell of each attempt, the last one of the ledgers. */
async function play({ plant, baseURL }: Scenario): Promise<readonly (readonly string[])[]> {
  const { fetch, control, clock } = createEmulator({ speed: 100 })
  plant(control)
  const kling = createKling({
    apiKey: demoCredentials.kling.apiKey,
    clock,
    // Only the runtime's own fetch can prove that nothing was sent.
    ...(baseURL === undefined ? { fetch } : { baseURL }),
  })
  const fal = createFal({ apiKey: demoCredentials.fal.key, fetch, clock })
  const replicate = createReplicate({ apiKey: demoCredentials.replicate.apiToken, fetch, clock })
  // The others cost a little more or less than Kling; up to a dollar is fine.
  const provider: VideoProvider = failover([kling, fal, replicate], { maxCost: usd(1) })

  const { attempts = [] } = await provider.submit(request).catch((error: unknown) => {
    if (ReelayError.isInstance(error)) return error
    throw error
  })
  const paid = control.ledger().map((entry) => entry.provider)
  return [...attempts.map(rowOf), ['', '', '', `paid: ${paid.join(', ') || 'nothing'}`]]
}

const rows: (readonly string[])[] = []
for (const scenario of scenarios) {
  for (const [index, row] of (await play(scenario)).entries())
    rows.push([index === 0 ? scenario.when : '', ...row])
}
printTable(['Kling:', 'tried', 'answer', 'outcome', 'price'], rows)
