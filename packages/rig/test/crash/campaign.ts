import { setTimeout as delay } from 'node:timers/promises'
import { openPurchases, settle, systemClock } from '@reelay/core'
import { openEnds } from './child.ts'
import { createRandom, moments } from './moments.ts'
import { type Batch, createWorld, type Life, type Plan, type World } from './world.ts'

type Provider = 'kling' | 'fal'

/** Chooses how the next child dies. */
export type Choose = (kills: ReadonlyMap<string, number>, random: () => number) => Plan

/** What many deaths came to. */
export interface Tally {
  /** Kills by what they struck. */
  readonly kills: ReadonlyMap<string, number>
  readonly total: number
  readonly lives: number
  readonly clips: number
  /** Tasks in the provider's ledger. */
  readonly tasks: number
  /** Purchases that only a person could close. */
  readonly unknown: number
  readonly seconds: number
  /** Promises that were broken, in words. */
  readonly broken: readonly string[]
}

const clipsPerBatch = 3
const mostLives = 100

/** The kinds of instant that there are at a provider. */
export const kindsAt = (provider: Provider): readonly string[] =>
  Object.keys(moments).filter((name) => (moments[name]?.only ?? provider) === provider)

/** Draws among the kinds that were struck least, so that none is left out however short the campaign. */
export function leastStruck(provider: Provider): Choose {
  const names = kindsAt(provider)
  return (kills, random) => {
    const least = Math.min(...names.map((name) => kills.get(name) ?? 0))
    const drawn = names.filter((name) => (kills.get(name) ?? 0) === least)
    const name = drawn[Math.floor(random() * drawn.length)] ?? ''
    return { name, skip: Math.floor(random() * ((moments[name]?.spare ?? 0) + 1)) }
  }
}

const paidFor = (world: World, key: string) => world.tasks().filter(({ request }) => request.prompt === key)

/** What one run of `resume` says: nothing twice, and always what to do. */
function checkLife({ said }: Life): readonly string[] {
  const reports = said.filter(({ note }) => note === 'unknown')
  return reports.flatMap(({ key, advice }, n) => {
    const twice = reports.findIndex((one) => one.key === key) !== n
    return [
      ...(twice ? [`${key}: reported twice in one run`] : []),
      ...(advice ? [] : [`${key}: reported without advice`]),
    ]
  })
}

/** A person looks into the provider's console and closes what is open. Returns what had never become a task. */
async function closeByHand(world: World, { journal }: Batch): Promise<ReadonlySet<string>> {
  // Some minutes later: nothing is under way any more.
  const clock = { ...systemClock, now: () => world.now() + 10 * 60_000 }
  const neverMade = new Set<string>()
  for (const { id, state, submission } of await openPurchases(journal)) {
    if (state !== 'unknown') continue
    const key = submission.idempotencyKey
    const taskId = paidFor(world, key)[0]?.id
    if (!taskId) neverMade.add(key)
    await settle(journal, id, taskId ? 'created' : 'not-created', { taskId, clock })
  }
  return neverMade
}

/** What must hold once every clip is there. */
async function checkEnd(world: World, batch: Batch, lives: readonly Life[]): Promise<readonly string[]> {
  const broken: string[] = []
  const delivered = await batch.delivered()
  const saves = lives.flatMap(({ said }) => said.filter(({ note }) => note === 'saved'))
  for (const key of batch.keys) {
    if (!delivered.includes(key)) broken.push(`${key}: lost`)
    const tasks = paidFor(world, key).length
    if (tasks !== 1) broken.push(`${key}: paid for ${tasks} times`)
    const saved = saves.filter((one) => one.key === key).length
    if (saved > 1) broken.push(`${key}: delivered ${saved} times`)
  }
  const open = await openPurchases(batch.journal)
  await batch.journal.close?.()
  return open.length === 0
    ? broken
    : [...broken, `${batch.keys[0]} and others: ${open.length} purchases left open`]
}

/** What must hold where nobody can look for a lost task, before and after a person has. */
async function finishByHand(world: World, batch: Batch, last: Life): Promise<readonly string[]> {
  const delivered = await batch.delivered()
  const broken: string[] = []
  for (const key of batch.keys) {
    const posts = world.posts(key)
    if (posts > 1) broken.push(`${key}: sent ${posts} times`)
    const isReported = last.said.some((one) => one.note === 'unknown' && one.key === key)
    if (isReported === delivered.includes(key))
      broken.push(`${key}: either delivered or reported, not so here`)
  }
  const posted = new Map(batch.keys.map((key) => [key, world.posts(key)]))
  const neverMade = await closeByHand(world, batch)
  const { code } = await batch.live()
  if (code !== 0)
    broken.push(`${batch.keys[0]} and others: settled by hand, and yet the child ended with ${code}`)
  for (const [key, before] of posted) {
    const more = world.posts(key) - before
    if (more !== (neverMade.has(key) ? 1 : 0)) broken.push(`${key}: sent ${more} times after it was settled`)
  }
  return broken
}

/**
 * Kills children until there are enough deaths, restarts each until its clips are done, and checks after every batch of
 * clips that nothing was lost and nothing paid for twice.
 */
export async function campaign(
  provider: Provider,
  options: {
    readonly target: number
    readonly seed: number
    readonly choose: Choose
    readonly forgetful?: boolean
    readonly postgres?: string | undefined
  },
): Promise<Tally> {
  const { target, seed, choose, forgetful, postgres } = options
  const started = performance.now()
  const random = createRandom(seed)
  const kills = new Map<string, number>()
  const broken: string[] = []
  const count = { total: 0, lives: 0, clips: 0, unknown: 0 }
  const world = await createWorld({ provider, name: `${provider}-${seed}`, forgetful, postgres })

  /** One batch from its first life to the one that ends by itself. */
  async function run(batch: Batch): Promise<readonly Life[]> {
    const lives: Life[] = []
    while (lives.length < mostLives) {
      const plan = count.total < target ? choose(kills, random) : undefined
      const life = await batch.live(plan)
      lives.push(life)
      if (life.killed) {
        const name = plan && 'name' in plan ? plan.name : life.last
        kills.set(name, (kills.get(name) ?? 0) + 1)
        count.total += 1
        continue
      }
      if (life.code === 0 || (life.code === openEnds && provider === 'fal')) return lives
      if (life.code !== openEnds) {
        broken.push(`${batch.keys[0]} and others: a child ended with ${life.code}`)
        return lives
      }
      // A task that cannot be found yet shows up in a moment.
      await delay(200)
    }
    broken.push(`${batch.keys[0]} and others: not done after ${mostLives} lives`)
    return lives
  }

  try {
    while (count.total < target) {
      const batch = await world.batch(clipsPerBatch)
      const lives = await run(batch)
      const last = lives.at(-1)
      broken.push(...lives.flatMap(checkLife))
      if (last?.code === openEnds) {
        count.unknown += batch.keys.length - (await batch.delivered()).length
        broken.push(...(await finishByHand(world, batch, last)))
      }
      broken.push(...(await checkEnd(world, batch, lives)))
      count.clips += batch.keys.length
      count.lives += lives.length
    }
    const seconds = (performance.now() - started) / 1_000
    return { ...count, kills, tasks: world.tasks().length, seconds, broken }
  } finally {
    await world.close()
  }
}

/** The figures of some campaigns, as a table for people. */
export function report(tallies: Readonly<Record<string, Tally>>): string {
  const names = [...new Set(Object.values(tallies).flatMap(({ kills }) => [...kills.keys()]))]
  const order = Object.keys(moments)
  names.sort((a, b) => order.indexOf(a) - order.indexOf(b))
  const columns = Object.entries(tallies)
  const row = (title: string, cell: (tally: Tally) => string | number): string =>
    [title.padEnd(40), ...columns.map(([, tally]) => String(cell(tally)).padStart(8))].join('')
  return [
    ['killed at'.padEnd(40), ...columns.map(([name]) => name.padStart(8))].join(''),
    ...names.map((name) => row(name, ({ kills }) => kills.get(name) ?? 0)),
    row('kills in all', ({ total }) => total),
    row('clips requested', ({ clips }) => clips),
    row('tasks paid for', ({ tasks }) => tasks),
    row('closed by hand', ({ unknown }) => unknown),
    row('processes started', ({ lives }) => lives),
    row('seconds', ({ seconds }) => Math.round(seconds)),
    row('broken promises', ({ broken }) => broken.length),
  ].join('\n')
}
