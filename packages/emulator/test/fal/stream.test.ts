import { describe, expect, it } from 'vitest'
import { createRig, keyHeaders, type Rig, requestURL } from './rig.ts'

interface Event {
  readonly status: string
  readonly queue_position?: number
  readonly logs?: readonly { readonly message: string }[] | null
}

/** Reads a status stream event by event. */
async function open(
  rig: Rig,
  id: string,
  query = '',
  signal?: AbortSignal,
): Promise<() => Promise<Event | undefined>> {
  const response = await rig.emulator.fetch(requestURL(id, `/status/stream${query}`), {
    headers: { ...keyHeaders, accept: 'text/event-stream' },
    ...(signal ? { signal } : {}),
  })
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
  const reader = response.body?.getReader()
  return async () => {
    const part = await reader?.read()
    return part?.value && JSON.parse(new TextDecoder().decode(part.value).replace(/^data: (.*)\n\n$/, '$1'))
  }
}

describe('the status stream', () => {
  it('has an event now and one at every change, and ends with COMPLETED', async () => {
    const rig = createRig()
    const next = await open(rig, await rig.create())
    const after = async (ms: number): Promise<unknown> => {
      const event = next()
      rig.control.advance(ms)
      const told = await event
      return told && [told.status, told.queue_position]
    }
    expect(await after(0)).toEqual(['IN_QUEUE', 2])
    expect(await after(1000)).toEqual(['IN_QUEUE', 1])
    expect(await after(2000)).toEqual(['IN_PROGRESS', undefined])
    expect(await after(600_000)).toEqual(['COMPLETED', undefined])
    expect(await next()).toBeUndefined()
  })

  it('tells every log line once', async () => {
    const rig = createRig()
    const id = await rig.create()
    rig.control.advance(4000)
    const next = await open(rig, id, '?logs=1')
    const messages = async (): Promise<unknown> => (await next())?.logs?.map(({ message }) => message)
    expect(await messages()).toEqual(['Task accepted by upstream'])
    const last = messages()
    rig.control.advance(600_000)
    expect(await last).toEqual(['Done'])
    expect((await (await open(rig, id))())?.logs).toBeNull()
  })

  it('of a finished request is one event', async () => {
    const rig = createRig()
    const id = await rig.create()
    rig.control.advance(600_000)
    const next = await open(rig, id)
    expect((await next())?.status).toBe('COMPLETED')
    expect(await next()).toBeUndefined()
  })

  it('notices what the control does', async () => {
    const rig = createRig()
    const id = await rig.create()
    const next = await open(rig, id)
    await next()
    const event = next()
    rig.control.forceStatus(id, 'COMPLETED')
    rig.control.advance(500)
    expect((await event)?.status).toBe('COMPLETED')
  })

  it('ends with its client, and refuses like a status', async () => {
    const rig = createRig()
    const controller = new AbortController()
    const next = await open(rig, await rig.create(), '', controller.signal)
    await next()
    const event = next()
    controller.abort(new Error('enough'))
    await expect(event).rejects.toThrow('enough')
    const missing = await rig.send(requestURL('x', '/status/stream'), { headers: keyHeaders })
    expect([missing.status, missing.body.status]).toEqual([404, 'NOT_FOUND'])
    expect((await rig.send(requestURL('x', '/status/stream'))).status).toBe(401)
  })
})
