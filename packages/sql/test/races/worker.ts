// One of those who race: a long-lived process that buys what it is told to, through the whole stack, at a provider whose
// paid requests its parent counts. What escapes it ends it with an error.
import { setTimeout as pause } from 'node:timers/promises'
import {
  type Clock,
  guard,
  type Journal,
  journaled,
  ReelayError,
  systemClock,
  type VideoProvider,
} from '@reelay/core'
import { createFal } from '@reelay/fal'
import { postgresJournal, sqliteJournal } from '../../src/index.ts'
import { type Answer, type Place, promptOf, type Round, request, type Said } from './round.ts'

const place = JSON.parse(process.argv[2] ?? '') as Place
const name = process.argv[3] ?? ''
const lockTimeoutMs = 120_000
const journal: Journal =
  'file' in place
    ? sqliteJournal(place.file, { lockTimeoutMs })
    : postgresJournal(place.url, { schema: place.schema, lockTimeoutMs })

const say = (said: Said): void => void process.send?.(said)

// Whoever waits for another's purchase looks more often than usual: there are many rounds.
const clock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms <= 1_000 ? 20 : ms, signal),
}

function providerOf({ round, delays }: Round): VideoProvider {
  let posts = 0
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = String(input instanceof Request ? input.url : input)
    const method = init?.method ?? 'GET'
    if (method === 'GET') {
      const id = /requests\/([^/?]+)/.exec(url)?.[1]
      return Response.json({ request_id: id, status: 'IN_QUEUE' })
    }
    const key = promptOf(await new Response(init?.body).json())
    posts += 1
    const id = `${key}-by-${name}-${posts}`
    say({ type: 'post', round, key, id })
    await pause(delays[posts % delays.length] ?? 0)
    return Response.json({ request_id: id, status: 'IN_QUEUE', queue_position: 0 })
  }
  return createFal({ apiKey: 'id:secret', fetch, clock })
}

function stackOf(round: Round): VideoProvider {
  const options = {
    budget: { name: round.budget, amount: round.limit, windowMs: Number.POSITIVE_INFINITY },
    journal,
  }
  const leaf = providerOf(round)
  return round.outermost === 'guard'
    ? guard(journaled(leaf, journal), options)
    : journaled(guard(leaf, options), journal)
}

async function buy(provider: VideoProvider, key: string, delayMs: number): Promise<Answer> {
  await pause(delayMs)
  try {
    return { key, id: (await provider.submit(request(key), { idempotencyKey: key })).id }
  } catch (error) {
    if (!ReelayError.isInstance(error)) throw error
    return { key, refused: `${error.code} ${error.outcome}`, message: error.message }
  }
}

async function play(round: Round): Promise<void> {
  const provider = stackOf(round)
  const keys = [round.shared, `${round.shared}-${name}`]
  const answers = await Promise.all(keys.map((key, index) => buy(provider, key, round.delays[index] ?? 0)))
  say({ type: 'done', round: round.round, answers })
}

process.on('message', (round: Round) => {
  play(round).catch((error: unknown) => {
    console.error(error)
    process.exit(1)
  })
})
process.on('disconnect', () => process.exit(0))
await journal.order('warm')
say({ type: 'ready' })
