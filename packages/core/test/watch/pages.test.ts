import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ReelayError, type TaskHandle } from '../../src/index.ts'
import { boat, instance, keyedSpec } from '../engine.ts'

const minute = 60_000

interface Row {
  readonly id: string
  readonly createdAt: number
  readonly ours: boolean
}

const spacing = 100

/** A provider that lists its renders in pages by number, in an order that it does not tell. */
function listing(
  rows: readonly Row[],
  order: 'newest' | 'oldest',
  maxPageSize: number,
  broken: 'refused' | undefined,
  [throttled, seconds]: readonly [read: number, seconds: number] = [-1, 0],
) {
  let singles = 0
  const sorted = [...rows].sort((a, b) => (a.createdAt - b.createdAt) * (order === 'oldest' ? 1 : -1))
  const { list, task } = keyedSpec
  if (!list) throw new Error('the fake provider has a list')
  const times = new Map(rows.map(({ id, createdAt }) => [id, createdAt]))
  const dated = <Native extends { readonly id: string }>(native: Native): Native => ({
    ...native,
    createdAt: times.get(native.id),
  })
  const spec = {
    ...keyedSpec,
    task: (reply: Parameters<typeof task>[0]) => {
      const native = task(reply)
      return native && dated(native)
    },
    list: {
      ...list,
      maxPageSize,
      numbered: true,
      readSpacingMs: spacing,
      request: ({ number, size }: { number: number; size: number }) =>
        ({ method: 'GET', path: '/pages', query: { number, size } }) as const,
      tasks: ({ body }: { body: unknown }) =>
        (body as { renders: readonly { id: string; state: string }[] }).renders.map(({ id, state }) =>
          dated({ id, status: state, raw: {} }),
        ),
    },
  }
  const world = instance(spec, ({ method, url }) => {
    if (method === 'POST') return { json: { id: 'r-1', state: 'waiting' } }
    if (url.pathname === '/pages') {
      if (broken) return { status: 422, json: { error: { code: 'invalid', message: 'no such page' } } }
      const [number, size] = ['number', 'size'].map((name) => Number(url.searchParams.get(name)))
      const from = ((number ?? 1) - 1) * (size ?? 1)
      const renders = sorted.slice(from, from + (size ?? 1)).map(({ id }) => ({ id, state: 'waiting' }))
      return { json: { renders } }
    }
    if (singles++ === throttled) {
      const json = { error: { code: 'too_fast', message: 'slow down' } }
      return { status: 429, json, headers: { 'retry-after': String(seconds) } }
    }
    return { json: { id: decodeURIComponent(url.pathname.split('/').at(-1) ?? ''), state: 'waiting' } }
  })
  return world
}

async function handlesOf(world: ReturnType<typeof listing>, rows: readonly Row[]): Promise<TaskHandle[]> {
  const { handle } = await world.provider.submit(boat)
  return rows.map(({ id, createdAt }) => ({ ...handle, id, submittedAt: createdAt }))
}

const account = (start: number, ours: number, theirs: number, spanMs: number): Row[] =>
  Array.from({ length: ours + theirs }, (_, index) => ({
    id: `r-${index}`,
    createdAt: start + Math.floor((spanMs * index) / (ours + theirs)),
    ours: Math.floor((index * ours) / (ours + theirs)) !== Math.floor(((index + 1) * ours) / (ours + theirs)),
  }))

describe('lists of an undocumented order', () => {
  it('answer for every task, whatever lies between, and cost little more than single reads at worst', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('newest', 'oldest'),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 5, max: 50 }),
        fc.integer({ min: 0, max: 600 * minute }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
        async (order, ours, theirs, pageSize, spanMs, starts) => {
          const rows = account(Date.UTC(2026, 0, 1), ours, theirs, spanMs)
          const mine = rows.filter((row) => row.ours)
          const world = listing(rows, order, pageSize, undefined)
          const handles = await handlesOf(world, mine)
          for (const from of starts) {
            const some = handles.slice(from % handles.length)
            const also = handles.slice(0, from % handles.length)
            const before = world.sent.length
            const answers = await world.provider.getMany?.(some, { also })
            expect([...(answers?.keys() ?? [])].length).toBe(some.length)
            for (const handle of some) {
              const answer = answers?.get(handle)
              expect(ReelayError.isInstance(answer)).toBe(false)
              expect(answer).toMatchObject({ id: handle.id, handle })
            }
            expect(world.sent.length - before).toBeLessThanOrEqual(1.6 * some.length + 3)
          }
        },
      ),
      { numRuns: 60 },
    )
  }, 120_000)

  it.each(['newest', 'oldest'] as const)(
    'are entered where the tasks are, %s first, and from then on at once',
    async (order) => {
      const start = Date.UTC(2026, 0, 1)
      const old = account(start - 10_000 * minute, 0, 8_000, 9_000 * minute).map((row) => ({
        ...row,
        id: `old-${row.id}`,
      }))
      const mine = account(start, 90, 0, 5 * minute)
      const young = account(start + 60 * minute, 0, 8_000, 300 * minute).map((row) => ({
        ...row,
        id: `new-${row.id}`,
      }))
      const world = listing([...old, ...mine, ...young], order, 100, undefined)
      const handles = await handlesOf(world, mine)
      const pages = async (): Promise<number> => {
        const before = world.sent.length
        const answers = await world.provider.getMany?.(handles)
        expect(answers?.size).toBe(90)
        return world.sent.length - before
      }
      expect(await pages()).toBeLessThanOrEqual(18)
      expect(await pages()).toBeLessThanOrEqual(2)
    },
  )

  it('that refuse a page lose no task', async () => {
    const rows = account(Date.UTC(2026, 0, 1), 5, 0, minute)
    const world = listing(rows, 'newest', 100, 'refused')
    const handles = await handlesOf(world, rows)
    const answers = await world.provider.getMany?.(handles)
    expect(handles.map((handle) => answers?.get(handle))).toMatchObject(handles.map(({ id }) => ({ id })))
  })

  it('lack tasks that are then read singly, none of them while the provider asks to be left alone', async () => {
    const rows = account(Date.UTC(2026, 0, 1), 5, 0, minute)
    const world = listing(rows, 'newest', 100, 'refused', [0, 30])
    const handles = await handlesOf(world, rows)
    const startedAt = world.clock.now()
    const answers = await world.provider.getMany?.(handles)
    expect(answers?.get(handles[0] as TaskHandle)).toMatchObject({
      code: 'ERR_RATE_LIMIT',
      retryAfterMs: 30_000,
    })
    expect(handles.slice(1).map((handle) => answers?.get(handle))).toMatchObject(
      handles.slice(1).map(({ id }) => ({ id })),
    )
    expect(world.clock.now() - startedAt).toBe(30_000 + 4 * spacing)
  })

  it('bring along the tasks that somebody else waits for, and each is told of at once', async () => {
    const rows = account(Date.UTC(2026, 0, 1), 30, 0, minute)
    const world = listing(rows, 'newest', 10, undefined)
    const handles = await handlesOf(world, rows)
    const told: [string, number][] = []
    const startedAt = world.clock.now()
    await world.provider.getMany?.(
      handles.filter((_, index) => index % 2 === 0),
      {
        also: handles.filter((_, index) => index % 2 === 1),
        onAnswer: ({ id }) => told.push([id, world.clock.now() - startedAt]),
      },
    )
    expect(told.filter(([, at]) => at === 0)).toHaveLength(10)
    expect(new Set(told.map(([id]) => id)).size).toBe(30)
    expect(new Set(told.map(([, at]) => at)).size).toBeGreaterThan(1)
  })
})
