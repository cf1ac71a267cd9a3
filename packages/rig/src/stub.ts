import type { ProviderOptionsBase, VideoProvider } from '@reelay/core'
import { createVirtualClock, type VirtualClock } from '@reelay/testing/clock'
import type { Seller } from './seller.ts'

/** A request as it left. */
export interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly text: string
  /** Parsed JSON, where the body is some. */
  readonly body: Record<string, unknown> | undefined
  /** The same, empty where it is none. */
  readonly json: Record<string, unknown>
  readonly authorization: string | null
}

/** What a test answers; `undefined` in its place breaks the connection. */
export interface StubAnswer {
  readonly status?: number
  readonly json: unknown
  readonly headers?: Record<string, string>
}

/** A provider, under its id, whose answers a test writes, and everything it sent. */
export type Stub<Id extends string, Provider> = Readonly<Record<Id, Provider>> & {
  readonly sent: readonly Sent[]
  readonly clock: VirtualClock
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** `answer` is asked with each request and its number, from 0. */
export function createStub<
  Id extends string,
  Options extends ProviderOptionsBase,
  Provider extends VideoProvider,
>(
  { id, create, stubKeys }: Pick<Seller<Id, Options, Provider>, 'id' | 'create' | 'stubKeys'>,
  answer: (sent: Sent, number: number) => StubAnswer | undefined,
  options: Options | undefined,
): Stub<Id, Provider> {
  const clock = createVirtualClock()
  const sent: Sent[] = []
  const fetch = clock.track(async (input, init) => {
    const request = new Request(input, init)
    const { method, headers, url } = request
    const text = await request.text()
    const body = parsed(text)
    const authorization = headers.get('authorization')
    const record = { method, url: new URL(url), headers, text, body, json: body ?? {}, authorization }
    sent.push(record)
    const given = answer(record, sent.length - 1)
    if (!given) throw new TypeError('fetch failed')
    return Response.json(given.json, {
      status: given.status ?? 200,
      ...(given.headers && { headers: given.headers }),
    })
  })
  const provider = create({ fetch, clock, ...stubKeys, ...options } as unknown as Options)
  return { [id]: provider, sent, clock } as unknown as Stub<Id, Provider>
}
