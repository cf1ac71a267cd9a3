import { describe, expect, it } from 'vitest'
import {
  createVirtualClock,
  createWire,
  type GatewayFault,
  type VirtualClock,
  type Wire,
} from '../src/index.ts'

const url = 'https://api.example.com/tasks'
const answer = { id: 'task-1', words: 'all is well' }

interface Bench {
  readonly clock: VirtualClock
  readonly wire: Wire
  /** Sends a paid request and tells what came of it. */
  buy(init?: RequestInit): Promise<string>
}

function createBench(): Bench {
  const clock = createVirtualClock({ start: 0 })
  let tasks = 0
  const wire = createWire({
    clock,
    paid: ({ method }) => method === 'POST',
    tasks: () => tasks,
    async fetch(input) {
      const request = new Request(input)
      if (request.headers.get('authorization') === null) {
        return Response.json({ code: 'no_key', words: 'there is no key' }, { status: 401 })
      }
      if (request.method === 'POST') tasks += 1
      return Response.json(answer)
    },
  })
  const headers = { authorization: 'Bearer 0123456789' }
  const buy = (init?: RequestInit): Promise<string> =>
    wire.fetch(url, { method: 'POST', body: '{}', headers, redirect: 'manual', ...init }).then(
      async (response) => {
        const text = await response.text().catch((error: TypeError) => error.message)
        return `${response.status} ${text}`.trim()
      },
      (error: Error) => `${error.message} ${(error.cause as { code?: string } | undefined)?.code}`,
    )
  return { clock, wire, buy }
}

const half = JSON.stringify(answer).slice(0, Math.ceil(JSON.stringify(answer).length / 2))

describe('a fault of the network', () => {
  it.each<[GatewayFault, string, number]>([
    ['lost-request', 'fetch failed ECONNRESET', 0],
    ['lost-answer', 'fetch failed ECONNRESET', 1],
    ['reset', '200 fetch failed', 1],
    ['false-refusal', 'fetch failed ECONNREFUSED', 1],
    ['status', '500 500', 0],
    ['redirect', '307', 0],
    ['truncated-json', `200 ${half}`, 1],
    ['empty', '200', 1],
  ])('%s: answers "%s" and leaves %i tasks', async (name, expected, tasks) => {
    const { wire, buy } = createBench()
    expect(wire.fault(name)).toBe(true)
    expect(await buy()).toBe(expected)
    expect([wire.posts(), wire.tasks(), wire.charges()]).toEqual([1, tasks, tasks])
    expect(await buy()).toBe(`200 ${JSON.stringify(answer)}`)
  })

  it('carries the request out first where it is told to', async () => {
    const { wire, buy } = createBench()
    wire.fault('status', { status: 409, created: true })
    wire.fault('html', { created: true })
    expect(await buy()).toBe('409 409')
    expect(await buy()).toContain('502 <!doctype html>')
    expect(wire.tasks()).toBe(2)
  })

  it('strikes as often as it is told to, one fault after the other', async () => {
    const { wire, buy } = createBench()
    wire.fault('status', { status: 503, times: 2 })
    wire.fault('empty')
    expect([await buy(), await buy(), await buy()]).toEqual(['503 503', '503 503', '200'])
  })

  it('strikes reads apart from creates', async () => {
    const { wire, buy } = createBench()
    wire.fault('html', { on: 'read' })
    expect(await buy()).toContain('task-1')
    expect((await wire.fetch(url)).status).toBe(502)
    expect([wire.posts(), wire.reads()]).toEqual([1, 1])
  })

  it('lets a redirect be followed by a fetch that follows, and counts the second POST', async () => {
    const { wire, buy } = createBench()
    wire.fault('redirect')
    expect(await buy({ redirect: 'follow' })).toContain('task-1')
    expect([wire.posts(), wire.tasks()]).toEqual([2, 1])
    wire.fault('redirect')
    expect(await buy({ redirect: 'error' })).toBe('fetch failed UND_ERR_REDIRECT')
  })

  it.each<[GatewayFault, number]>([
    ['hang-request', 0],
    ['hang-answer', 1],
  ])('%s: keeps its caller waiting, while time goes on', async (name, tasks) => {
    const { clock, wire, buy } = createBench()
    wire.fault(name)
    const controller = new AbortController()
    const timeout = clock.sleep(60_000).then(() => controller.abort(new Error('too late')))
    expect(await buy({ signal: controller.signal })).toBe('too late undefined')
    await timeout
    expect([clock.now(), wire.tasks()]).toEqual([60_000, tasks])
  })

  it('in-flight: arrives later all the same', async () => {
    const { clock, wire, buy } = createBench()
    wire.fault('in-flight', { ms: 5_000 })
    expect(await buy()).toBe('fetch failed ECONNRESET')
    await clock.sleep(4_999)
    expect(wire.tasks()).toBe(0)
    await clock.sleep(2)
    expect(wire.tasks()).toBe(1)
  })

  it('echo: repeats the headers in the provider’s own words', async () => {
    const { wire, buy } = createBench()
    wire.fault('echo')
    const echoed = await buy()
    expect(echoed).toMatch(/^401 /)
    expect(echoed).toContain('"code":"no_key"')
    expect(echoed).toContain('there is no key (')
    expect(echoed).toContain('Bearer 0123456789')
    expect(wire.tasks()).toBe(0)
  })
})

describe('a fault of the provider', () => {
  it('is refused by a simulation that has none', () => {
    expect(createBench().wire.fault('funds')).toBe(false)
  })
})
