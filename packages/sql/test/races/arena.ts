// Processes that race on one key and one budget, round by round.
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createFal } from '@reelay/fal'
import { postgresJournal, sqliteJournal } from '../../src/index.ts'
import { type Answer, type Place, type Round, request, type Said } from './round.ts'

/** What races. */
export interface Race {
  readonly place: Place
  readonly workers: number
  readonly rounds: number
  readonly seed: number
  /** A command that each worker runs inside of. */
  readonly within?: readonly string[] | undefined
}

/** What came of it. */
export interface Outcome {
  readonly rounds: number
  /** Paid requests that left. */
  readonly posts: number
  readonly overBudget: number
  /** Keys that were bought twice. */
  readonly twice: number
  /** Everything that should not be. */
  readonly broken: readonly string[]
}

/** mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Worker {
  readonly process: ChildProcess
  /** Resolves with its next word of a kind. */
  next<Type extends Said['type']>(type: Type): Promise<Extract<Said, { type: Type }>>
}

function hire(place: Place, name: string, within: readonly string[], heard: (said: Said) => void): Worker {
  const script = join(import.meta.dirname, 'worker.ts')
  const [command = '', ...args] = [...within, process.execPath, script, JSON.stringify(place), name]
  const running = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const waiting = new Map<Said['type'], { done(said: never): void; fail(error: Error): void }>()
  let trouble: Error | undefined
  running.on('message', (said: Said) => {
    heard(said)
    waiting.get(said.type)?.done(said as never)
    waiting.delete(said.type)
  })
  running.on('exit', (code, signal) => {
    trouble = new Error(`worker ${name} ended with ${code ?? signal}`)
    for (const { fail } of waiting.values()) fail(trouble)
  })
  return {
    process: running,
    next: (type) =>
      new Promise((done, fail) => {
        if (trouble) fail(trouble)
        else waiting.set(type, { done, fail })
      }),
  }
}

/** What a clip of these costs, in micro-USD. */
function priceOf(): number {
  const quote = createFal({ apiKey: 'id:secret' }).quote(request('a key'))
  if (quote.type !== 'exact') throw new Error('the races need a clip of a known price')
  return quote.microUsd
}

function roundOf(round: number, workers: number, price: number, random: () => number): readonly Round[] {
  const slots = 1 + Math.floor(random() * workers)
  const outermost = random() < 0.5 ? 'guard' : 'journaled'
  const delay = (): number => (random() < 0.5 ? 0 : Math.floor(random() * 4))
  return Array.from({ length: workers }, () => ({
    round,
    shared: `order-${round}`,
    budget: `budget ${round}`,
    limit: slots * price,
    outermost,
    delays: [delay(), delay(), delay()],
  }))
}

type Post = Extract<Said, { type: 'post' }>

/** What a round shows that should not be. */
function judge(
  told: Round,
  posts: readonly Post[],
  answers: readonly Answer[],
  used: number,
  price: number,
): string[] {
  const broken: string[] = []
  const byKey = Map.groupBy(posts, ({ key }) => key)
  for (const [key, made] of byKey) if (made.length > 1) broken.push(`${key} was bought ${made.length} times`)
  if (posts.length * price > told.limit) broken.push(`${posts.length} clips on ${told.limit / price}`)
  if (posts.length === 0) broken.push('nobody bought anything')
  if (used !== posts.length * price) broken.push(`${used} is set aside for ${posts.length} clips of ${price}`)
  for (const { key, id, refused, message } of answers) {
    if (refused !== undefined && refused !== 'ERR_BUDGET none') broken.push(`${key}: ${refused}: ${message}`)
    if (id !== undefined && byKey.get(key)?.[0]?.id !== id) broken.push(`${key} was answered with ${id}`)
  }
  return broken.map((what) => `round ${told.round} (${told.outermost} outermost): ${what}`)
}

/** Runs a race to its end. */
export async function race({ place, workers, rounds, seed, within = [] }: Race): Promise<Outcome> {
  const random = randomOf(seed)
  const price = priceOf()
  let posts: Post[] = []
  const heard = (said: Said): void => void (said.type === 'post' && posts.push(said))
  const journal =
    'file' in place ? sqliteJournal(place.file) : postgresJournal(place.url, { schema: place.schema })
  const hired = Array.from({ length: workers }, (_, index) => hire(place, `w${index}`, within, heard))
  const broken: string[] = []
  let count = 0
  try {
    await Promise.all(hired.map((worker) => worker.next('ready')))
    for (let round = 1; round <= rounds; round += 1) {
      posts = []
      const told = roundOf(round, workers, price, random)
      const all = Promise.all(hired.map((worker) => worker.next('done')))
      for (const [index, worker] of hired.entries()) worker.process.send(told[index] as Round)
      const answers = (await all).flatMap((said) => said.answers)
      const [first] = told
      if (!first) break
      const asked = { id: `look ${round}`, key: 'look', amount: 0, limit: -1, at: Date.now() }
      const left = await journal.reserve({
        ...asked,
        budget: first.budget,
        windowMs: Number.POSITIVE_INFINITY,
      })
      broken.push(...judge(first, posts, answers, left.state === 'exceeded' ? left.used : Number.NaN, price))
      count += posts.length
    }
  } finally {
    for (const { process } of hired) process.disconnect()
    await journal.close()
  }
  const of = (pattern: RegExp): number => broken.filter((what) => pattern.test(what)).length
  return { rounds, posts: count, twice: of(/was bought/), overBudget: of(/clips on/), broken }
}
