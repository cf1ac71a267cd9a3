import type { Clock } from '@reelay/core'
import type { FaultOptions, ProviderFault } from '../../src/index.ts'

export const validKey = 'fake-key-0123456789abcdef'

interface Row {
  readonly id: string
  readonly externalId: string | undefined
  readonly input: object
  readonly createdAt: number
  readonly fails: boolean
  stopped: boolean
}

/** A provider's servers, small enough to be read in one breath. */
export interface FakeServer {
  readonly fetch: typeof globalThis.fetch
  tasks(): number
  fault(name: ProviderFault, options: FaultOptions): boolean
}

const refusals: { readonly [name in ProviderFault]?: readonly [status: number, code: string] } = {
  unauthorized: [401, 'unauthorized'],
  forbidden: [403, 'forbidden'],
  funds: [402, 'funds'],
  invalid: [422, 'invalid'],
  content: [422, 'content'],
  'rate-limit': [429, 'too_fast'],
  concurrency: [429, 'too_many'],
  'not-found': [404, 'not_found'],
}

const refuse = (status: number, code: string, headers: HeadersInit = {}): Response =>
  Response.json({ error: { code, message: `refused: ${code}` } }, { status, headers })

/** `externalIds`: whether it takes an id of the client's and makes one task for it, however often it is asked. */
export function createFakeServer(clock: Clock, externalIds: boolean): FakeServer {
  const rows: Row[] = []
  const planted: { name: ProviderFault; options: FaultOptions; left: number }[] = []

  function take(on: 'create' | 'read', names: readonly ProviderFault[]): ProviderFault | undefined {
    const fault = planted.find(
      ({ name, options, left }) => left > 0 && names.includes(name) && (options.on ?? 'create') === on,
    )
    if (fault) fault.left -= 1
    return fault?.name
  }

  function refused(on: 'create' | 'read'): Response | undefined {
    const name = take(on, Object.keys(refusals) as ProviderFault[])
    const [status, code] = (name && refusals[name]) ?? []
    if (status === undefined || code === undefined) return undefined
    const { retryAfter } = planted.find((fault) => fault.name === name)?.options ?? {}
    return refuse(status, code, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) })
  }

  function shown(row: Row): object {
    const age = clock.now() - row.createdAt
    const unknown = take('read', ['unknown-status'])
    const resultless = take('read', ['missing-url'])
    const ended = row.fails ? 'failed' : 'done'
    const going = age < 4_000 ? 'waiting' : age < 30_000 ? 'rendering' : ended
    const state = unknown ? 'paused' : row.stopped ? 'stopped' : going
    const done = resultless !== undefined || state === 'done'
    return {
      id: row.id,
      input: row.input,
      made: row.createdAt,
      state: done ? 'done' : state,
      ...(done && !resultless ? { url: `https://cdn.fake.example/${row.id}.mp4` } : {}),
      ...(state === 'failed' ? { reason: 'the clip showed a duck' } : {}),
    }
  }

  function create({ external_id, ...input }: { external_id?: string }): Response {
    const refusal = refused('create')
    if (refusal) return refusal
    const externalId = externalIds ? external_id : undefined
    if (externalId !== undefined && rows.some((row) => row.externalId === externalId)) {
      return refuse(409, 'duplicate')
    }
    const id = `r-${String(rows.length + 1).padStart(6, '0')}`
    const fails = take('create', ['task-fails']) !== undefined
    const row = { id, externalId, input, createdAt: clock.now(), fails, stopped: false }
    rows.push(row)
    return Response.json(take('create', ['missing-id']) ? { state: 'waiting' } : shown(row), { status: 201 })
  }

  function read(url: URL): Response {
    const refusal = refused('read')
    if (refusal) return refusal
    const [, , id] = url.pathname.split('/')
    const externalId = url.searchParams.get('external_id')
    if (id === undefined && externalId === null) {
      const since = Number(url.searchParams.get('since'))
      return Response.json({ renders: rows.filter(({ createdAt }) => createdAt >= since).map(shown) })
    }
    const row = rows.find((one) => (id === undefined ? one.externalId === externalId : one.id === id))
    return row ? Response.json(shown(row)) : refuse(404, 'not_found')
  }

  function stop(url: URL): Response {
    const row = rows.find(({ id }) => url.pathname.endsWith(id))
    if (!row || clock.now() - row.createdAt >= 30_000) return refuse(409, 'too_late')
    row.stopped = true
    return Response.json(shown(row))
  }

  return {
    async fetch(input, init) {
      const request = new Request(input, init)
      const url = new URL(request.url)
      if (request.headers.get('authorization') !== `Bearer ${validKey}`) return refuse(401, 'unauthorized')
      if (request.method === 'DELETE') return stop(url)
      if (url.pathname === '/measures') return Response.json({ measure: `m-${rows.length + 1}` })
      return request.method === 'POST' ? create(await request.json()) : read(url)
    },
    tasks: () => rows.length,
    fault(name, options) {
      planted.push({ name, options, left: options.times ?? 1 })
      return true
    },
  }
}
