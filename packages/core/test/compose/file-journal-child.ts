// A process of its own for the tests beside: prints its result, or dies as it is told.
import { writeSync } from 'node:fs'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { type Journal, journaled, ReelayError } from '../../src/index.ts'
import { fileJournal } from '../../src/node/index.ts'
import { withLock } from '../../src/node/journal/lock.ts'

interface Order {
  readonly path: string
  readonly do: 'submit' | 'reserve' | 'lock' | 'churn'
  /** Where to die by SIGKILL, which nothing can catch. */
  readonly die?: 'claimed' | 'intended' | 'torn' | 'posted'
  readonly provider?: 'kling' | 'fal'
  readonly baseURL?: string | Record<string, string>
  readonly name?: string
  readonly budget?: number
}

const order: Order = JSON.parse(process.argv[2] ?? '')
const file = fileJournal(order.path, { fsync: 'never' })

async function die(): Promise<never> {
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => undefined)
}

const journal: Journal = {
  ...file,
  async claim(...claim) {
    const result = await file.claim(...claim)
    if (order.die === 'claimed') await die()
    return result
  },
  async append(entry) {
    if (order.die === 'torn') {
      const { appendFile } = await import('node:fs/promises')
      await appendFile(order.path, JSON.stringify(entry).slice(0, 40))
      await die()
    }
    await file.append(entry)
    if (order.die === 'intended') await die()
  },
}

async function submit(): Promise<unknown> {
  const { baseURL, provider, die: point } = order
  const create = provider === 'fal' ? createFal : createKling
  const dieAfterPost: typeof fetch = async (input, init) => {
    await fetch(input, init)
    return die()
  }
  const made = create({
    ...(baseURL === undefined ? {} : { baseURL, official: true as const }),
    ...(point === 'posted' && { fetch: dieAfterPost }),
  })
  const request = { kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v3' } as const
  const task = await journaled(made, journal).submit(request, { idempotencyKey: 'order-1' })
  return task.id
}

async function reserve(): Promise<number> {
  let taken = 0
  for (let n = 0; n < 30; n++) {
    const entry = {
      type: 'reserved',
      id: `${order.name}-${n}`,
      budget: 'day',
      amount: 21,
      at: 1,
    } as const
    if ((await file.reserve(entry, order.budget ?? 0, 0)).state === 'reserved') taken += 1
  }
  return taken
}

/** Writes without end, saying what has surely been written. */
async function churn(): Promise<never> {
  for (let n = 0; ; n++) {
    const id = `${order.name}-${n}`
    await file.append({ type: 'settled', purchase: id, verdict: 'not-created', at: Date.now() })
    writeSync(1, `${id}\n`)
    if ((await file.claim(id, id)).state === 'new') await file.unclaim(id)
    await file.reserve({ type: 'reserved', id, budget: 'day', amount: 1, at: Date.now() }, 100, 0)
    if (n % 10 === 9) await file.compact()
  }
}

const work = {
  submit,
  reserve,
  churn,
  lock: () => withLock(`${order.path}.claims/lock`, `${order.path}.claims`, die),
}[order.do]
console.log(
  JSON.stringify(
    await work().then(
      (result) => ({ result }),
      (error: unknown) => ({ error: ReelayError.isInstance(error) ? error.code : String(error) }),
    ),
  ),
)
