// A process of its own for the test beside: submits many at once and prints what came of them, or dies after a POST.
import { createKling } from '@reelay/kling'
import { guard, journaled, ReelayError, usd } from '../../src/index.ts'
import { fileJournal } from '../../src/node/index.ts'

interface Order {
  readonly path: string
  readonly baseURL: string
  readonly submits: number
  readonly die?: true
}

const { path, baseURL, submits, die }: Order = JSON.parse(process.argv[2] ?? '')

const lastPost: typeof fetch = async (input, init) => {
  await fetch(input, init)
  process.kill(process.pid, 'SIGKILL')
  return new Promise(() => undefined)
}

const journal = fileJournal(path, { fsync: 'never' })
const kling = createKling({ baseURL, ...(die && { fetch: lastPost }) })
const budget = { amount: usd(1), windowMs: 3_600_000 }
const provider = journaled(guard(kling, { budget, journal }), journal)
const request = { kind: 'text-to-video', prompt: 'A paper boat', model: 'kling-v2-6' } as const

const results = Array.from({ length: submits }, () =>
  provider.submit(request).then(
    () => 'accepted',
    (error: unknown) => (ReelayError.isInstance(error) ? error.code : String(error)),
  ),
)
console.log(JSON.stringify(await Promise.all(results)))
