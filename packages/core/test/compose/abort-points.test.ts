import { createEmulator, demoCredentials, type FaultSpec } from '@reelay/emulator'
import { createFal } from '@reelay/fal'
import { createKling } from '@reelay/kling'
import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import {
  type Clock,
  failover,
  govern,
  guard,
  type Journal,
  journaled,
  memoryJournal,
  ReelayError,
  type RenderRequest,
  usd,
  type VideoProvider,
} from '../../src/index.ts'
import { purchasesOf, used } from './journaled-support.ts'

const boat: RenderRequest = { kind: 'text-to-video', prompt: 'A paper boat in the rain', model: 'kling-v3' }
const key = { idempotencyKey: 'order-1' }
const budget = { amount: usd(10), windowMs: Number.POSITIVE_INFINITY }
const reason = new Error('enough')

type Seller = 'kling' | 'fal'

/** How the wire behaves; the second submit meets a sound one. */
const weathers: Readonly<Record<string, readonly FaultSpec[]>> = {
  fair: [],
  'the answer is lost': [{ on: 'create', kind: 'lost-after-create' }],
  'the request is lost': [{ on: 'create', kind: 'lost-before-create' }],
  'all requests are lost': [{ on: 'create', kind: 'lost-before-create', times: 9 }],
  'it shows up late': [{ on: 'create', kind: 'in-flight', ms: 30_000 }],
  'it is refused': [{ on: 'create', kind: 'refuse', as: 'funds' }],
}

const stacks: Readonly<
  Record<string, (leaf: VideoProvider, journal: Journal, money: Journal) => VideoProvider>
> = {
  'journaled(leaf)': (leaf, journal) => journaled(leaf, journal),
  'guard(journaled(govern(failover(leaf))))': (leaf, journal, money) =>
    guard(journaled(govern(failover([leaf]), { concurrency: 1 }), journal), { budget, journal: money }),
  'failover(govern(guard(journaled(leaf))))': (leaf, journal, money) =>
    failover([govern(guard(journaled(leaf, journal), { budget, journal: money }), { concurrency: 1 })]),
  'journaled(guard(leaf))': (leaf, journal, money) =>
    journaled(guard(leaf, { budget, journal: money }), journal),
}

type Seam = () => Promise<void> | undefined

/** The same journal, with a seam before and after everything that it is asked. */
function seamed(journal: Journal, seam: Seam): Journal {
  const around =
    <Asked extends unknown[], Answer>(method: (...asked: Asked) => Promise<Answer>) =>
    async (...asked: Asked): Promise<Answer> => {
      await seam()
      const answer = await method(...asked)
      await seam()
      return answer
    }
  return {
    ...journal,
    order: around(journal.order),
    named: around(journal.named),
    change: around(journal.change) as Journal['change'],
    reserve: around(journal.reserve),
    amend: around(journal.amend),
    reservations: around(journal.reservations),
  }
}

/** One process, whose every await between the submit and its verdict is a seam. */
function world(seller: Seller) {
  const clock = createVirtualClock()
  const emulator = createEmulator({ clock: clock.server, seed: 1 })
  const [journal, money] = [memoryJournal(), memoryJournal()]
  function make(stack: string, seam: Seam): VideoProvider {
    const watched: Clock = {
      ...clock,
      async sleep(ms, signal) {
        // Limits on the wire are no seams: they only end a wait.
        if (ms < 60_000) await seam()
        return clock.sleep(ms, signal)
      },
    }
    const fetch = clock.track(async (input, init) => {
      await seam()
      const answer = await emulator.fetch(input, init)
      await seam()
      return answer
    })
    const leaf =
      seller === 'kling'
        ? createKling({ clock: watched, fetch, apiKey: demoCredentials.kling.apiKey })
        : createFal({ clock: watched, fetch, apiKey: demoCredentials.fal.key })
    const built = stacks[stack]
    if (!built) throw new Error(`there is no stack ${stack}`)
    return built(leaf, seamed(journal, seam), seamed(money, seam))
  }
  return { clock, control: emulator.control, journal, money, make }
}

interface Told {
  readonly outcome: string
  readonly id?: string | undefined
}

function told(end: unknown): Told {
  if (end === reason) return { outcome: 'none' }
  if (ReelayError.isInstance(end)) return { outcome: end.outcome, id: end.handle?.id }
  const { id } = end as { id?: string }
  if (!id) throw end
  return { outcome: 'accepted', id }
}

/** Runs a submit that is aborted at one of its seams, and all that must hold afterwards; says how many seams there were. */
async function strike(
  seller: Seller,
  stack: string,
  weather: readonly FaultSpec[],
  at: number,
  hang: boolean,
): Promise<number> {
  const it = world(seller)
  const { clock, control, journal, money, make } = it
  const faults = weather.map((fault) => control.fault({ ...fault, provider: seller }))
  const abort = new AbortController()
  let seams = 0
  const provider = make(stack, () => {
    seams += 1
    if (seams - 1 !== at) return undefined
    abort.abort(reason)
    return hang ? clock.sleep(5_000) : undefined
  })
  const record = async (): Promise<void> => {
    seams += 1
    if (seams - 1 === at) abort.abort(reason)
  }
  const end = told(
    await provider
      .submit(boat, { ...key, abortSignal: abort.signal, record })
      .catch((thrown: unknown) => thrown),
  )
  const counted = seams
  const where = `${seller} ${stack} at ${at}${hang ? ', hanging' : ''}: ${JSON.stringify(end)}`
  await clock.sleep(300_000)
  const ids = control.ledger().map(({ taskId }) => taskId)
  expect(ids.length, where).toBeLessThanOrEqual(1)

  // What the caller heard is so.
  if (end.outcome === 'none' || end.outcome === 'rejected') expect(ids, where).toEqual([])
  if (end.outcome === 'accepted') expect(ids, where).toEqual([end.id])
  // And so is what the journal says.
  const purchases = (await purchasesOf(journal)).filter(({ state }) => state !== 'nothing')
  expect(purchases.length, where).toBeLessThanOrEqual(1)
  const [purchase] = purchases
  if (!purchase) expect(ids, where).toEqual([])
  if (purchase?.state === 'bought') expect(ids, where).toEqual([purchase.handle?.id])
  if (end.outcome === 'none' || end.outcome === 'rejected') expect(purchase, where).toBeUndefined()
  const hasGuard = stack.includes('guard')
  const quote = provider.quote(boat)
  const price = quote.type === 'exact' ? quote.microUsd : 0
  if (hasGuard) expect((await used(money)) > 0, where).toBe(purchase !== undefined)

  // Once more, in another process and by fair weather.
  for (const fault of faults) fault.remove()
  const again = told(
    await make(stack, () => undefined)
      .submit(boat, key)
      .catch((thrown: unknown) => thrown),
  )
  await clock.sleep(300_000)
  const after = control.ledger().map(({ taskId }) => taskId)
  expect(after.length, where).toBeLessThanOrEqual(1)
  if (again.outcome === 'accepted') expect(after, where).toEqual([again.id])
  // Nobody can look there: what may have been paid for is not paid for again.
  if (again.outcome === 'unknown') expect([seller, after], where).toEqual(['fal', ids])
  if (hasGuard) expect(await used(money), where).toBe(price)
  return counted
}

describe.each(['kling', 'fal'] as const)('an abort at %s', (seller) => {
  describe.each(Object.entries(weathers))('while %s', (name, weather) => {
    it.each(Object.keys(stacks))(
      'at any await of %s neither pays twice nor loses a task',
      { timeout: 120_000 },
      async (stack) => {
        const all = await strike(seller, stack, weather, Number.POSITIVE_INFINITY, false)
        expect(all, name).toBeGreaterThan(6)
        for (let at = 0; at < all; at++) {
          for (const hang of [false, true]) await strike(seller, stack, weather, at, hang)
        }
      },
    )
  })
})

/** Runs a submit that finds an earlier one without a verdict, aborted at one of its seams. */
async function strikeAgain(stack: string, exists: boolean, at: number, hang: boolean): Promise<number> {
  const { clock, control, journal, money, make } = world('kling')
  const blind = control.fault({ on: 'any-read', kind: 'html', times: Infinity })
  const lost = control.fault({
    on: 'create',
    kind: exists ? 'lost-after-create' : 'lost-before-create',
    times: Infinity,
  })
  const first = told(
    await make(stack, () => undefined)
      .submit(boat, key)
      .catch((error: unknown) => error),
  )
  expect(first.outcome).toBe('unknown')
  for (const fault of [blind, lost]) fault.remove()
  await clock.sleep(180_000)
  const creates = (): number => control.requests().filter(({ op }) => op === 'create').length
  const before = creates()

  const abort = new AbortController()
  let seams = 0
  const provider = make(stack, () => {
    seams += 1
    if (seams - 1 !== at) return undefined
    abort.abort(reason)
    return hang ? clock.sleep(5_000) : undefined
  })
  const thrown = await provider
    .submit(boat, { ...key, abortSignal: abort.signal })
    .catch((error: unknown) => error)
  const end = told(thrown)
  const counted = seams
  const where = `${stack} at ${at}${hang ? ', hanging' : ''}: ${JSON.stringify(end)}`
  await clock.sleep(300_000)
  // The caller's own reason says that this submit has sent nothing.
  if (thrown === reason) expect(creates(), where).toBe(before)
  expect(end.outcome, where).not.toBe('rejected')
  const open = (await purchasesOf(journal)).filter(({ state }) => state !== 'nothing')
  expect(open.length, where).toBe(1)

  const third = told(
    await make(stack, () => undefined)
      .submit(boat, key)
      .catch((error: unknown) => error),
  )
  expect(third.outcome, where).toBe('accepted')
  expect(
    control.ledger().map(({ taskId }) => taskId),
    where,
  ).toEqual([third.id])
  const quote = provider.quote(boat)
  if (stack.includes('guard'))
    expect(await used(money), where).toBe(quote.type === 'exact' ? quote.microUsd : 0)
  return counted
}

describe.each([
  ['is there', true],
  ['was never made', false],
])('an abort of a submit that finds one without a verdict, whose task %s', (_what, exists) => {
  it.each(Object.keys(stacks))('at any await of %s', { timeout: 120_000 }, async (stack) => {
    const all = await strikeAgain(stack, exists, Number.POSITIVE_INFINITY, false)
    expect(all).toBeGreaterThan(4)
    for (let at = 0; at < all; at++) {
      for (const hang of [false, true]) await strikeAgain(stack, exists, at, hang)
    }
  })
})
