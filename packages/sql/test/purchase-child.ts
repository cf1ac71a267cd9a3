// A process of its own for the tests beside: buys, and prints what came of it, or dies as it is told.

import { guard, type Journal, journaled, ReelayError, usd } from '@reelay/core'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { sqliteJournal } from '../src/index.ts'

interface Asked {
  readonly path: string
  readonly provider?: 'kling' | 'fal'
  readonly baseURL?: string | Record<string, string>
  /** Where to die by SIGKILL, which nothing can catch. */
  readonly die?: 'inside' | 'intended' | 'posted'
  /** So many at once against $1.00, instead of one order. */
  readonly submits?: number
  readonly inFlightMs?: number
}

const {
  path,
  provider = 'kling',
  baseURL,
  die: point,
  submits,
  inFlightMs,
}: Asked = JSON.parse(process.argv[2] ?? '')
const file = sqliteJournal(path)

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  throw new Error('nobody dies here')
}

const journal: Journal = {
  ...file,
  async change(key, at, transition) {
    const result = await file.change(key, at, (order, now) => {
      const change = transition(order, now)
      if (change.order && point === 'inside') die()
      return change
    })
    if (point === 'intended') die()
    return result
  },
}

const dieAfterPost: typeof fetch = async (input, init) => {
  await fetch(input, init)
  return die()
}

const create = provider === 'fal' ? createFal : createKling
const made = create({
  ...(baseURL !== undefined && { baseURL, official: true as const }),
  ...(point === 'posted' && { fetch: dieAfterPost }),
})
const options = { inFlightMs }
const budget = { amount: usd(1), windowMs: 3_600_000 }
const request = {
  kind: 'text-to-video',
  prompt: 'A paper boat',
  model: submits === undefined ? 'kling-v3' : 'kling-v2-6',
} as const

const said = (error: unknown): string =>
  ReelayError.isInstance(error) ? error.code : `foreign ${String(error)}`

if (submits === undefined) {
  const provider = journaled(made, journal, options)
  const result = await provider.submit(request, { idempotencyKey: 'order-1' }).then((task) => task.id, said)
  console.log(JSON.stringify([result]))
} else {
  const provider = journaled(guard(made, { budget, journal }), journal, options)
  const results = Array.from({ length: submits }, () => provider.submit(request).then(() => 'accepted', said))
  console.log(JSON.stringify(await Promise.all(results)))
}
await file.close()
