import { boat, createEmulated, providerIds } from '@reelay/rig/all'
import { describe, expect, it } from 'vitest'
import { failover, wait } from '../src/index.ts'

const page = (status: number): Response =>
  new Response('<!doctype html><title>Blocked</title>', {
    status,
    headers: { 'content-type': 'text/html' },
  })

/** Four providers, the first answers to reads of which are a page of something before them. */
function behind(status: number, pages: number, body?: () => Response) {
  let left = 0
  const world = createEmulated((emulated) => async (input, init) => {
    if (init?.method !== 'GET' || left === 0) return emulated(input, init)
    left -= 1
    return body?.() ?? page(status)
  })
  const block = (): void => {
    left = pages
  }
  return { ...world, block }
}

const statuses = [400, 401, 402, 403, 404, 405, 406, 409, 410, 413, 414, 418, 421, 422, 431, 451, 499]

describe.each(providerIds)('a paid task at %s', (id) => {
  it.each(statuses)(
    'is waited for through a gateway’s page with %i, also long after it was made',
    async (status) => {
      const { clock, create, block } = behind(status, 20)
      const provider = create()[id]
      const { handle } = await provider.submit(boat)
      const old = { ...handle, submittedAt: handle.submittedAt - 3_600_000 }
      block()
      const seen: unknown[] = []
      const task = await wait(provider, old, {
        deadlineMs: 3_600_000,
        onEvent: (event) => event.type === 'retry' && seen.push(event.error.outcome),
      })
      expect(task.status).toBe('succeeded')
      expect(seen).not.toHaveLength(0)
      expect(new Set(seen)).toEqual(new Set(['accepted']))
      expect(clock.now() - handle.submittedAt).toBeLessThan(3_600_000)
    },
  )

  it('is waited for through a refusal in somebody else’s JSON', async () => {
    const { create, block } = behind(403, 20, () =>
      Response.json({ message: 'Forbidden', reference: '0.8b1f' }, { status: 403 }),
    )
    const provider = create()[id]
    const { handle } = await provider.submit(boat)
    block()
    const old = { ...handle, submittedAt: handle.submittedAt - 3_600_000 }
    expect((await wait(provider, old, { deadlineMs: 3_600_000 })).status).toBe('succeeded')
  })

  it('is not called lost by a gateway’s 404: the error says that the words are not the provider’s', async () => {
    const { create, block } = behind(404, 3)
    const provider = create()[id]
    const { handle } = await provider.submit(boat)
    block()
    await expect(provider.get(handle)).rejects.toMatchObject({
      outcome: 'accepted',
      retryable: true,
      handle,
      message: expect.stringContaining('not the provider’s words'),
    })
  })
})

it('a gateway’s page for a create proves nothing, so that nobody else is asked', async () => {
  for (const status of statuses) {
    let posts = 0
    const { create } = createEmulated(() => async (_input, init) => {
      if (init?.method === 'POST') posts += 1
      return page(status)
    })
    const { fal, piapi } = create()
    await expect(failover([fal, piapi]).submit(boat)).rejects.toMatchObject({ outcome: 'unknown' })
    expect(posts).toBe(1)
  }
})
