import type { Clock } from '@reelay/core/adapter'
import type { FaultOptions, ProviderFault } from '@reelay/testing'

export const validKey = 'acme-key-0123456789'

/** Acme's side, from its documentation: what it answers, and the faults it can be asked for. */
export interface Service {
  readonly fetch: typeof globalThis.fetch
  tasks(): number
  fault(name: ProviderFault, options: FaultOptions): boolean
}

const refusals: { readonly [name in ProviderFault]?: readonly [status: number, error: string] } = {
  unauthorized: [401, 'bad_key'],
  funds: [402, 'no_credit'],
  invalid: [400, 'bad_request'],
  'rate-limit': [429, 'slow_down'],
  'not-found': [404, 'no_such_clip'],
}

const shooting: readonly ProviderFault[] = ['unknown-status', 'missing-url', 'missing-id', 'task-fails']

const refuse = (status: number, error: string, headers: HeadersInit = {}): Response =>
  Response.json({ error, hint: `Acme says: ${error}` }, { status, headers })

/** Opens Acme's service for one case. */
export function createService(clock: Clock): Service {
  const clips: { readonly uuid: string; readonly at: number; readonly fails: boolean }[] = []
  const faults: { readonly name: ProviderFault; readonly options: FaultOptions; left: number }[] = []

  const take = (on: 'create' | 'read', wanted: (name: ProviderFault) => boolean) => {
    const fault = faults.find(
      (one) => one.left > 0 && wanted(one.name) && (one.options.on ?? 'create') === on,
    )
    if (fault) fault.left -= 1
    return fault
  }

  function refused(on: 'create' | 'read'): Response | undefined {
    const fault = take(on, (name) => name in refusals)
    const row = fault && refusals[fault.name]
    if (!row) return undefined
    const { retryAfter } = fault.options
    return refuse(...row, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) })
  }

  function show(clip: (typeof clips)[number]): object {
    const age = clock.now() - clip.at
    if (take('read', (name) => name === 'missing-url')) return { clip: { uuid: clip.uuid, phase: 'wrapped' } }
    if (take('read', (name) => name === 'unknown-status'))
      return { clip: { uuid: clip.uuid, phase: 'lunch' } }
    if (age < 5_000) return { clip: { uuid: clip.uuid, phase: 'lined_up' } }
    if (age < 40_000) return { clip: { uuid: clip.uuid, phase: 'shooting' } }
    if (clip.fails) return { clip: { uuid: clip.uuid, phase: 'binned', why: 'The boat sank' } }
    return { clip: { uuid: clip.uuid, phase: 'wrapped', mp4: `https://cdn.acme.example/${clip.uuid}.mp4` } }
  }

  function create(): Response {
    const refusal = refused('create')
    if (refusal) return refusal
    const fails = take('create', (name) => name === 'task-fails') !== undefined
    const clip = { uuid: crypto.randomUUID(), at: clock.now(), fails }
    clips.push(clip)
    const nameless = take('create', (name) => name === 'missing-id')
    return Response.json(nameless ? { clip: { phase: 'lined_up' } } : show(clip), { status: 201 })
  }

  return {
    async fetch(input, init) {
      const request = new Request(input, init)
      if (request.headers.get('x-acme-key') !== validKey) return refuse(401, 'bad_key')
      if (request.method === 'POST') return create()
      const refusal = refused('read')
      if (refusal) return refusal
      const clip = clips.find(({ uuid }) => request.url.endsWith(uuid))
      return clip ? Response.json(show(clip)) : refuse(404, 'no_such_clip')
    },
    tasks: () => clips.length,
    fault(name, options) {
      if (!(name in refusals) && !shooting.includes(name)) return false
      faults.push({ name, options, left: options.times ?? 1 })
      return true
    },
  }
}
