import { creates, providerIds } from '@reelay/rig/all'
import { createVirtualClock } from '@reelay/testing/clock'
import { describe, expect, it } from 'vitest'
import { neverMadeClip, samplesFor } from '../../testing/src/probe/samples.ts'
import { leastRequest, resolveHosts } from '../src/adapter.ts'
import {
  journaled,
  memoryJournal,
  type Offer,
  type RecordEntry,
  type Submission,
  type TaskHandle,
  type VideoProvider,
} from '../src/index.ts'
import { type Answer, boat, caught, instance, render, type Sent } from './engine.ts'
import { measured, path, steppedSpec } from './stepped.ts'

// What relay.test.ts says of text-to-video holds of whatever is sold: nothing is sent twice, no price is known, and what was
// bought is named by the host.
const baseURL = 'https://relay.example:8443/somewhere/'
const host = 'relay.example:8443'

type Loss = (sleep: (ms: number) => Promise<void>) => Promise<Response>
const losses: Readonly<Record<string, Loss>> = {
  'a lost answer': async () => new Response(null, { status: 200 }),
  'a 500': async () => Response.json({ code: 5000, message: 'internal error' }, { status: 500 }),
  'a time-out': (sleep) => sleep(3_600_000).then(() => new Response()),
  'a reset': async () => {
    throw Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
  },
}

function relayed(id: (typeof providerIds)[number], answer: Loss) {
  const clock = createVirtualClock()
  let posts = 0
  const fetch = clock.track((async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init)
    if (request.method !== 'POST')
      return Response.json({ code: 1201, message: 'no such task' }, { status: 404 })
    posts += 1
    return answer((ms) => clock.server.sleep(ms))
  }) as typeof globalThis.fetch)
  return { provider: creates[id]({ clock, fetch, baseURL }), posts: () => posts }
}

const requestFor = (offer: Offer) =>
  leastRequest(
    offer,
    samplesFor(offer, (limits) => ({ ...neverMadeClip(offer, limits), host })),
  )

/** One row of each route by which a kind is bought. */
function waysToBuy({ catalog }: VideoProvider): readonly Offer[] {
  const sold = catalog.offers.filter(({ state }) => state !== 'discontinued')
  return [...Map.groupBy(sold, ({ kind, route }) => `${kind} ${route}`).values()].flatMap((rows) =>
    rows.slice(0, 1),
  )
}

const rows = providerIds.flatMap((id) =>
  waysToBuy(creates[id]({ baseURL })).map((offer) => ({ id, offer, kind: offer.kind, route: offer.route })),
)

describe.each(rows)('$id at a relay, $kind by $route', ({ id, offer }) => {
  it.each(Object.entries(losses))('%s: one POST, no price, and the relay named', async (_loss, answer) => {
    const { provider, posts } = relayed(id, answer)
    const request = requestFor(offer)
    expect(provider.check(request)).toEqual([])
    expect(provider.quote(request)).toMatchObject({ type: 'unknown', why: expect.stringContaining(host) })
    const error = await caught(provider.submit(request, { idempotencyKey: 'order-1' }))
    expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
    expect(posts()).toBe(1)
    const submission = error.submission as Submission & TaskHandle
    expect(submission).toMatchObject({ host, kind: offer.kind })
    expect(submission).not.toHaveProperty('externalId')
    expect(provider.owns(submission)).toBe(true)
    expect(creates[id]().owns(submission)).toBe(false)
    await expect(creates[id]().get({ ...submission, id: 'task-1', submittedAt: 1 })).rejects.toMatchObject({
      code: 'ERR_INVALID_REQUEST',
      outcome: 'none',
    })
  })

  it('a journal sends none of them again under the key', async () => {
    const { provider, posts } = relayed(id, losses['a reset'] as Loss)
    const buyer = journaled(provider, memoryJournal(), { inFlightMs: 1 })
    for (const _ of [1, 2]) {
      const error = await caught(buyer.submit(requestFor(offer), { idempotencyKey: 'order-1' }))
      expect(error).toMatchObject({ code: 'ERR_SUBMISSION_UNKNOWN', outcome: 'unknown' })
    }
    expect(posts()).toBe(1)
  })
})

describe('a step at a relay', () => {
  const hosting = resolveHosts('keyed', { api: 'https://api.fake.example' }, { baseURL })
  const servers =
    (step: Answer, create: () => Answer = () => ({ json: render })) =>
    ({ url }: Sent): Answer =>
      url.pathname.endsWith('/measure') ? step : create()

  it.each<[string, Answer]>([
    ['whose answer is lost', undefined],
    ['whose answer is a gateway’s', { status: 502, json: {} }],
  ])('%s is not sent again, by a journal neither', async (_, answer) => {
    const { provider, sent } = instance(steppedSpec(), servers(answer), hosting)
    const buyer = journaled(provider, memoryJournal(), { inFlightMs: 1 })
    for (const _again of [1, 2]) {
      const error = await caught(buyer.submit(boat, { idempotencyKey: 'order-1' }))
      expect(error).toMatchObject({ outcome: 'unknown', submission: { step: 'measure', host } })
    }
    expect(sent.map(path)).toEqual(['POST /somewhere/measure'])
  })

  it('is paid once, the create after it is sent once, and what they cost there nobody says', async () => {
    const { provider, sent } = instance(
      steppedSpec(),
      servers(measured, () => undefined),
      hosting,
    )
    expect(provider.quote(boat).type).toBe('unknown')
    const entries: RecordEntry[] = []
    const record = async (entry: RecordEntry): Promise<void> => void entries.push(entry)
    const error = await caught(provider.submit(boat, { idempotencyKey: 'order-1', record }))
    expect(error).toMatchObject({ outcome: 'unknown', submission: { host } })
    expect(sent.map(path)).toEqual(['POST /somewhere/measure', 'POST /somewhere/renders'])
    const [intent, verdict] = entries
    expect(intent).toMatchObject({ type: 'intent', quote: { type: 'unknown' } })
    expect(verdict).toMatchObject({ type: 'verdict', outcome: 'accepted' })
    expect(verdict).not.toHaveProperty('cost')
  })

  it('the handle of what came of it names the relay', async () => {
    const { provider } = instance(steppedSpec(), servers(measured), hosting)
    const { handle } = await provider.submit(boat)
    expect(handle).toMatchObject({ id: 'r-000001', host })
  })
})
